"""Django's SQLite backend over the library `sqlcipher3`: the same SQL, the same file format below the encryption.

`sqlcipher3` has classes of its own for cursors and errors, and no `getlimit`; that is all that differs.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from itertools import tee
from pathlib import Path
from typing import Any, override

from django.db.backends.sqlite3 import base as plain
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.db.backends.sqlite3.features import DatabaseFeatures as PlainFeatures
from django.db.backends.sqlite3.operations import DatabaseOperations as PlainOperations
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database

from tidewaiter.foundation.encryption import using
from tidewaiter.foundation.encryption.database import database_key, give_key, must_open

_MOST_PARAMETERS, _MOST_COLUMNS = 250_000, 2_000
"""As the library was compiled (`PRAGMA compile_options`: MAX_VARIABLE_NUMBER, MAX_COLUMN)."""

Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", plain.decoder(parse_date))
Database.register_converter("time", plain.decoder(parse_time))
Database.register_converter("datetime", plain.decoder(parse_datetime))
Database.register_converter("timestamp", plain.decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, plain.adapt_date)
Database.register_adapter(datetime.datetime, plain.adapt_datetime)


class DatabaseFeatures(PlainFeatures):
    """As those of SQLite."""

    supports_aggregate_order_by_clause = Database.sqlite_version_info >= (3, 44, 0)
    max_query_params = _MOST_PARAMETERS


class DatabaseOperations(PlainOperations):
    """As those of SQLite."""

    def _quote_params_for_last_executed_query(self, params: Any) -> Any:
        if len(params) > _MOST_COLUMNS:
            parts = (params[at : at + _MOST_COLUMNS] for at in range(0, len(params), _MOST_COLUMNS))
            return tuple(one for part in parts for one in self._quote_params_for_last_executed_query(part))
        cursor = self.connection.connection.cursor()
        try:
            return cursor.execute("SELECT " + ", ".join(["QUOTE(?)"] * len(params)), params).fetchone()
        finally:
            cursor.close()


class CursorWrapper(Database.Cursor):  # type: ignore[misc]
    """Takes Django's `%s` as the plain backend's cursor does."""

    convert_query = plain.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        """Asks one statement."""
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Asks one statement for each of many values."""
        peekable, params = tee(iter(param_list))
        first = next(peekable, None)
        names = list(first) if isinstance(first, Mapping) else None
        return super().executemany(self.convert_query(query, param_names=names), params)


class DatabaseWrapper(plain.DatabaseWrapper):
    """A connection to the node's encrypted database."""

    display_name = "SQLCipher"
    Database = Database
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Opens the file with its key. Raises `NoStoreKey` where that is missing or another."""
        path = Path(conn_params["database"])
        key = database_key(path.parent, path)
        using.share(path.parent)
        link = Database.connect(**conn_params)
        give_key(link, key)
        must_open(link)
        register_functions(link)
        link.execute("PRAGMA foreign_keys = ON")
        link.execute("PRAGMA legacy_alter_table = OFF")
        for command in filter(None, map(str.strip, self.settings_dict["OPTIONS"]["init_command"].split(";"))):
            link.execute(command)
        return link

    @override
    def create_cursor(self, name: Any = None) -> Any:
        """A cursor that takes Django's marks."""
        return self.connection.cursor(factory=CursorWrapper)
