"""What tests begin with, made once and copied: an initialised home of each shape, whose database tests take too.

They are kept in the user's cache under a digest of all that `init` reads and runs, so that a changed list, form or
migration makes new ones. Workers that want the same one wait for each other.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tidewaiter-tests"
ROOMS_OF_INIT = ("advisories", "foundation", "privacy", "ledger", "people", "codelists", "forms", "site")
KEPT_SECONDS = 3 * 86400


@cache
def digest() -> str:
    """Of the lists, the forms, every migration, the rooms that `init` runs, and what prepares here; or what
    `TIDEWAITER_TEST_PREPARED` says, where the code is changed on purpose (tools/mutants.py).
    """
    if named := os.environ.get("TIDEWAITER_TEST_PREPARED"):
        return named
    of = hashlib.sha256()
    files = [*(PROJECT / "codes").rglob("*"), *(PROJECT / "forms").rglob("*"), PROJECT / "tests" / "conftest.py"]
    files += (PROJECT / "tidewaiter").glob("*/migrations/*.py")
    for room in ROOMS_OF_INIT:
        files += (PROJECT / "tidewaiter" / room).rglob("*.py")
    files += (PROJECT / "tests" / "data").glob("release_*")
    for path in sorted(set(files)):
        if path.is_file():
            of.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return of.hexdigest()[:20]


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """One worker at a time makes `name`; what nobody has used for days is removed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{digest()}-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):  # another worker removes them too
            for old in FOLDER.iterdir():
                if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                    shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
        yield


def copy_home(name: str, to: Path, make: Callable[[Path, Path], None], configuration: Path | None = None) -> None:
    """A copy of the home `name` at `to`, its keys in `configuration`, else beside those of this worker;
    `make(home, configuration)` makes it where it is not there.
    """
    whole = FOLDER / f"{digest()}-{name}"
    with alone(name):
        if not whole.exists():
            half = FOLDER / f"half-{name}-{os.getpid()}"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half / "home", half / "configuration")
            half.rename(whole)
        os.utime(whole)
    shutil.copytree(whole / "home", to)
    keys = configuration or Path(os.environ["XDG_CONFIG_HOME"])
    shutil.copytree(whole / "configuration", keys, dirs_exist_ok=True)
