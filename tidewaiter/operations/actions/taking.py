"""What an owner takes from a room: their data, signed by the node, with what became of each message told apart."""

from __future__ import annotations

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy
from tidewaiter.operations.certificates import SIGNED_EXPORT, signed
from tidewaiter.operations.content import victims_of
from tidewaiter.operations.events import happened, held_with
from tidewaiter.operations.models import Receipt, Taken
from tidewaiter.operations.opened import Told, opened, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_files import read_file
from tidewaiter.operations.room_keys import RoomKey

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment that stands at every part of an archive: it is packed twice, and is the same twice."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The data of an administration as a zip: its name, how long it is, and its bytes bit by bit."""

    name: str
    size: int
    pieces: Iterator[bytes]
    sha256: str
    messages: int
    files: int


def take_own(*, room: Room, by: Actor) -> Pack:
    """The data of the member's administration as a zip; written down as taken.

    It holds what its people wrote and what was sent to them (the co-ordinators read more, and take no more), each
    message with its corrections, its withdrawal, what it replies to and who has read it; the files of its own messages;
    never a restricted one. It is packed twice, once for its length and its digest and once to be sent: so it lies
    nowhere, however large its files are. Raises a refusal.
    """
    policy.may_answer_for(room.member, room.operation)
    held_room = opened(room.operation)
    home = room.member.administration
    messages = sorted(
        (one for one in visible(held_room, room.member) if _theirs(room, one)), key=lambda one: one.number
    )
    own = [one for one in messages if _own(room, one)]
    files = [
        (f"files/{one.number}-{at}-{file.name}", file.ref)
        for one in own
        for at, file in enumerate(one.files, 1)
        if not file.restricted
    ]
    document = canonical(_said(room, messages, len(files)))
    digest, size = hashlib.sha256(), 0
    for piece in _packed(held_room.key, document, files):
        digest.update(piece)
        size += len(piece)
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
                "sha256": digest.hexdigest(),
            },
        )
        record(
            by=by,
            deed="operations.taken",
            ref=operation.ref,
            detail={"messages": len(own), "files": len(files), "sha256": digest.hexdigest()},
        )
        happened(operation, "taken")
    pieces = _packed(held_room.key, document, files)
    return Pack(f"{room.ref}-{home}.zip", size, pieces, digest.hexdigest(), len(own), len(files))


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


def _said(room: Room, messages: list[Told], files: int) -> dict[str, Any]:
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
    return signed(
        {
            "format": SIGNED_EXPORT,
            "operation": room.ref,
            "title": room.operation.title,
            "administration": room.member.administration,
            "made_at": stamp(now()),
            "files": files,
            "messages": [_exported(one, room, reads[one.number]) for one in messages],
        }
    )


class _Written:
    """Takes what the archive writes, to be handed on at once."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def drained(self) -> bytes:
        """What was written since the last time."""
        said = b"".join(self.pieces)
        self.pieces.clear()
        return said


def _packed(key: RoomKey, document: bytes, files: list[tuple[str, str]]) -> Iterator[bytes]:
    """The archive, a MiB of a file at a time, byte for byte the same each time. Files are stored as they are: pictures
    and papers are packed already.
    """
    out = _Written()
    with zipfile.ZipFile(cast("IO[bytes]", out), "w") as pack:
        pack.writestr(zipfile.ZipInfo("messages.json", _ZIP_EPOCH), document, zipfile.ZIP_DEFLATED)
        yield out.drained()
        for name, ref in files:
            with pack.open(zipfile.ZipInfo(name, _ZIP_EPOCH), "w", force_zip64=True) as part:
                for piece in read_file(key, ref):
                    part.write(piece)
                    yield out.drained()
    yield out.drained()


def _exported(one: Told, room: Room, reads: list[dict[str, Any]]) -> dict[str, Any]:
    """A message with its edits, its deletion, its replies and its reads apart."""
    plain = one.plain(room.member)
    names = {field.name for field in one.template.fields if field.nominal}
    whole = policy.reads_names(room.member)
    edits = [
        {"at": stamp(version.at), "by": version.by, "said": version.content.told(names=names, whole=whole)}
        for version in one.history
    ]
    if _own(room, one) and (victims := victims_of(one.content.annex)) and whole:
        plain["data"]["victims"] = victims  # their owner's own: nowhere else are they told by name
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
