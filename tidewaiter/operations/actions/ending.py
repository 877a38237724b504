"""The end of a room: sealed, opened again by two, destroyed by two; a certificate stays.

Two steps, and neither the clock nor a setting takes the second: a sealed room waits its days, however long nobody
comes, and then two people destroy it (PEERS.md: a wrong setting destroyed a week's messages elsewhere).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.operations import policy, states
from tidewaiter.operations.certificates import write_certificate
from tidewaiter.operations.events import happened, held
from tidewaiter.operations.figures import counts_of
from tidewaiter.operations.models import Operation, Share
from tidewaiter.operations.opened import forget
from tidewaiter.operations.queries import holders_for
from tidewaiter.operations.reports import write_report
from tidewaiter.operations.room_files import drop_all
from tidewaiter.operations.room_keys import (
    drop_key,
    drop_share_key,
    key_of,
    make_share_key,
    print_of,
    put_key,
    share_key_of,
)
from tidewaiter.operations.shares import joined, print_of_share, split
from tidewaiter.operations.waiting import must_be_due
from tidewaiter.people.models import Officer

ASKED_FOR = timedelta(days=1)
"""How long one person's asking waits for another's yes."""


@dataclass(slots=True)
class Closed:
    """What closing did: `share` is the closer's part of the key, told once and kept nowhere."""

    operation: Operation
    transferred: int
    report: Path
    share: str = ""
    holders: list[str] = field(default_factory=list)


def close(*, operation: Operation, by: Actor) -> Closed:
    """Seals a room, from any phase: nobody reads it from this moment, members are out, open streams end.

    The report without names is written first. The key is split between whoever closes and one or two others
    (`queries.holders_for`); its file goes. The closer's share is given back and kept nowhere; the others' lie here
    under a key that goes with the room until they take them. Raises a refusal.
    """
    with transaction.atomic():
        operation = held(operation.ref)
        if operation.phase not in states.OPEN:
            raise Refusal("state", _("It is closed already."))
        if not is_node(by):
            member = operation.members.filter(username=by.username, ended_at=None).first()
            policy.may_coordinate(policy.may_see_room(member), operation)
        key = key_of(operation.ref, operation.key_print)
        first = "" if is_node(by) else by.username
        others = holders_for(operation, first)
        holders = [first, *others] if first else others
        if len(holders) < 2:
            raise Refusal(
                "holders",
                _("The key of a sealed room is held by two people: admit another co-ordinator first."),
            )
        operation.counts = counts_of(operation)
        report = write_report(operation)
        transferred = operation.taken.filter(given_up=False).count()
        shares = split(key.key, len(holders))
        _keep_shares(operation, holders, shares, first)
        operation.phase, operation.sealed_at, operation.phase_at = states.SEALED, now(), now()
        operation.asked_by, operation.asked_what, operation.asked_at = "", "", None
        operation.save()
        record(
            by=by,
            deed="operations.closed",
            ref=operation.ref,
            detail={"holders": len(holders), "transferred": transferred, **operation.counts},
        )
        tell(
            to=[(one.username, operation.ref, 1) for one in operation.members.filter(ended_at=None)]
            + [(name, operation.ref, 1) for name in others],
            deed="operations.closed",
            by=by,
        )
        happened(operation, "sealed")
    drop_key(operation.ref)
    forget(operation.ref)
    return Closed(operation, transferred, report, shares[0] if first else "", holders)


def _keep_shares(operation: Operation, holders: list[str], shares: list[str], first: str) -> None:
    operation.shares.all().delete()
    key = make_share_key(operation.ref)
    Share.objects.bulk_create(
        [
            Share(
                operation=operation,
                holder=name,
                waiting=None if name == first else key.seal(f"share {name}", share.encode()),
                taken_at=now() if name == first else None,
                print=print_of_share(share),
            )
            for name, share in zip(holders, shares, strict=True)
        ]
    )


def take_share(*, operation: Operation, by: Actor) -> str:
    """Gives a holder their share of the key, once: it is kept nowhere from then on. Raises a refusal."""
    with transaction.atomic():
        operation = held(operation.ref)
        share = operation.shares.filter(holder=by.username).first()
        if share is None or operation.phase != states.SEALED:
            raise Missing("no_share", _("There is no share of a key here that is yours."))
        if share.waiting is None:
            raise Refusal("taken", _("You have taken your share already: it is kept nowhere else."))
        said = share_key_of(operation.ref).open(f"share {by.username}", share.waiting).decode()
        share.waiting, share.taken_at = None, now()
        share.save()
        none_waits = not operation.shares.filter(waiting__isnull=False).exists()
        record(by=by, deed="operations.share_taken", ref=operation.ref)
    if none_waits:
        drop_share_key(operation.ref)
    return said


def open_again(
    *, operation: Operation, by: Actor, second: str, shares: dict[str, str], both_here: bool = False
) -> Operation:
    """Opens a sealed room again, by two holders: `shares` are those they have taken, by account. One that waits here
    still is used where its holder is the one who asks; the second's alone at the shell, where `both_here` is said.

    Raises a refusal, `BadInput` for a share that is wrong.
    """
    policy.must_be_another(by.username, second)
    with transaction.atomic():
        operation = held(operation.ref)
        if operation.phase != states.SEALED:
            raise Refusal("state", _("Only a sealed room is opened again."))
        key = joined(
            _share_of(operation, by.username, shares, waits=True),
            _share_of(operation, second, shares, waits=both_here),
        )
        if print_of(key) != operation.key_print:
            raise BadInput("share", _("These shares do not make the key of this room."))
        put_key(operation.ref, key)
        operation.shares.all().delete()
        operation.phase, operation.phase_at, operation.sealed_at = states.CONSOLIDATION, now(), None
        operation.asked_by, operation.asked_what, operation.asked_at = "", "", None
        operation.save()
        record(by=by, deed="operations.opened_again", ref=operation.ref, detail={"second": second})
        tell(
            to=[(one.username, operation.ref, 1) for one in operation.members.filter(ended_at=None)],
            deed="operations.opened_again",
            by=by,
        )
        happened(operation, "phase")
    drop_share_key(operation.ref)
    return operation


def _share_of(operation: Operation, holder: str, said: dict[str, str], *, waits: bool) -> str:
    row = operation.shares.filter(holder=holder).first()
    if row is None:
        raise Missing("no_share", _("«%(name)s» holds no share of this key.") % {"name": holder[:60]})
    given = said.get(holder, "").strip()
    if not given and row.waiting is not None and waits:
        return share_key_of(operation.ref).open(f"share {holder}", row.waiting).decode()
    if not given and row.waiting is not None:
        raise BadInput(
            "share",
            _("%(name)s takes their share on this page first, and brings it: two people open a room again.")
            % {"name": holder},
        )
    if not given:
        raise BadInput(
            "share", _("Type the share of %(name)s: it was taken, and is kept nowhere else.") % {"name": holder}
        )
    if print_of_share(given) != row.print:
        raise BadInput("share", _("This is not the share of %(name)s.") % {"name": holder})
    return given


def ask_destruction(*, operation: Operation, by: Actor) -> Operation:
    """The first of two asks for the destruction of a room whose days are over; another confirms within a day."""
    policy.may_destroy(by, operation)
    with transaction.atomic():
        operation = held(operation.ref)
        must_be_due(operation)
        operation.asked_by, operation.asked_what, operation.asked_at = by.username, "destroy", now()
        operation.save()
        record(by=by, deed="operations.destruction_asked", ref=operation.ref)
        tell(
            to=[(name, operation.ref, 1) for name in operation.shares.values_list("holder", flat=True)],
            deed="operations.destruction_asked",
            by=by,
        )
    return operation


def confirm_destruction(*, operation: Operation, by: Actor) -> Path:
    """The second of two: destroys it. Raises a refusal."""
    fresh = operation.asked_at is not None and operation.asked_at > now() - ASKED_FOR
    if operation.asked_what != "destroy" or not fresh:
        raise Refusal("not_asked", _("Nobody has asked for this within a day: one asks, another confirms."))
    first = Officer.objects.filter(username=operation.asked_by, is_active=True).first()
    if first is None:
        raise Refusal("not_asked", _("Whoever asked has no account any longer: ask again."))
    return destroy(operation=operation, by=first, second=by)


def destroy(*, operation: Operation, by: Actor, second: Actor) -> Path:
    """Destroys a sealed room in four eyes: every share of the key, every row, every file, every export that the node
    made; writes the certificate and gives its path. Raises a refusal.
    """
    policy.must_be_another(by.username, second.username)
    policy.may_destroy(by, operation)
    policy.may_destroy(second, operation)
    with transaction.atomic():
        operation = held(operation.ref)
        must_be_due(operation)
        counts = dict(operation.counts)
        members = operation.members.filter(joined_at__isnull=False).values("username").distinct().count()
        certificate = {
            "operation": operation.ref,
            "title": operation.title,
            "node": settings.NODE_NAME,
            "counts": {**counts, "members": members, "owners": operation.taken.count()},
            "taken": operation.taken.filter(given_up=False).count(),
            "given_up": operation.taken.filter(given_up=True).count(),
            "opened_at": stamp(operation.made_at),
            "sealed_at": stamp(operation.sealed_at) if operation.sealed_at else None,
            "destroyed_at": stamp(now()),
            "waiting_days": operation.waiting_days,
            "test": operation.test,
            "by": by.username,
            "second": second.username,
            "key": operation.key_print,
            "report_sha256": counts.get("report_sha256", ""),
            "says": "The key of this operation and every copy of it that this node made were destroyed; what was"
            " printed or saved by readers is not in its hands.",
        }
        told = list(operation.members.filter(ended_at=None).values_list("username", flat=True))
        _wipe(operation)
        operation.phase, operation.destroyed_at, operation.phase_at = states.DESTROYED, now(), now()
        operation.asked_by, operation.asked_what, operation.asked_at = "", "", None
        operation.counts = certificate["counts"]
        operation.save()
        record(by=by, deed="operations.destroyed", ref=operation.ref, detail={"second": second.username})
        tell(to=[(name, operation.ref, 1) for name in told], deed="operations.destroyed", by=by)
        path = write_certificate(operation.ref, certificate)
    drop_key(operation.ref)
    drop_share_key(operation.ref)
    drop_all(operation.ref)
    forget(operation.ref)
    return path


def _wipe(operation: Operation) -> None:
    """Every row of the room; of the operation itself its name and its numbers stay."""
    for rows in (
        operation.shares,
        operation.drafts,
        operation.owed,
        operation.receipts,
        operation.attachments,
        operation.messages,
        operation.templates,
        operation.events,
        operation.members,
    ):
        rows.all().delete()
