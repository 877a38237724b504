"""Deeds of the vault: keeping a file, and shredding a picture that became part of nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from tidewaiter.foundation.actors import NODE, Actor, must_be_steward
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.encryption import files, keys
from tidewaiter.foundation.limits import MIB, most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.sandbox import seconds_for, stream_from_child
from tidewaiter.foundation.scratch import scratch
from tidewaiter.jobs.set_aside import left_alone, run_each
from tidewaiter.ledger.actions import record
from tidewaiter.vault.models import Picture, StoredFile, StoredSum
from tidewaiter.vault.storage import count_gone, count_stored, must_fit

PURPOSE = "vault"
"""That of the key under which its files are sealed."""
PICTURE_MEMORY = 512 * MIB
LONGEST_SIDE = 3200
"""Points of the longer side of a picture that is kept: enough to read a marking on a packet."""
THUMBNAIL_SIDE = 360
HASHED_AT_ONCE = 50
_HASHED = "photos_hashed"
"""As which hashing stands on the schedule."""


def path_of(digest: str) -> Path:
    """Where the bytes of `digest` lie, sealed where the store is; what they say is read by `read`, `stream`, `file_of`.

    Under its own digest lies what was kept before the store was encrypted, until `encrypt_store` has sealed it.
    """
    vault = Path(settings.TIDEWAITER_HOME) / "vault"
    plain = vault / digest[:2] / digest
    if not keys.sealed():
        return plain
    name = keys.hidden_name(digest)
    path = vault / name[:2] / name
    return plain if not path.exists() and plain.exists() else path


def keep(*, content: bytes, media_type: str, by: Actor, bounded: bool = True) -> StoredFile:
    """Keeps `content` under its SHA-256; bytes that are here already are not written again, and count for whoever
    brings them.

    Raises `OverLimit` where it does not fit into what the administration may store, unless it is not `bounded` (what
    the node makes of things that were taken in already).
    """
    with scratch() as folder:
        path = folder / "content"
        path.write_bytes(content)
        return keep_file(path=path, media_type=media_type, by=by, bounded=bounded)


def keep_file(*, path: Path, media_type: str, by: Actor, bounded: bool = True) -> StoredFile:
    """Keeps a copy of a file as `keep` does, without holding it in memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    count_stored(
        kind="vault", ref=digest, size=size, by=by, bounded=bounded
    )  # whether or not others have it: see storage
    to = path_of(digest)
    if not to.exists():
        to.parent.mkdir(parents=True, exist_ok=True)
        with whole(to) as part:
            files.copy(path, part, PURPOSE)
    with transaction.atomic():
        kept, made = StoredFile.objects.get_or_create(
            digest=digest,
            defaults={"media_type": media_type, "size": size, "kept_by": by.username, "kept_at": now()},
        )
        if made:
            record(by=by, deed="vault.kept", ref=digest, detail={"size": size})
    return kept


def keep_pieces(*, pieces: Iterable[bytes], digest: str, size: int, media_type: str, by: Actor) -> StoredFile:
    """Keeps what comes piece by piece, never whole in memory or in the clear on a disk, as `keep` does.

    Raises `BadInput` where it is not what its digest says, `OverLimit`.
    """
    must_fit(by, size)
    to, step = path_of(digest), hashlib.sha256()

    def read() -> Iterator[bytes]:
        for piece in pieces:
            step.update(piece)
            yield piece

    to.parent.mkdir(parents=True, exist_ok=True)
    with whole(to) as part:
        files.write(part, read(), PURPOSE)
        if step.hexdigest() != digest:
            raise BadInput("sha256", gettext("What came is not what its digest says: bring it anew."))
    count_stored(kind="vault", ref=digest, size=size, by=by)
    with transaction.atomic():
        kept, made = StoredFile.objects.get_or_create(
            digest=digest,
            defaults={"media_type": media_type, "size": size, "kept_by": by.username, "kept_at": now()},
        )
        if made:
            record(by=by, deed="vault.kept", ref=digest, detail={"size": size})
    return kept


def keep_picture(*, path: Path, by: Actor, owner: str, claimed: bool = True) -> Picture:
    """Keeps a picture without anything its file said beside its points,
    as one that the administration `owner` has brought.

    One that is not `claimed` waits to become part of something; what was here before is left as it is.

    Raises `BadInput` for what is none, or is too large.
    """
    if path.stat().st_size > most("picture_bytes"):
        raise over("picture_bytes", gettext("Save it smaller."))
    return _kept(*_drawn(path, LONGEST_SIDE, "hash"), by=by, owner=owner, claimed=claimed)


def _kept(content: bytes, said: dict[str, Any], by: Actor, owner: str, *, claimed: bool = True) -> Picture:
    about = {name: said[name] for name in ("width", "height", "hashes", "quality")}
    about |= {} if claimed else {"unclaimed_since": now()}
    with transaction.atomic():
        kept = keep(content=content, media_type="image/jpeg", by=by)
        picture, _ = Picture.objects.get_or_create(digest=kept.digest, defaults=about)
        if f";{owner};" not in picture.owners:
            picture.owners = f"{picture.owners or ';'}{owner};"
            picture.save(update_fields=["owners"])
        if claimed and picture.unclaimed_since is not None:
            claim_pictures(digests=[picture.digest])
    return picture


def claim_pictures(*, digests: Sequence[str]) -> None:
    """Pictures have become part of something: they stay."""
    Picture.objects.filter(digest__in=among(digests)).update(unclaimed_since=None)


def shred(*, digest: str, by: Actor) -> bool:
    """Takes a picture that became part of nothing out of the vault, with its small copy, and records it; whether it was
    there and unclaimed.
    """
    with transaction.atomic():
        picture = Picture.objects.select_for_update().filter(digest=digest, unclaimed_since__isnull=False).first()
        if picture is None:
            return False
        small = picture.thumbnail
        picture.delete()
        shared = Picture.objects.filter(Q(thumbnail=small) | Q(digest=small)).exists()
        for one in [digest, *([] if not small or shared else [small])]:
            StoredFile.objects.filter(digest=one).delete()
            count_gone(kind="vault", ref=one)
            record(by=by, deed="vault.shredded", ref=one)
            transaction.on_commit(partial(path_of(one).unlink, missing_ok=True))
    return True


def keep_hidden(*, digest: str, boxes: Sequence[tuple[float, float, float, float]], by: Actor, owner: str) -> Picture:
    """Keeps a copy of a picture with parts made unreadable (left, top, width, height as shares of its sides).

    Raises `Missing` for a picture that is not here, `BadInput` for a part that lies outside.
    """
    if not Picture.objects.filter(digest=digest).exists():
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    for left, top, width, height in boxes:
        if not (0 <= left < 1 and 0 <= top < 1 and 0 < width <= 1 and 0 < height <= 1):
            raise BadInput("box", gettext("A part to be hidden lies outside the picture."))
    words = [",".join(f"{side:.5f}" for side in box) for box in boxes]
    return _kept(*_drawn(file_of(digest), LONGEST_SIDE, "hash", *words), by=by, owner=owner)


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """A file that was kept after a look into it: what it is by its content, and what it is called."""

    digest: str
    media_type: str
    name: str
    size: int


def keep_looked_through(*, path: Path, name: str, by: Actor) -> LookedThrough:
    """Keeps a stranger's file of any kind that a child process has looked into: a program, what holds one, what is
    locked and what nobody can look into is refused. A picture is drawn afresh. Raises `BadInput`, `OverLimit`.
    """
    size = path.stat().st_size
    if size > most("any_file_bytes"):
        raise over("any_file_bytes", gettext("Bring a part of it, or a smaller copy."))
    must_fit(by, size)
    [said] = stream_from_child("tidewaiter.vault.file_child", str(path), seconds=seconds_for(path))
    clean = clean_name(name)
    if said["type"] != "image":
        kept = keep_file(path=path, media_type=said["type"], by=by)
        return LookedThrough(kept.digest, said["type"], clean, kept.size)
    picture = keep_picture(path=path, by=by, owner=by.administration_code)
    drawn = path_of(picture.digest).stat().st_size
    return LookedThrough(picture.digest, "image/jpeg", f"{clean.rpartition('.')[0] or clean}.jpg", drawn)


def set_stored_bound(*, administration: str, size: int | None, by: Actor) -> None:
    """Gives an administration a bound of its own, in bytes; without one the node's
    holds. Stewards alone. Raises `NotAllowed`.
    """
    must_be_steward(by)
    if size is not None and size <= 0:
        raise BadInput("bound", gettext("Give a size above nothing."))
    with transaction.atomic():
        StoredSum.objects.update_or_create(administration=administration, defaults={"bound": size})
        record(by=by, deed="vault.bound_set", ref=f"administration:{administration}", detail={"bytes": size or 0})


def hashes_of_file(*, path: Path) -> tuple[str, int]:
    """The perceptual hashes of a stranger's picture, and its quality; nothing is
    kept. Raises `BadInput` for what is none.
    """
    if path.stat().st_size > most("picture_bytes"):
        raise over("picture_bytes", gettext("Save it smaller."))
    _content, said = _drawn(path, THUMBNAIL_SIDE * 2, "hash")
    return str(said["hashes"]), int(said["quality"])


def hash_pictures() -> int:
    """Hashes pictures that were kept before they were hashed, some at a time; gives how many.

    One that is no picture, or is gone, is marked so; one on which the work itself fails is tried again, then set aside.
    """
    waiting = Picture.objects.filter(hashes="").exclude(digest__in=among(left_alone(_HASHED)))
    ran = run_each(waiting[:HASHED_AT_ONCE], _hash, deed=_HASHED, ref_of=lambda one: one.digest, in_transaction=False)
    return len(ran.done)


def _hash(picture: Picture) -> None:
    try:
        _content, said = _drawn(file_of(picture.digest), THUMBNAIL_SIDE * 2, "hash")
        picture.hashes, picture.quality = said["hashes"], said["quality"]
    except (Refusal, FileNotFoundError):
        picture.hashes = "-"
    picture.save(update_fields=["hashes", "quality"])


def keep_thumbnail(*, digest: str) -> Picture:
    """Makes the small copy of a kept picture, once. Raises `Missing` for a picture that is not here.

    It is the node's own and counts for nobody who looks: else a look that costs nothing
    would say that others have the picture.
    """
    picture = Picture.objects.filter(digest=digest).first()
    if picture is None:
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    if not picture.thumbnail:
        content, _said = _drawn(file_of(digest), THUMBNAIL_SIDE)
        with transaction.atomic():
            picture.thumbnail = keep(content=content, media_type="image/jpeg", by=NODE, bounded=False).digest
            picture.save(update_fields=["thumbnail"])
    return picture


def _drawn(path: Path, side: int, *words: str) -> tuple[bytes, dict[str, Any]]:
    """JPEG of a picture drawn afresh in a child process, and what the child says of it."""
    with scratch() as folder:
        out = folder / "drawn.jpg"
        arguments = (str(path), str(out), str(side), *words)
        child = "tidewaiter.vault.picture_child"
        said = list(stream_from_child(child, *arguments, memory=PICTURE_MEMORY, seconds=seconds_for(path)))
        return out.read_bytes(), said[0]


def drawn_smaller(*, digest: str, side: int) -> bytes:
    """JPEG of a kept picture, its longer side of so many points at most; nothing is kept. Raises `Missing`."""
    if size_of(digest) is None:
        raise _damaged()
    content, _said = _drawn(file_of(digest), side)
    return content


def file_of(digest: str) -> Path:
    """A path at which the bytes kept under `digest` can be read, checked against it: of a node whose store is encrypted
    a copy in its memory. Raises `Missing` when they are gone or damaged.
    """
    path = _sound(digest)
    return files.lent(digest, path, PURPOSE)


def stream(digest: str) -> BinaryIO:
    """The bytes kept under `digest` to be read once, checked against it. Raises `Missing` as `file_of`."""
    return files.opened(_sound(digest), PURPOSE)


def size_of(digest: str) -> int | None:
    """How many bytes are kept under `digest`; nothing where they are gone."""
    if not path_of(digest).is_file():
        return None
    return StoredFile.objects.filter(digest=digest).values_list("size", flat=True).first()


def read(digest: str) -> bytes:
    """The bytes kept under `digest`, checked against it. Raises `Missing` when they are gone or damaged."""
    path = path_of(digest)
    try:
        content = b"".join(files.pieces(path, PURPOSE))
    except (FileNotFoundError, BadInput):
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise _damaged()
    return content


def _sound(digest: str) -> Path:
    path = path_of(digest)
    try:
        if files.digest_of(path, PURPOSE) == digest:
            return path
    except (FileNotFoundError, BadInput) as error:
        raise _damaged() from error
    raise _damaged()


def _damaged() -> Missing:
    return Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
