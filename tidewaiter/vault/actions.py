"""Deeds of the vault: keeping a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.sandbox import stream_from_child
from tidewaiter.ledger.actions import record
from tidewaiter.vault.models import Kept, Picture

LARGEST_PICTURE = 20 * 1024**2
LONGEST_SIDE = 3200
"""Points of the longer side of a picture that is kept: enough to read a marking on a packet."""
THUMBNAIL_SIDE = 360


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


def keep_picture(*, path: Path, by: Actor) -> Picture:
    """Keeps a picture without anything its file said beside its points. Raises `BadInput` for what is none, or is too large."""
    if path.stat().st_size > LARGEST_PICTURE:
        raise BadInput("picture_too_large", gettext("A picture may have 20 MiB."))
    content, width, height = _drawn(path, LONGEST_SIDE)
    with transaction.atomic():
        kept = keep(content=content, media_type="image/jpeg", by=by)
        picture, _ = Picture.objects.get_or_create(digest=kept.digest, defaults={"width": width, "height": height})
    return picture


def keep_thumbnail(*, digest: str, by: Actor) -> Picture:
    """Makes the small copy of a kept picture, once. Raises `Missing` for a picture that is not here."""
    picture = Picture.objects.filter(digest=digest).first()
    if picture is None:
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    if not picture.thumbnail:
        content, _, _ = _drawn(path_of(digest), THUMBNAIL_SIDE)
        with transaction.atomic():
            picture.thumbnail = keep(content=content, media_type="image/jpeg", by=by).digest
            picture.save(update_fields=["thumbnail"])
    return picture


def _drawn(path: Path, side: int) -> tuple[bytes, int, int]:
    """(JPEG, width, height) of a picture drawn afresh in a child process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "drawn.jpg"
        said = list(stream_from_child("tidewaiter.vault.picture_child", str(path), str(out), str(side)))
        return out.read_bytes(), int(said[0]["width"]), int(said[0]["height"])


def read(digest: str) -> bytes:
    """The bytes kept under `digest`, checked against it. Raises `Missing` when they are gone or damaged."""
    path = path_of(digest)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    return content
