"""Where an image lies, and what its bytes are now: in the vault, or below the folder that a steward has named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tidewaiter.evidence.models import Acquisition
from tidewaiter.foundation.encryption import files
from tidewaiter.foundation.limits import MIB
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.vault import actions as vault

VAULT, ELSEWHERE = "vault", "elsewhere"
PIECE = 4 * MIB


def path_below(said: str) -> Path | None:
    """The path of a file below the named folder; nothing where there is no such folder, or where it leads outside."""
    if not settings.EVIDENCE_FOLDER or not said:
        return None
    root = Path(settings.EVIDENCE_FOLDER).resolve()
    path = (root / said).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def digest_now(acquisition: Acquisition) -> str | None:
    """The SHA-256 of the image as it lies there now; nothing where the node cannot read it."""
    if acquisition.kept_in == VAULT:
        try:
            return _digest(iter_vault(acquisition.sha256))
        except (Missing, OSError, BadInput):
            return None
    path = path_below(acquisition.where)
    return digest_of_path(path) if path is not None else None


def iter_vault(digest: str) -> Iterator[bytes]:
    """The bytes kept in the vault, whether or not they are what they should be."""
    yield from files.pieces(vault.path_of(digest), vault.PURPOSE)


def digest_of_path(path: Path) -> str:
    """The SHA-256 of a file in the clear."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(pieces: Iterator[bytes]) -> str:
    step = hashlib.sha256()
    for piece in pieces:
        step.update(piece)
    return step.hexdigest()
