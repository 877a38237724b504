"""What the two libraries of SQLite raise: the plain one and that of encrypted stores; both carry `sqlite_errorcode`."""

from __future__ import annotations

import sqlite3

from sqlcipher3 import dbapi2 as sqlcipher

SQLITE_ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, sqlcipher.Error)
