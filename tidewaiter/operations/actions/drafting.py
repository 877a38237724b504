"""What hangs on no message yet: files that are sealed for one, and drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.actions.hashes import lists_with
from tidewaiter.operations.events import held_with
from tidewaiter.operations.known_pictures import likeness_of, lists_like, pictures_listed
from tidewaiter.operations.models import Attachment, Draft
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_files import drop_files, keep_file
from tidewaiter.operations.room_keys import key_of
from tidewaiter.operations.writing import template_in_use

UNSENT_FOR = timedelta(days=1)


def attach(
    *, room: Room, name: str, media_type: str, chunks: Iterable[bytes], by: Actor, restricted: bool = False
) -> Attachment:
    """Seals a file for a message that one is about to send; one that stands on a list of known files, or looks
    like a known picture, is restricted.

    Raises a refusal, `OverLimit` for one that is too large.
    """
    operation = room.operation
    policy.may_send(room.member, operation)
    if unsent(room).count() >= most("room_files_unsent"):
        raise over("room_files_unsent", _("Send them, or wait: what hangs on no message goes after a day."))
    key = key_of(operation.ref, operation.key_print)
    ref = new_ref("RF")
    try:
        size, digests = keep_file(key, ref, _bounded(chunks))
        likeness = likeness_of(key, ref, size) if pictures_listed() else None
        lists = sorted({*lists_with(digests.values()), *lists_like(likeness or "")})
        restricted = restricted or bool(lists)
        with transaction.atomic():
            policy.must_be_open(held_with(room.member))
            made = Attachment.objects.create(
                ref=ref,
                operation_id=room.ref,
                by=by.username,
                at=now(),
                size=size,
                restricted=restricted,
                about=key.seal_json(
                    f"attachment {ref}",
                    {"name": clean_name(name), "type": media_type[:100], "lists": lists, **digests},
                ),
                likeness=None if likeness is None or restricted else key.seal(f"likeness {ref}", likeness.encode()),
            )
            record(by=by, deed="operations.attached", ref=room.ref, detail={"size": size, "restricted": restricted})
    except BaseException:
        drop_files(room.ref, [ref])
        raise
    return made


def unsent(room: Room) -> QuerySet[Attachment]:
    """The member's files that hang on no message yet."""
    return Attachment.objects.filter(operation_id=room.ref, by=room.member.username, number=None)


def drop_unsent(*, room: Room, refs: Collection[str], by: Actor) -> None:
    """Throws files away whose message was not sent."""
    with transaction.atomic():
        gone = list(unsent(room).filter(ref__in=refs).values_list("ref", flat=True))
        if not gone:
            return
        unsent(room).filter(ref__in=gone).delete()
        record(by=by, deed="operations.files_dropped", ref=room.ref, detail={"files": len(gone)})
    drop_files(room.ref, gone)


def sweep_unsent() -> int:
    """Throws away what has hung on no message for a day; gives how many files."""
    count = 0
    waiting = Attachment.objects.filter(number=None, at__lt=now() - UNSENT_FOR, operation__hold_by="")
    for ref in list(waiting.order_by().values_list("operation_id", flat=True).distinct()):
        with transaction.atomic():
            gone = list(waiting.filter(operation_id=ref).values_list("ref", flat=True))
            Attachment.objects.filter(ref__in=gone).delete()
            record(by=NODE, deed="operations.files_dropped", ref=ref, detail={"files": len(gone)})
        drop_files(ref, gone)
        count += len(gone)
    return count


def _bounded(chunks: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most("room_file_bytes"):
            raise over("room_file_bytes")
        yield chunk


def keep_draft(*, room: Room, template: str, said: dict[str, Any], by: Actor) -> Draft:
    """Keeps what somebody has begun to write, sealed, for them alone; it may be anything, for it is not finished."""
    operation = room.operation
    policy.may_send(room.member, operation)
    key = key_of(operation.ref, operation.key_print)
    template_in_use(key, operation, template)
    with transaction.atomic():
        policy.must_be_open(held_with(room.member))
        draft, _created = Draft.objects.update_or_create(
            operation=operation,
            username=by.username,
            template=template,
            defaults={"at": now(), "content": key.seal_json(f"draft {by.username} {template}", said)},
        )
        record(by=by, deed="operations.drafted", ref=operation.ref)
    return draft


def drop_draft(*, room: Room, template: str, by: Actor) -> None:
    """Throws a draft away."""
    with transaction.atomic():
        policy.must_not_be_held(held_with(room.member))
        gone, _kinds = Draft.objects.filter(operation_id=room.ref, username=by.username, template=template).delete()
        if gone:
            record(by=by, deed="operations.draft_dropped", ref=room.ref)
