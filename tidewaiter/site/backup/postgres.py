"""The tables of a PostgreSQL node as one consistent snapshot, in COPY's text form, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

_KEPT_OUT = ("django_migrations",)


def _tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - set(_KEPT_OUT))


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [str(column.name) for column in connection.introspection.get_table_description(cursor, table)]


def dump(folder: Path) -> dict[str, Any]:
    """Writes every table as it stood at one moment; gives `{table: columns}`."""
    quote = connection.ops.quote_name
    columns = {table: _columns(table) for table in _tables()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, names in columns.items():
            listed = ", ".join(quote(name) for name in names)
            with (
                (folder / table).open("wb") as file,
                cursor.copy(f"COPY {quote(table)} ({listed}) TO STDOUT") as copy,
            ):
                for block in copy:
                    file.write(block)
    return columns


def load(folder: Path, columns: dict[str, list[str]], migrations: list[list[str]]) -> None:
    """Brings the schema to where the backup's was, fills the tables in one
    transaction, and counts keys on from there.
    """
    quote = connection.ops.quote_name
    last: dict[str, str] = {}
    for app, name in migrations:
        last[app] = max(last.get(app, ""), name)
    for app, name in last.items():
        call_command("migrate", app, name, verbosity=0, interactive=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("TRUNCATE " + ", ".join(quote(table) for table in columns))
        for table, names in columns.items():
            listed = ", ".join(quote(name) for name in names)
            with (
                (folder / table).open("rb") as file,
                cursor.copy(f"COPY {quote(table)} ({listed}) FROM STDIN") as copy,
            ):
                while block := file.read(1024 * 1024):
                    copy.write(block)
        models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in columns]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
