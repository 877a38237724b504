"""Deeds of notices: what they tell of stands in the ledger already, they leave no entry of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.set_aside import due_refs, run_each, run_together
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import advance, follow_entries, is_behind, take_turn
from tidewaiter.notices.models import Digest, Notice
from tidewaiter.people.effects import PRIVILEGED
from tidewaiter.people.models import Grant, Officer

FOLLOWER, DEED = "notices", "notices_follow"
"""As which it follows the ledger, and as which it stands on the schedule."""
OF_PEOPLE = (
    "people.suspended",
    "people.resumed",
    "people.reset",
    "people.password_changed",
    "people.granted",
    "people.revoked",
    "people.covered",
    "people.reminded",
    "people.second_factor_set",
    "people.second_factor_dropped",
    "people.token_made",
    "people.shift_given",
    "people.shift_ended",
    "people.shift_swapped",
    "people.contact_test_due",
    "people.new_device",
    "people.guessed",
    "people.proposed",
    "people.confirmed",
    "people.declined",
    "people.keys_ended",
    "people.invited",
)
OF_STEWARDS = frozenset(
    {
        "people.second_factor_dropped",
        "people.new_device",
        "people.guessed",
        "people.proposed",
        "people.confirmed",
        "people.declined",
    }
)
"""What stewards are told of besides, whoever's account it is."""
OF_PRIVILEGED = frozenset(
    {
        "people.granted",
        "people.invited",
        "people.keys_ended",
        "people.reset",
        "people.resumed",
    }
)
"""What stewards are told of where the account has a role that decides for others (`people.effects.PRIVILEGED`)."""
KEPT = timedelta(days=180)
DIGEST_EVERY = timedelta(hours=23)


def tell(*, to: Iterable[tuple[str, str, int]], deed: str, by: Actor) -> None:
    """Tells people of a deed: (account, ref, number of things) each.
    Nobody is told of their own deed but of people's.
    """
    moment = now()
    Notice.objects.bulk_create(
        [
            Notice(to=name, at=moment, deed=deed, by=by.username, ref=ref, number=number)
            for name, ref, number in to
            if name != by.username
        ]
    )


def untell(*, ref: str, by: Actor, since: datetime) -> None:
    """Takes back what people were told of a thing by somebody since then, of those who have not looked yet."""
    Notice.objects.filter(ref=ref, by=by.username, at__gte=since, seen_at=None).delete()


def tell_about_people() -> int:
    """Follows the ledger: what was done with an account is told to its person and to who did it. Gives how many."""
    told = 0
    while is_behind(FOLLOWER):
        with transaction.atomic():
            if not take_turn(FOLLOWER):
                return told
            entries, reached = follow_entries(FOLLOWER, OF_PEOPLE)
            told += _tell_of(entries)
            advance(FOLLOWER, reached)
    if again := due_refs(DEED):
        with transaction.atomic():
            seqs = [int(ref.removeprefix("entry:")) for ref in again]
            told += _tell_of(list(Entry.objects.filter(seq__in=seqs).order_by("seq")))
    return told


def _tell_of(entries: list[Entry]) -> int:
    known = set(Officer.objects.values_list("username", flat=True)) if entries else set()
    stewards: set[str] = set()
    if any(entry.deed in OF_STEWARDS | OF_PRIVILEGED for entry in entries):
        named = Officer.objects.filter(is_active=True, grants__role="steward")
        stewards = set(named.values_list("username", flat=True))

    touched = {f"officer:{name}" for name in _privileged()} if stewards else set()

    def notices_of(entry: Entry) -> list[Notice]:
        person = entry.ref.removeprefix("officer:") if entry.ref.startswith("officer:") else entry.by
        to = set() if entry.deed == "people.invited" else {person, entry.by}  # there is no account to read it with yet
        if entry.deed in OF_STEWARDS or (entry.deed in OF_PRIVILEGED and entry.ref in touched):
            to |= stewards
        return [
            Notice(to=name, at=entry.at, deed=entry.deed, by=entry.by, ref=entry.ref) for name in to if name in known
        ]

    def write(some: Sequence[Entry]) -> None:
        Notice.objects.bulk_create([notice for entry in some for notice in notices_of(entry)])

    ran = run_together(entries, write, deed=DEED, ref_of=lambda entry: f"entry:{entry.seq}")
    return sum(len(notices_of(entry)) for entry in ran.done)


def _privileged() -> set[str]:
    return set(Grant.objects.filter(role__in=PRIVILEGED).values_list("officer__username", flat=True))


def forget_old_notices() -> None:
    """Deletes notices of half a year ago."""
    Notice.objects.filter(at__lt=now() - KEPT).delete()


def mark_seen(*, by: Actor) -> int:
    """Everything is read; gives how many notices were not."""
    return Notice.objects.filter(to=by.username, seen_at=None).update(seen_at=now())


def send_digests() -> int:
    """One message a day to each person who wants it and has notices they have not read; it says how many, never what.

    Nothing is sent on a node without a mail server (TIDEWAITER_EMAIL). Gives how many messages were
    sent. A message that the server does not take is tried again, then set aside. Raises `ServerGone`
    where there is no server to speak to.
    """
    if not settings.MAIL_SERVER:
        return 0
    moment = now()
    lately = Digest.objects.filter(at__gt=moment - DIGEST_EVERY).values("to")
    waiting = dict(Notice.objects.filter(seen_at=None).values_list("to").annotate(n=Count("pk")).order_by())
    people = Officer.objects.filter(Q(is_active=True, digest=True) & ~Q(email="")).exclude(username__in=lately)
    server = mailers.default

    def send(officer: Officer) -> None:
        _reach(server)
        try:
            server.send_messages([_digest(officer, waiting[officer.username])])
        except OSError:
            _leave(server)  # it may be in the middle of a message: the next begins afresh
            raise
        Digest.objects.update_or_create(to=officer.username, defaults={"at": moment})

    wanted = [officer for officer in people.order_by("pk") if officer.username in waiting]
    try:
        ran = run_each(
            wanted, send, deed="digests", ref_of=_account, in_transaction=False, passes_on=(ServerGone,), whole=True
        )  # no transaction is held open while a server is spoken to
    finally:
        _leave(server)
    return len(ran.done)


class ServerGone(Exception):
    """There is no mail server at the address: nobody's message is to blame."""


def _reach(server: BaseEmailBackend) -> None:
    try:
        server.open()
    except OSError as error:
        raise ServerGone from error


def _leave(server: BaseEmailBackend) -> None:
    with suppress(OSError):
        server.close()


def _account(officer: Officer) -> str:
    return f"officer:{officer.username}"


def _digest(officer: Officer, number: int) -> EmailMessage:
    with translation.override(officer.language):
        words = ngettext("%(n)s notice waits for you", "%(n)s notices wait for you", number) % {"n": number}
        body = _("Read them on %(address)s. This message says nothing more, on purpose.") % {
            "address": f"{settings.TIDEWAITER_URL}/notices/"
        }
    text = f"{words}.\n{body}\n"
    return EmailMessage(f"Tidewaiter: {words}", text, settings.DEFAULT_FROM_EMAIL, [officer.email])
