"""Files held between a preview and its confirmation: named by their digest, in the node's own folder.

A file that may hold names is held sealed: the key is in the page of the person who brought it, and nowhere on the node.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.refusals import BadInput

DAY = 86400
LARGEST = 64 * 1024**2
_digest = re.compile(r"[0-9a-f]{64}")


def _folder() -> Path:
    folder = Path(settings.TIDEWAITER_HOME) / "held"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def hold(upload: Any) -> Path:
    """Keeps an upload under its digest and gives where it lies. Raises `BadInput` above 64 MiB."""
    if (upload.size or 0) > LARGEST:
        raise BadInput("too_large", gettext("The file is larger than 64 MiB."))
    step = hashlib.sha256()
    handle, name = tempfile.mkstemp(dir=_folder())
    with os.fdopen(handle, "wb") as file:
        for chunk in upload.chunks():
            step.update(chunk)
            file.write(chunk)
    path = _folder() / step.hexdigest()
    Path(name).replace(path)
    return path


def held(digest: str) -> Path:
    """The file of that digest. Raises `BadInput` when it is not held (any more)."""
    path = _folder() / digest
    if not _digest.fullmatch(digest) or not path.is_file():
        raise BadInput("no_file", gettext("Choose the file again."))
    return path


def seal(upload: Any) -> str:
    """Keeps an upload encrypted and gives its name and key, for the form of the page. Raises `BadInput` above 64 MiB."""
    if (upload.size or 0) > LARGEST:
        raise BadInput("too_large", gettext("The file is larger than 64 MiB."))
    key = Fernet.generate_key()
    data = Fernet(key).encrypt(b"".join(upload.chunks()))
    name = hashlib.sha256(data).hexdigest()
    with os.fdopen(os.open(_folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    return f"{name}.{key.decode()}"


def unsealed(sealed: str) -> bytes:
    """What was sealed. Raises `BadInput` when it is not held (any more), or the key is another."""
    name, _, key = sealed.partition(".")
    try:
        return Fernet(key.encode()).decrypt(held(name).read_bytes())
    except (InvalidToken, ValueError) as error:
        raise BadInput("no_file", gettext("Choose the file again.")) from error


def forget_sealed(sealed: str) -> None:
    """Deletes what was sealed."""
    name = sealed.partition(".")[0]
    if _digest.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def forget_old() -> None:
    """Deletes what was previewed a day ago and never taken into use."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > DAY:
            path.unlink(missing_ok=True)


def forget(path: Path) -> None:
    """Deletes a held file."""
    path.unlink(missing_ok=True)


@contextmanager
def on_disk(uploads: Sequence[Any]) -> Iterator[list[Path]]:
    """Holds uploads for one reading, as files named by their number, never by what the browser calls them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, upload in enumerate(uploads):
            path = Path(folder) / str(number)
            with path.open("wb") as file:
                file.writelines(upload.chunks())
            paths.append(path)
        yield paths
