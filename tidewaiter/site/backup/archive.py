"""The file of a backup: a gzipped tar whose last member lists every other with its
size and SHA-256; perhaps age-encrypted.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterable, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any

import pyrage
from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of, text_of
from tidewaiter.foundation.refusals import BadInput

MANIFEST = "manifest.json"
AGE = b"age-encryption.org/v1"


def pack(target: Path, members: Iterable[tuple[str, Path]], about: dict[str, Any], level: int = 1) -> None:
    """Writes the archive; a file that is gone by now (an upload that has been read) is left out."""
    listed: dict[str, dict[str, Any]] = {}
    with target.open("wb") as raw:
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=level, mtime=0) as squeezed,
            tarfile.open(fileobj=squeezed, mode="w|") as tar,
        ):
            for name, path in members:
                try:
                    file = path.open("rb")
                except FileNotFoundError:
                    continue
                with file:
                    listed[name] = _add(tar, name, file)
            text = json.dumps({**about, "members": listed}, indent=1).encode()
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
        raw.flush()
        os.fsync(raw.fileno())


class _Digested(io.RawIOBase):
    """A file that is digested as it is read: one that grows meanwhile is taken as long as it was when it was begun."""

    def __init__(self, file: BufferedReader) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Reads, and digests what it gives."""
        block = self._file.read(size)
        self.digest.update(block)
        return block


def _add(tar: tarfile.TarFile, name: str, file: BufferedReader) -> dict[str, Any]:
    info = tarfile.TarInfo(name)
    info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
    digested = _Digested(file)
    tar.addfile(info, digested)
    return {"size": info.size, "sha256": digested.digest.hexdigest()}


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Writes the members into `folder` and gives the manifest. Raises `BadInput`
    unless each is what the manifest says.
    """
    damaged = BadInput("damaged", _("The backup is damaged or was cut off. Nothing was changed."))
    found: dict[str, dict[str, Any]] = {}
    try:
        with gzip.open(source, "rb") as squeezed, tarfile.open(fileobj=squeezed, mode="r|") as tar:
            for member in tar:
                if not member.isfile() or member.name.startswith("/") or ".." in Path(member.name).parts:
                    raise damaged
                tar.extract(member, folder, filter="data")
                with (folder / member.name).open("rb") as file:
                    found[member.name] = {
                        "size": member.size,
                        "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
                    }
            while squeezed.read(1024 * 1024):  # to its end, so that gzip's own checksum is checked too
                continue
        manifest: dict[str, Any] = read_json(
            bytes_of(folder / MANIFEST, "json_document_bytes"), limit="json_document_bytes"
        )
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, BadInput) as error:
        raise damaged from error
    found.pop(MANIFEST)
    if manifest.get("members") != found or "database" not in manifest:
        raise damaged
    return manifest


def encrypt(source: Path, target: Path, recipients: list[str]) -> None:
    """Encrypts to age recipients (`age1…`). Raises `BadInput` for one that is none."""
    known = _recipients(recipients)
    with source.open("rb") as plain, target.open("wb") as sealed:
        pyrage.encrypt_io(plain, sealed, known)
        sealed.flush()
        os.fsync(sealed.fileno())


def encrypted(said: bytes, recipients: list[str]) -> bytes:
    """The same of bytes."""
    return bytes(pyrage.encrypt(said, _recipients(recipients)))


def _recipients(recipients: list[str]) -> list[Any]:
    known = []
    for text in recipients:
        try:
            known.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise BadInput("recipient", _("«%(said)s» is no age recipient (age1…).") % {"said": text[:80]}) from error
    return known


def is_encrypted(path: Path) -> bool:
    """Whether a file is an age file."""
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


def decrypt(source: Path, target: Path, identities: Sequence[Path]) -> None:
    """Decrypts with the identities of files (`AGE-SECRET-KEY-…`). Raises `BadInput` where none of them fits."""
    try:
        with source.open("rb") as sealed, target.open("wb") as plain:
            pyrage.decrypt_io(sealed, plain, _identities(identities))
    except (OSError, BadInput, pyrage.IdentityError, pyrage.DecryptError) as error:
        if not identities:
            raise BadInput(
                "identity", _("The backup is encrypted: give the age key that opens it (--identity FILE).")
            ) from error
        raise _does_not_open() from error


def decrypted(path: Path, identities: Sequence[Path]) -> bytes:
    """The same of a small file: what it says."""
    try:
        return bytes(pyrage.decrypt(bytes_of(path, "json_document_bytes"), _identities(identities)))
    except (OSError, BadInput, pyrage.IdentityError, pyrage.DecryptError) as error:
        raise _does_not_open() from error


def _identities(files: Sequence[Path]) -> list[Any]:
    lines = [line.strip() for file in files for line in text_of(file, "key_file_bytes").splitlines()]
    return [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]


def _does_not_open() -> BadInput:
    return BadInput("identity", _("The key does not open this backup, or the backup is damaged. Nothing was changed."))
