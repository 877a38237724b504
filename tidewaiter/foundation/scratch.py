"""The one place for plaintext that is not judged yet: a folder inside the data folder, emptied when the node starts.

Nothing of the node uses the machine's temporary folder (DESIGN.md §4, rule 20): there, what a killed process left
behind would stay readable, and on another disk than the one whose space is watched. Where the store is encrypted the
folder lies in the machine's memory (tmpfs), so that what a killed process leaves was on no disk.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

_IN_MEMORY = 1024**2


MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder in it is made for the node's user alone, and looked at
SETTING = "TIDEWAITER_SCRATCH"


def scratch_root() -> Path:
    """Where scratch folders lie; made on first use, for the node's own user alone."""
    return _made(open_folder(Path(settings.TIDEWAITER_HOME), sealed=settings.STORE_SEALED) / "scratch")


def disk_scratch_root() -> Path:
    """Where they lie in the data folder, for what is encrypted before it is written."""
    return _made(Path(settings.TIDEWAITER_HOME) / "scratch")


def open_folder(home: Path, *, sealed: bool) -> Path:
    """The folder for what lies in the clear while the node works: the data folder; of a node whose store is encrypted
    one in memory, or the one that `TIDEWAITER_SCRATCH` names.

    Raises `BadInput` where another user has it, or where nothing can be made there.
    """
    said = os.environ.get(SETTING)
    if not sealed or (not said and not in_memory()):
        return home
    name = f"tidewaiter-{os.geteuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    folder = (Path(said).resolve() if said else MEMORY) / name
    try:
        _made(folder)
    except OSError as error:
        raise BadInput(
            "scratch", f"{folder} cannot be made ({error.strerror}): name another folder ({SETTING})."
        ) from (error)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
        raise BadInput("scratch", f"{folder} is open to others: take it away, or name another folder ({SETTING}).")
    return folder


def in_memory() -> bool:
    """Whether this machine has a folder in memory that this user may write to."""
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) and os.path.ismount(MEMORY)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def sealed_scratch() -> Iterator[Path]:
    """A folder as `scratch`, in the data folder whatever the node is: for what is encrypted before it is written, and
    may be larger than memory.
    """
    with tempfile.TemporaryDirectory(prefix=f"{_owner()}-", dir=disk_scratch_root()) as folder:
        yield Path(folder)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of one's own for the time of the block; it is gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix=f"{_owner()}-", dir=scratch_root()) as folder:
        yield Path(folder)


def scratch_file() -> IO[bytes]:
    """A file without a name: whoever closes it ends it, and a killed process leaves nothing."""
    return tempfile.TemporaryFile(dir=scratch_root())


def spooled() -> IO[bytes]:
    """A file without a name as `scratch_file`, kept in memory while it is small."""
    # who asks for it closes it
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(scratch_root()))  # noqa: SIM115
    return file


def process_scratch(home: Path, *, sealed: bool) -> Path:
    """A folder for what libraries put aside (uploads that are larger than memory,
    spilled tables): gone when this process ends.

    Settings ask for it, so it does not ask them where the data folder is.
    """
    root = open_folder(home, sealed=sealed) / "scratch"
    folder = root / f"{_owner()}-process"
    if not folder.is_dir():
        _made(root)
        folder.mkdir(mode=0o700)
        atexit.register(_leave, folder, os.getpid())
    return folder


def _leave(folder: Path, process: int) -> None:
    if os.getpid() == process:  # a fork leaves its parent's folder alone
        shutil.rmtree(folder, ignore_errors=True)


def stay_inside(folder: Path) -> None:
    """From here on nothing of this process and its children uses the machine's temporary
    folder, whichever library asks for one.
    """
    for name in ("TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR"):
        os.environ[name] = str(folder)
    tempfile.tempdir = str(folder)


def must_fit(size: int) -> None:
    """Raises `OverLimit` for what is more than one request may take of the disk, or more than the disk can spare.

    Of a folder in memory an eighth is kept free where that is less: containers often have 64 MiB of it, and what fits
    is taken.
    """
    if size > most("scratch_bytes"):
        raise over("scratch_bytes", gettext("Send it in parts."))
    room, left = shutil.disk_usage(scratch_root()), most("disk_left_bytes")
    if not scratch_root().is_relative_to(Path(settings.TIDEWAITER_HOME)):
        left = min(left, room.total // 8)
    if room.free - size < left:
        raise over("disk_left_bytes", gettext("There is no room for this file. Ask the steward to make some."))


def sweep() -> int:
    """Deletes what processes that are no more left behind; gives how many folders that were."""
    gone = 0
    roots = {scratch_root(), disk_scratch_root()}
    for left in (one for root in sorted(roots) for one in root.iterdir()):
        if not _runs(left.name.partition("-")[0]):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
            gone += 1
    return gone


def _owner() -> str:
    """This process as folders are named by it: its number and when it was started, since numbers are given again."""
    return f"{os.getpid()}.{_begun(os.getpid())}"


def _begun(pid: int) -> str:
    """When a process was started, in ticks since the machine was (proc(5), field
    22); 0 where the system does not say.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return "0"


def _runs(owner: str) -> bool:
    number, _point, begun = owner.partition(".")
    if not (number.isascii() and number.isdigit() and begun):
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return _begun(int(number)) == begun
