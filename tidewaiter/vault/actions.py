"""Deeds of the vault: keeping a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.sandbox import stream_from_child
from tidewaiter.ledger.actions import record
from tidewaiter.vault.models import Kept, Picture

LARGEST_PICTURE = 20 * 1024**2
LONGEST_SIDE = 3200
"""Points of the longer side of a picture that is kept: enough to read a marking on a packet."""
THUMBNAIL_SIDE = 360
HASHED_AT_ONCE = 50


def path_of(digest: str) -> Path:
    """Where the bytes of `digest` lie."""
    return Path(settings.TIDEWAITER_HOME) / "vault" / digest[:2] / digest


def keep(*, content: bytes, media_type: str, by: Actor) -> Kept:
    """Keeps `content` under its SHA-256; bytes that are here already are not written again."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{digest}.{os.getpid()}.part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    with transaction.atomic():
        kept, made = Kept.objects.get_or_create(
            digest=digest,
            defaults={
                "media_type": media_type,
                "size": len(content),
                "kept_by": by.username,
                "kept_at": now(),
            },
        )
        if made:
            record(by=by, deed="vault.kept", ref=digest, detail={"size": len(content)})
    return kept


def keep_picture(*, path: Path, by: Actor, owner: str) -> Picture:
    """Keeps a picture without anything its file said beside its points, as one that the administration `owner` has brought.

    Raises `BadInput` for what is none, or is too large.
    """
    if path.stat().st_size > LARGEST_PICTURE:
        raise BadInput("picture_too_large", gettext("A picture may have 20 MiB."))
    return _kept(*_drawn(path, LONGEST_SIDE, "hash"), by=by, owner=owner)


def _kept(content: bytes, said: dict[str, Any], by: Actor, owner: str) -> Picture:
    about = {name: said[name] for name in ("width", "height", "hashes", "quality")}
    with transaction.atomic():
        kept = keep(content=content, media_type="image/jpeg", by=by)
        picture, _ = Picture.objects.get_or_create(digest=kept.digest, defaults=about)
        if f";{owner};" not in picture.owners:
            picture.owners = f"{picture.owners or ';'}{owner};"
            picture.save(update_fields=["owners"])
    return picture


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
    return _kept(*_drawn(path_of(digest), LONGEST_SIDE, "hash", *words), by=by, owner=owner)


def hashes_of_file(*, path: Path) -> tuple[str, int]:
    """The perceptual hashes of a stranger's picture, and its quality; nothing is kept. Raises `BadInput` for what is none."""
    if path.stat().st_size > LARGEST_PICTURE:
        raise BadInput("picture_too_large", gettext("A picture may have 20 MiB."))
    _content, said = _drawn(path, THUMBNAIL_SIDE * 2, "hash")
    return str(said["hashes"]), int(said["quality"])


def hash_pictures() -> int:
    """Hashes pictures that were kept before they were hashed, some at a time; gives how many."""
    done = 0
    for picture in Picture.objects.filter(hashes="")[:HASHED_AT_ONCE]:
        try:
            _content, said = _drawn(path_of(picture.digest), THUMBNAIL_SIDE * 2, "hash")
            picture.hashes, picture.quality = said["hashes"], said["quality"]
        except (Refusal, OSError):
            picture.hashes = "-"
        picture.save(update_fields=["hashes", "quality"])
        done += 1
    return done


def keep_thumbnail(*, digest: str, by: Actor) -> Picture:
    """Makes the small copy of a kept picture, once. Raises `Missing` for a picture that is not here."""
    picture = Picture.objects.filter(digest=digest).first()
    if picture is None:
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    if not picture.thumbnail:
        content, _said = _drawn(path_of(digest), THUMBNAIL_SIDE)
        with transaction.atomic():
            picture.thumbnail = keep(content=content, media_type="image/jpeg", by=by).digest
            picture.save(update_fields=["thumbnail"])
    return picture


def _drawn(path: Path, side: int, *words: str) -> tuple[bytes, dict[str, Any]]:
    """JPEG of a picture drawn afresh in a child process, and what the child says of it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "drawn.jpg"
        said = list(stream_from_child("tidewaiter.vault.picture_child", str(path), str(out), str(side), *words))
        return out.read_bytes(), said[0]


def read(digest: str) -> bytes:
    """The bytes kept under `digest`, checked against it. Raises `Missing` when they are gone or damaged."""
    path = path_of(digest)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    return content
