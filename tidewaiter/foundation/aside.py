"""Small writes beside long reading, and a database that somebody else holds.

SQLite refuses a write on a connection that still reads what others have changed since (SQLITE_BUSY_SNAPSHOT,
https://www.sqlite.org/rescode.html#busy_snapshot), and no waiting helps. So whoever says in the middle of reading
how far it is does it on a connection that reads nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tidewaiter.foundation.sqlite_errors import SQLITE_ERRORS

_SQLITE_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_POSTGRESQL_BUSY = ("40001", "40P01", "55P03")
"""Serialization failure, deadlock, lock not available (PostgreSQL, appendix A)."""
_DEPTH = 12
"""Causes of causes that are looked at."""


def is_busy(error: BaseException | None) -> bool:
    """Whether the error says that somebody else holds the database: the same work may well be done a moment later."""
    for _step in range(_DEPTH):
        if error is None:
            return False
        if isinstance(error, SQLITE_ERRORS) and (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_BUSY:
            return True
        if getattr(error, "sqlstate", None) in _POSTGRESQL_BUSY:
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def patient_for(milliseconds: int) -> Iterator[None]:
    """On SQLite, waits no longer than this for other writers; on PostgreSQL whoever takes turns does not wait."""
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(connection.settings_dict['OPTIONS']['timeout'] * 1000)}")


class Aside:
    """A second connection of this thread, opened when it is first needed. Close it after use."""

    def __init__(self) -> None:
        self._own: BaseDatabaseWrapper | None = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """In the block this thread's questions go by the second connection.

        Inside a transaction they stay in it: on SQLite it holds the only lock, and there its writes are never refused.
        """
        held = connections[DEFAULT_DB_ALIAS]
        if held.in_atomic_block:
            yield
            return
        self._own = self._own or held.copy()
        connections[DEFAULT_DB_ALIAS] = self._own
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = held

    def close(self) -> None:
        """Ends the second connection, where there is one."""
        if self._own is not None:
            self._own.close()
            self._own = None
