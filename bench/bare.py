"""The bare work that intake is compared with: one `executemany` a table, of the very rows that an import ended in."""

from __future__ import annotations

from typing import Any

from asking import measured
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from tidewaiter.cases.models import Case, CaseFinding, Line
from tidewaiter.ledger.models import Entry


def table_rows(model: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """All rows of a table, as the database holds them."""
    names = [field.column for field in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {model._meta.db_table}")
        return names, cursor.fetchall()


def bare_insert(lines: int) -> tuple[float, float]:
    """Seconds, and seconds of processor, of one `executemany` for each table, of the very rows an import of
    `lines` lines ended in, indexes and all.
    """
    kept = {model: table_rows(model) for model in (Case, Line, CaseFinding)}
    names, entries = table_rows(Entry)
    kept[Entry] = (names, [row for row in entries if row[names.index("deed")].startswith("cases.")])
    postgresql = connection.vendor == "postgresql"
    copies = []
    with connection.cursor() as cursor:
        for model, (columns, rows) in kept.items():
            table = model._meta.db_table
            if postgresql:
                cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
                rows = [tuple(Jsonb(value) if isinstance(value, dict) else value for value in row) for row in rows]
            else:
                _copy_table(cursor, table)
            marks = ", ".join(["%s" if postgresql else "?"] * len(columns))
            copies.append((f"INSERT INTO bare_{table} ({', '.join(columns)}) VALUES ({marks})", rows))

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            raw = cursor.connection.cursor()
            for sql, rows in copies:
                raw.executemany(sql, rows)

    spent = measured(insert)
    with connection.cursor() as cursor:
        for model in kept:
            cursor.execute(f"DROP TABLE bare_{model._meta.db_table}")
    return spent


def _copy_table(cursor: Any, table: str) -> None:
    """An empty table of SQLite like another one, with all its indexes."""
    cursor.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL AND type IN ('table', 'index')", [table]
    )
    for (sql,) in cursor.fetchall():
        changed = sql.replace(f'"{table}"', f'"bare_{table}"').replace('INDEX "', 'INDEX "bare_')
        cursor.execute(changed.replace('CONSTRAINT "', 'CONSTRAINT "bare_'))
