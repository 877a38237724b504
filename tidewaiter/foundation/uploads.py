"""Files held between a preview and its confirmation: named by their digest, in the node's own folder.

What is held is sealed (`foundation.sealed_files`), for nobody has judged it yet. A file of cases is sealed with a key
of its own, which is in the page of the person who brought it, and nowhere on the node.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.running_items import Ran, run_items
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.sealed_files import pieces_of, write_sealed

DAY = 86400
_digest = re.compile(r"[0-9a-f]{64}")


def _folder() -> Path:
    folder = Path(settings.TIDEWAITER_HOME) / "held"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def hold(upload: Any) -> Path:
    """Keeps an upload sealed, under the digest of what it says, and gives where it lies; `sealed_files.opened` reads
    it. Raises `OverLimit` above `held_bytes`.
    """
    step = hashlib.sha256()

    def digested() -> Iterator[bytes]:
        for chunk in _bounded(upload):
            step.update(chunk)
            yield chunk

    with scratch() as folder:
        part = folder / "upload"
        write_sealed(part, digested())
        path = _folder() / step.hexdigest()
        part.replace(path)
    return path


def _bounded(upload: Any) -> Iterator[bytes]:
    """What was brought, as much as may be held; what it says of its own size is not believed. Raises `OverLimit`."""
    advice = gettext("Bring a part of it: the first rows tell how the whole is read.")
    size = 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > most("held_bytes"):
            raise over("held_bytes", advice)
        yield chunk


def held(digest: str) -> Path:
    """Where the file of that digest lies, sealed. Raises `BadInput` when it is not held (any more)."""
    path = _folder() / digest
    if not _digest.fullmatch(digest) or not path.is_file():
        raise BadInput("no_file", gettext("Choose the file again."))
    return path


def seal(upload: Any) -> str:
    """Keeps an upload encrypted and gives its name and key, for the form of the page.
    Raises `OverLimit` above `held_bytes`.
    """
    key = os.urandom(32)
    with scratch() as folder:
        part = folder / "upload"
        write_sealed(part, _bounded(upload), key)
        with part.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
        part.replace(_folder() / name)
    return f"{name}.{base64.urlsafe_b64encode(key).decode()}"


def unsealed(sealed: str) -> Iterator[bytes]:
    """What was sealed, bit by bit. Raises `BadInput` when it is not held (any more), or the key is another."""
    name, _, key = sealed.partition(".")
    path = held(name)
    try:
        yield from pieces_of(path, base64.urlsafe_b64decode(key.encode()))
    except (BadInput, ValueError) as error:
        raise BadInput("no_file", gettext("Choose the file again.")) from error


def forget_sealed(sealed: str) -> None:
    """Deletes what was sealed."""
    name = sealed.partition(".")[0]
    if _digest.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def forget_old() -> Ran[Path]:
    """Deletes what was previewed a day ago and never taken into use; gives what became of each file."""

    def forget_if_old(path: Path) -> None:
        if time.time() - path.stat().st_mtime > DAY:
            path.unlink(missing_ok=True)

    return run_items(list(_folder().iterdir()), forget_if_old, task="old_previews", in_transaction=False)


def forget(path: Path) -> None:
    """Deletes a held file."""
    path.unlink(missing_ok=True)


@contextmanager
def on_disk(uploads: Sequence[Any]) -> Iterator[list[Path]]:
    """Holds uploads for one reading, as files named by their number, never by what the browser calls them."""
    with scratch() as folder:
        paths = []
        for number, upload in enumerate(uploads):
            path = folder / str(number)
            with path.open("wb") as file:
                file.writelines(upload.chunks())
            paths.append(path)
        yield paths
