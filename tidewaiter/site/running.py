"""Whether a node runs on a data folder: who serves or works holds a shared lock, who replaces it needs it alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import Refusal

LOCK = ".running"


@contextmanager
def _locked(home: Path, kind: int) -> Iterator[bool]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """While a node runs. Raises `Refusal` while it is being restored, or when a restore was cut off."""
    with _locked(home, fcntl.LOCK_SH) as free:
        if not free or (home / "restoring").exists():
            raise Refusal("restoring", _("This node is being restored, or a restore was cut off: run restore again."))
        yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """While nothing runs. Raises `Refusal` where something does."""
    with _locked(home, fcntl.LOCK_EX) as free:
        if not free:
            raise Refusal("running", _("The node is running: stop it first."))
        yield
