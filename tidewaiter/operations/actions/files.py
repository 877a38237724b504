"""Files of messages as they are opened; a restricted one by two people, and every look is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.events import held_with
from tidewaiter.operations.models import Attachment, Look
from tidewaiter.operations.opened import File, opened_file
from tidewaiter.operations.queries import Room, file_row
from tidewaiter.operations.room_files import read_file
from tidewaiter.operations.room_keys import key_of

OPEN_FOR = timedelta(minutes=10)
"""How long a restricted file stays open to whom it was opened for."""


def opened_bytes(*, room: Room, ref: str, by: Actor, program: bool = False) -> tuple[File, Iterator[bytes]]:
    """A file and what it says, a MiB at a time, recorded. A restricted one opens on a page alone, for whom another
    member has let look within ten minutes. Raises a refusal.
    """
    row = file_row(room, ref)
    if row.restricted:
        if program or not policy.reads_names(room.member):
            raise NotAllowed("restricted", _("A restricted file is opened on its page, by two people."))
    key = key_of(room.ref, room.operation.key_print)
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        if row.restricted:
            _looked(row, by)
        record(
            by=by,
            deed="operations.restricted_looked" if row.restricted else "operations.file_opened",
            ref=room.ref,
            version=row.number or 0,
            detail={"file": row.ref},
        )
    return opened_file(key, row), read_file(key, row.ref)


def _looked(row: Attachment, by: Actor) -> None:
    look = row.looks.filter(asked_by=by.username, allowed_at__gt=now() - OPEN_FOR).order_by("-pk").first()
    if look is None:
        raise NotAllowed(
            "restricted", _("Ask to look, and let another member allow it: then it opens for ten minutes.")
        )
    Look.objects.filter(pk=look.pk, looked_at=None).update(looked_at=now())


def ask_to_look(*, room: Room, ref: str, by: Actor) -> Look:
    """Asks that another member lets one open a restricted file. Raises a refusal."""
    row = file_row(room, ref)
    if not row.restricted:
        raise Refusal("state", _("This file is not restricted: open it."))
    if not policy.reads_names(room.member):
        raise NotAllowed("restricted", _("Observers and private partners do not open restricted files."))
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        look = Look.objects.create(attachment=row, asked_by=by.username, asked_at=now())
        record(by=by, deed="operations.look_asked", ref=room.ref, version=row.number or 0, detail={"file": row.ref})
    return look


def allow_look(*, room: Room, ref: str, asker: str, by: Actor) -> Look:
    """Lets another member open a restricted file. Raises a refusal."""
    row = file_row(room, ref)
    policy.must_be_another(asker, by.username)
    if not policy.reads_names(room.member):
        raise NotAllowed("restricted", _("Observers and private partners do not open restricted files."))
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        look = row.looks.select_for_update().filter(asked_by=asker, allowed_at=None).order_by("-pk").first()
        if look is None:
            raise Missing("no_look", _("Nobody has asked to look at this."))
        look.allowed_by, look.allowed_at = by.username, now()
        look.save()
        record(
            by=by,
            deed="operations.look_allowed",
            ref=room.ref,
            version=row.number or 0,
            detail={"file": row.ref, "for": asker},
        )
    return look
