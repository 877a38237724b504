"""Deeds of the vault: keeping a file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.ledger.actions import record
from tidewaiter.vault.models import Kept


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


def read(digest: str) -> bytes:
    """The bytes kept under `digest`, checked against it. Raises `Missing` when they are gone or damaged."""
    path = path_of(digest)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Missing("file_missing", gettext("The file is not in the vault, or it is damaged."))
    return content
