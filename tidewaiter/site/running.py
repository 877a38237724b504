"""Whether a node runs on a data folder: who serves or works holds a shared lock, who replaces it needs it alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import NotJson, read_json
from tidewaiter.foundation.refusals import Refusal

LOCK, SERVED = ".running", ".served"
"""Locked by whatever runs on the folder, shared; by the one `serve` that may, alone."""
CHILDREN = "processes.json"
STOPPING = ".stopping"
"""There from the moment `serve` is told to stop until the next one starts."""


@contextmanager
def _locked(home: Path, kind: int, name: str = LOCK) -> Iterator[bool]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / name).open("w") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """While a node runs, the only one on its folder. Raises `Refusal` where another does, while it is being
    restored, or when a restore was cut off.
    """
    with _locked(home, fcntl.LOCK_SH) as free:
        if not free or (home / "restoring").exists():
            raise Refusal("restoring", _("This node is being restored, or a restore was cut off: run restore again."))
        with _locked(home, fcntl.LOCK_EX, SERVED) as first:
            if not first:
                raise Refusal(
                    "served",
                    _("Another serve runs on this data folder already: stop it first, or name another folder."),
                )
            (home / STOPPING).unlink(missing_ok=True)
            yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """While nothing runs. Raises `Refusal` where something does."""
    with _locked(home, fcntl.LOCK_EX) as free:
        if not free:
            raise Refusal("running", _("The node is running: stop it first."))
        yield


class ChildState(msgspec.Struct, frozen=True):
    """A process that `serve` watches: how often it ended within ten minutes,
    when and how it last did, when it starts again.

    Moments are seconds since 1970; 0 where there is none: `pid` of one that waits, `next_start` of one that
    runs. `died` are the moments of its deaths within the hour before this was noted. `own_ended` says how
    many processes that it had started itself ended under it within ten minutes: of the web server the web
    processes, which it starts again by itself.
    """

    name: str
    pid: int
    deaths: int
    last_death: float
    last_exit: int | None
    next_start: float
    died: list[float] = []
    own_ended: int = 0


def note_children(home: Path, states: list[ChildState]) -> None:
    """Writes down how the processes are, for whoever asks (`children_of`); another process never reads half of it."""
    whole = home / f"{CHILDREN}.new"
    whole.write_bytes(msgspec.json.encode(states))
    whole.replace(home / CHILDREN)


def children_of(home: Path) -> list[ChildState]:
    """The processes of a node that runs under `serve`, as last noted;
    nothing where none runs, or nothing can be read.
    """
    try:
        return read_json((home / CHILDREN).read_bytes(), list[ChildState])
    except (OSError, NotJson):
        return []


def say_stopping(home: Path) -> None:
    """Lets web processes know that they end in a moment: answers that go on are ended, their readers come again."""
    with suppress(OSError):  # a full disk stops no stop
        (home / STOPPING).touch()


def is_stopping(home: Path) -> bool:
    """Whether `serve` was told to stop."""
    return (home / STOPPING).exists()


def forget_children(home: Path) -> None:
    """The node no longer runs."""
    (home / CHILDREN).unlink(missing_ok=True)
