"""Files held between a preview and its confirmation: named by their digest, in the node's own folder."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

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


def forget_old() -> None:
    """Deletes what was previewed a day ago and never taken into use."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > DAY:
            path.unlink(missing_ok=True)


def forget(path: Path) -> None:
    """Deletes a held file."""
    path.unlink(missing_ok=True)
