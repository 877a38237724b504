"""What a data folder is bound to: a shape and a node, written into it by `init` and into its database too.

Settings read the mark before there are any settings, so nothing here knows the node; its words are for the shell.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from tidewaiter.foundation.refusals import BadInput

MARK = "node.json"
SHAPES = ("central", "national", "operation")
ENVELOPE = "encryption.json"
"""Where it lies, the store is encrypted (foundation/encryption/envelope.py)."""
DATABASE = "tidewaiter.sqlite3"


@dataclass(frozen=True, slots=True)
class Mark:
    """What `node.json` says: the shape, and the ref of the node as the ledger has it."""

    shape: str
    node: str


def read_mark(home: Path) -> Mark | None:
    """The mark of a data folder; nothing where `init` has not run there yet. Raises
    `BadInput` for one that cannot be read.
    """
    path = home / MARK
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        mark = Mark(str(said["shape"]), str(said["node"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "mark", f"{path} cannot be read, so nobody knows what this data folder is: bring it back from a backup."
        ) from error
    if mark.shape not in SHAPES:
        raise BadInput("mark", f"{path} names the shape «{mark.shape[:40]}», and there is none of that name.")
    return mark


def write_mark(home: Path, mark: Mark) -> None:
    """Writes the mark, whole or not at all."""
    part = home / f"{MARK}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(mark), file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(home / MARK)


def made_for_us(home: Path) -> None:
    """Makes the data folder where there is none, for this user alone. Raises
    `BadInput` where nothing can be written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("data_folder", f"The data folder {home} cannot be made ({error.strerror}).") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise BadInput("data_folder", f"The data folder {home} cannot be written to by this user.")


def shape_of(home: Path, asked: str | None) -> str:
    """The shape that this folder has, or where it has none yet the one that is asked for (`national` when nobody asks).

    Raises `BadInput` for a shape that is none, or is not the folder's.
    """
    if asked is not None and asked not in SHAPES:
        raise BadInput("shape", f"TIDEWAITER_SHAPE is «{asked[:40]}»: give one of {', '.join(SHAPES)}.")
    mark = read_mark(home)
    if mark is None:
        return asked or "national"
    if asked is not None and asked != mark.shape:
        raise BadInput(
            "other_shape",
            f"The data folder {home} belongs to a {mark.shape} node, and TIDEWAITER_SHAPE says {asked}. "
            "Give each shape a data folder of its own (TIDEWAITER_HOME), or leave TIDEWAITER_SHAPE unset.",
        )
    return mark.shape


def encrypted(home: Path, shape: str, asked: str) -> tuple[bool, bool]:
    """Whether the store in this folder is encrypted, or is to be from its first byte;
    and whether it lies in the clear although it is to be encrypted.

    What lies there decides, whatever is asked for (`auto`: nodes that hold names, `on`, `off`). Raises `BadInput`.
    """
    if asked not in ("auto", "on", "off"):
        raise BadInput("encryption", f"TIDEWAITER_ENCRYPTION is «{asked[:40]}»: give auto, on or off.")
    _end_encrypting(home)
    if (home / ENVELOPE).is_file():
        return True, False
    wanted = asked == "on" or (asked == "auto" and shape != "central")
    there = (home / MARK).is_file() or (home / DATABASE).is_file()
    return wanted and not there, wanted and there


def _end_encrypting(home: Path) -> None:
    """Where encrypting was cut off between the database and the keys that stand ready for it, ends it.

    The file is looked at before this process has a connection to it.
    """
    ready, database = home / f"{ENVELOPE}.next", home / DATABASE
    if ready.is_file() and database.is_file() and not (home / ENVELOPE).exists():
        with database.open("rb") as file:
            plain = file.read(16) == b"SQLite format 3\x00"
        if not plain:
            ready.replace(home / ENVELOPE)
