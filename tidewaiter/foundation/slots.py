"""How many large pages are made at once: places in the data folder that
one request holds at a time, in whichever process.

A lock on an open file is let go by the machine when its process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most


def _held(name: str, number: int) -> ExitStack | None:
    """One of the places of that name, until the stack is closed; nothing where all are held."""
    folder = Path(settings.TIDEWAITER_HOME) / "slots"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in range(number):
        stack = ExitStack()
        file = stack.enter_context((folder / f"{name}-{place}").open("w"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stack.close()
        else:
            return stack
    return None


def _key(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()[:16]


def take_slot(person: str) -> ExitStack:
    """A place of the person's and one of the node's for a large page; who takes it closes it. Raises `OverLimit`."""
    advice = gettext("Wait until one is done, then ask again.")
    own = _held(f"person-{_key(person)}", most("heavy_pages_person"))
    if own is None:
        raise over("heavy_pages_person", advice, waiting_helps=True)
    of_node = _held("node", most("heavy_pages_node"))
    if of_node is None:
        own.close()
        raise over("heavy_pages_node", advice, waiting_helps=True)
    own.push(of_node)
    return own


@contextmanager
def waited_for(person: str) -> Iterator[bool]:
    """Whether something of the person's may be done now, while they wait; false where as
    much of theirs is being done as may be.
    """
    own = _held(f"at-once-{_key(person)}", most("at_once_person"))
    with own or ExitStack():
        yield own is not None


@contextmanager
def heavy_page(person: str) -> Iterator[None]:
    """While a large page is made. Raises `OverLimit` at once where too many are
    being made: nobody waits in a thread.
    """
    with take_slot(person):
        yield


def streamed[T](slot: ExitStack, parts: Iterable[T]) -> Iterator[T]:
    """The parts of an answer that is made while it is sent; its place is given back with the last."""
    with slot:
        yield from parts
