"""What an owner takes from a room: their data, signed by the node, with what became of each message told apart."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.certificates import SIGNED_EXPORT, signed
from tidewaiter.operations.events import happened, held_with
from tidewaiter.operations.models import Receipt, Taken
from tidewaiter.operations.opened import Opened, Told, opened, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_files import read_file


def take_own(*, room: Room, by: Actor) -> tuple[str, bytes]:
    """The data of the member's administration as a zip: name and bytes; written down as taken.

    It holds what its people wrote and what was sent to them (the co-ordinators read more, and take no more), each
    message with its corrections, its withdrawal, what it replies to and who has read it; the files of its own messages;
    never a restricted one. Raises a refusal.
    """
    policy.may_answer_for(room.member, room.operation)
    held_room = opened(room.operation)
    home = room.member.administration
    messages = sorted(
        (one for one in visible(held_room, room.member) if _theirs(room, one)), key=lambda one: one.number
    )
    own = [one for one in messages if _own(room, one)]
    files = [file for one in own for file in one.files if not file.restricted]
    content = _packed(room, held_room, messages, own)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        operation = held_with(room.member)
        policy.must_be_open(operation)
        Taken.objects.update_or_create(
            operation=operation,
            administration=home,
            defaults={
                "by": by.username,
                "at": now(),
                "given_up": False,
                "messages": len(own),
                "files": len(files),
                "sha256": digest,
            },
        )
        record(
            by=by,
            deed="operations.taken",
            ref=operation.ref,
            detail={"messages": len(own), "files": len(files), "sha256": digest},
        )
        happened(operation, "taken")
    return f"{room.ref}-{home}.zip", content


def _own(room: Room, told: Told) -> bool:
    return policy.is_own(room.member, administration=told.administration, by=told.by)


def _theirs(room: Room, told: Told) -> bool:
    return _own(room, told) or policy.is_addressed(room.member, told.to)


def give_up(*, room: Room, by: Actor) -> None:
    """Says that the member's administration takes nothing: it stands in the ledger. Raises a refusal."""
    with transaction.atomic():
        operation = held_with(room.member)
        policy.must_be_open(operation)
        policy.may_answer_for(room.member, operation)
        home = room.member.administration
        if operation.taken.filter(administration=home, given_up=False).exists():
            raise Refusal("state", _("It has taken its data already."))
        Taken.objects.update_or_create(
            operation=operation,
            administration=home,
            defaults={"by": by.username, "at": now(), "given_up": True},
        )
        record(by=by, deed="operations.given_up", ref=operation.ref, detail={"administration": home})
        happened(operation, "taken")


def _packed(room: Room, held_room: Opened, messages: list[Told], own: list[Told]) -> bytes:
    reads: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Receipt.objects.filter(operation=room.operation).order_by("read_at"):
        reads[row.number].append(
            {
                "who": row.username,
                "administration": row.administration,
                "read_at": stamp(row.read_at),
                "acknowledged_at": stamp(row.acknowledged_at) if row.acknowledged_at else None,
            }
        )
    said = {
        "format": SIGNED_EXPORT,
        "operation": room.ref,
        "title": room.operation.title,
        "administration": room.member.administration,
        "made_at": stamp(now()),
        "messages": [_exported(one, room, reads[one.number]) for one in messages],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("messages.json", canonical(signed(said)))
        for one in own:
            for at, file in enumerate(one.files, 1):
                if not file.restricted:
                    with pack.open(f"files/{one.number}-{at}-{file.name}", "w", force_zip64=True) as part:
                        for piece in read_file(held_room.key, file.ref):
                            part.write(piece)
    return out.getvalue()


def _exported(one: Told, room: Room, reads: list[dict[str, Any]]) -> dict[str, Any]:
    """A message with its edits, its deletion, its replies and its reads apart."""
    plain = one.plain(room.member)
    names = {field.name for field in one.template.fields if field.nominal}
    whole = policy.reads_names(room.member)
    edits = [
        {"at": stamp(version.at), "by": version.by, "said": version.content.told(names=names, whole=whole)}
        for version in one.history
    ]
    del plain["before"], plain["corrected_at"], plain["withdrawn_at"]
    return {
        **plain,
        "attachments": [file for file in plain["attachments"] if not file["restricted"]],
        "edits": edits,
        "edited_at": stamp(one.corrected_at) if one.corrected_at else None,
        "deleted": {"at": stamp(one.withdrawn_at), "by": one.withdrawn_by} if one.withdrawn_at else None,
        "reads": reads
        if _own(room, one)
        else [read for read in reads if read["administration"] == room.member.administration],
    }
