"""Nobody but the node's own user can look into its folder:
what is open is named, with the one command that shuts it.
"""

from __future__ import annotations

import os
import pwd
import shlex
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import Refusal

OTHERS = 0o077
FOLDERS = ("vault", "incoming", "held", "scratch", "analysis")
"""What `init` makes inside the data folder, besides what rooms make for themselves."""
_NOT_OURS = ("lost+found",)
"""What a file system puts at its root."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A file or folder that others than the node's user can get at."""

    path: Path
    mode: int
    owner: int


def openings(places: Iterable[Path]) -> Iterator[Opening]:
    """What is open of these folders, of what lies directly in them, and of the keys; a
    shut folder shuts all that lies deeper.
    """
    for place in places:
        for path in (place, *_inside(place), *_inside(place / "keys")):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # gone meanwhile, or a link to nowhere
            if found.st_mode & OTHERS or found.st_uid != os.geteuid():
                yield Opening(path, stat.S_IMODE(found.st_mode), found.st_uid)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name not in _NOT_OURS)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError:
        return []  # another user's: the folder itself is named


def must_be_shut(*places: Path) -> None:
    """Raises `Refusal` with what is open and the command that mends it."""
    for place in places:
        for found in openings([place]):
            if found.owner != os.geteuid():
                raise Refusal(
                    "open_folder",
                    _("«%(path)s» belongs to another user (%(owner)s). Run: %(command)s")
                    % {
                        "path": found.path,
                        "owner": _name(found.owner),
                        "command": f"chown -R {_name(os.geteuid())} {shlex.quote(str(place))}",
                    },
                )
            raise Refusal(
                "open_folder",
                _("Others on this machine can get at «%(path)s» (mode %(mode)s). Run: %(command)s")
                % {
                    "path": found.path,
                    "mode": f"{found.mode:04o}",
                    "command": f"chmod -R go= {shlex.quote(str(place))}",
                },
            )


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def narrow(place: Path) -> None:
    """Shuts a folder that the node has made, all that lies in it too; what belongs to another user is left as it is."""
    if not any(openings([place])):
        return
    for folder, _folders, files in os.walk(place):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            found = path.lstat()
            if found.st_uid == os.geteuid() and found.st_mode & OTHERS and not stat.S_ISLNK(found.st_mode):
                path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
