"""The one runner of items: what is done for many is done for each, and what fails for one stops nobody else.

The one place of the house where any exception is caught (DESIGN.md §4, rules 10 and 21). Of what failed the kind and
the frames are logged, never the words: a database quotes values in them. Whoever runs items is handed what failed.

A fault of the node itself (a locked, full or vanished database, a full disk) is nobody's: it goes on to the caller,
whose work is tried again as a whole.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial

from django.db import Error, InterfaceError, OperationalError, connection, transaction

from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.sqlite_errors import SQLITE_ERRORS

_log = logging.getLogger("tidewaiter.items")
_NODE_ERRNO = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS})
_NODE_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_NODE_SQLSTATE = ("08", "40001", "40P01", "53", "55P03", "57P", "58")
"""Classes of PostgreSQL: connection, serialization, deadlock, resources, lock, shutdown, system."""


@dataclass(frozen=True, slots=True)
class Failure[T]:
    """An item that failed: the kind of its error, and whether trying again is vain while the item stays as it is."""

    item: T
    error: str
    lasting: bool


@dataclass(slots=True)
class Ran[T]:
    """What became of items."""

    done: list[T] = field(default_factory=list)
    failed: list[Failure[T]] = field(default_factory=list)


def run_items[T](
    items: Iterable[T],
    work: Callable[[T], object],
    *,
    task: str,
    in_transaction: bool = True,
    passes_on: tuple[type[Exception], ...] = (),
) -> Ran[T]:
    """Does `work` for each item, in a transaction (or savepoint) of its own, whatever happens to the others.

    `task` is the work's name in the log. Raises errors of the kinds in `passes_on` and faults of the node;
    then the items after it are not done.
    """
    ran: Ran[T] = Ran()
    for item in items:
        error = _tried(partial(work, item), in_transaction)
        if error is None:
            ran.done.append(item)
        elif isinstance(error, passes_on) or _is_of_the_node(error):
            raise error
        else:
            ran.failed.append(_failure(item, error, task))
    return ran


def run_batch[T](
    items: Sequence[T], work: Callable[[Sequence[T]], object], *, task: str, in_transaction: bool = True
) -> Ran[T]:
    """Does `work` for all items at once; where that fails, for each half alone, down to the single items that fail.

    So a batch costs what it did, and a bad item among a thousand some twenty tries. `work` may be
    called again with an item it has seen: it must leave nothing behind when it raises but what a
    transaction takes back. Raises faults of the node.
    """
    ran: Ran[T] = Ran()
    waiting = [items] if items else []
    while waiting:
        some = waiting.pop()
        error = _tried(partial(work, some), in_transaction)
        if error is None:
            ran.done += some
        elif _is_of_the_node(error):
            raise error
        elif len(some) == 1:
            ran.failed.append(_failure(some[0], error, task))
        else:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return ran


def attempt(work: Callable[[], object], *, task: str) -> str:
    """Does one whole piece of work; gives the kind of error that ended it, or
    nothing. Faults of the node are caught too.
    """
    error = _tried(work, in_transaction=False)
    if error is None:
        return ""
    _say(task, error)
    return type(error).__name__


def _tried(work: Callable[[], object], in_transaction: bool) -> Exception | None:
    """The error that ended it, or nothing; the connection is fit for the next."""
    try:
        with transaction.atomic() if in_transaction else nullcontext():
            work()
    except Exception as error:  # noqa: BLE001 -- the one place: what one item raises must not stop the others
        _heal()
        return error
    return None


def _failure[T](item: T, error: Exception, task: str) -> Failure[T]:
    _say(task, error)
    return Failure(item, type(error).__name__, isinstance(error, Refusal))


def _say(task: str, error: Exception) -> None:
    _log.warning("an item of work failed", extra={"task": task}, exc_info=error)


def _heal() -> None:
    """Closes a connection that the error has broken, so that the next item opens
    another; within a transaction its owner does.
    """
    if not connection.in_atomic_block:
        with suppress(Error):
            connection.close_if_unusable_or_obsolete()


def _is_of_the_node(error: BaseException) -> bool:
    """Whether the database or the disk failed, rather than what was done: locked, full, gone."""
    cause = error.__cause__
    if isinstance(error, OSError) and error.errno in _NODE_ERRNO:
        return True
    if isinstance(cause, SQLITE_ERRORS):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _NODE_SQLITE
    if isinstance(error, InterfaceError | OperationalError) and cause is not None:
        state = getattr(cause, "sqlstate", None)
        return state is None or state.startswith(_NODE_SQLSTATE)
    return False
