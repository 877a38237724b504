"""The data folder and the database are of one node: looked at before a command reads or changes anything.

The shape stands in the folder's mark and in the database, the node's ref in both too, so
that exchanging one of them is seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction

from tidewaiter.foundation.data_folder import MARK, SHAPES, Mark, read_mark
from tidewaiter.foundation.encryption.database import connect, connect_to_node, must_open
from tidewaiter.foundation.encryption.master import NoStoreKey
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sql import Where, composed, names
from tidewaiter.foundation.sqlite_errors import SQLITE_ERRORS
from tidewaiter.site.shapes import packages_of

type Row = dict[str, Any]


class Unreadable(Exception):
    """The database cannot be read at all: what is wrong with it the command itself will say."""


def must_be_one_node(*, of_one: bool = True) -> None:
    """Raises `BadInput` where folder and database are of two shapes, or with `of_one` of two nodes."""
    mark = read_mark(Path(settings.TIDEWAITER_HOME))
    try:
        end = _first("ledger_chain_end")
    except Unreadable:
        return
    except NoStoreKey:
        if of_one:
            raise
        return  # who restores a node may have lost its key
    shape = (end or {}).get("shape", "")
    if shape and shape != settings.TIDEWAITER_SHAPE:
        raise BadInput(
            "other_shape",
            f"The database is that of a {shape} node, and this one is {settings.TIDEWAITER_SHAPE}. "
            f"Set TIDEWAITER_SHAPE={shape}, or name another database (DATABASE_URL, TIDEWAITER_HOME).",
        )
    if mark is None or not of_one:
        return
    found = end["node"] if end else ""
    if found != mark.node:
        raise BadInput("other_database", _other_database(mark, found))


def _other_database(mark: Mark, found: str) -> str:
    home = Path(settings.TIDEWAITER_HOME)
    there = f"the database is that of node {found}" if found else "the database is empty or not there"
    where = "DATABASE_URL" if settings.DATABASE_URL else "TIDEWAITER_HOME"
    return (
        f"The data folder {home} belongs to node {mark.node}, and {there}. Name the right one ({where}), "
        f"bring the node back (restore), or to begin anew take {MARK} out of the folder."
    )


def must_be_encrypted() -> None:
    """Raises `BadInput` where the store of a node that holds names lies in the clear."""
    if settings.STORE_LIES_OPEN:
        raise BadInput(
            "not_encrypted",
            f"The store of this {settings.TIDEWAITER_SHAPE} node ({settings.TIDEWAITER_HOME}) is not encrypted. Stop "
            "the node, make a backup, and run `tidewaiter encrypt_store`; or say that it is to stay so "
            "(TIDEWAITER_ENCRYPTION=off).",
        )


def must_be_made() -> None:
    """Raises `BadInput` where no node was made yet in the folder and the database that are set."""
    try:
        made = _first("ledger_chain_end")
    except Unreadable:
        return
    if made is None:
        where = "the database that DATABASE_URL names" if settings.DATABASE_URL else str(settings.TIDEWAITER_HOME)
        raise BadInput(
            "no_node",
            f"There is no node here yet ({where}). Make one with `tidewaiter init`, or name the folder of the one "
            "that is meant (TIDEWAITER_HOME).",
        )


def must_suit_rooms() -> None:
    """Raises `BadInput` where a database that has no mark yet was filled by a node of another shape."""
    end = _first("ledger_chain_end")
    if end and end.get("shape"):
        return
    here = settings.TIDEWAITER_SHAPE
    rooms = {shape: {name.rpartition(".")[2] for name in packages_of(shape)} for shape in SHAPES}
    foreign = set().union(*rooms.values()) - rooms[here]
    found = sorted(foreign & {str(row["app"]) for row in _rows("SELECT DISTINCT app FROM django_migrations")})
    others = Where(", ".join(f"'{name}'" for name in SHAPES if name != here))
    made_elsewhere = composed("SELECT node FROM cases_case WHERE node IN ({others}) LIMIT 1", others=others)
    made = [str(row["node"]) for row in _rows(made_elsewhere.sql)]
    if found or made:
        what = f"cases of a {made[0]} node" if made else f"the rooms {', '.join(found)}, which a {here} node has not"
        raise BadInput("other_shape", f"The database holds {what}. Set TIDEWAITER_SHAPE to the shape it had, and init.")


def _first(table: str) -> Row | None:
    rows = _rows(composed("SELECT * FROM {table} LIMIT 1", table=names(table)).sql)
    return rows[0] if rows else None


def _rows(sql: str) -> list[Row]:
    """Rows as they are, nothing where there is no such table or column (yet). Raises `Unreadable`, `BadInput`."""
    if connection.vendor == "sqlite":
        return rows_of_file(Path(connection.settings_dict["NAME"]), sql)
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise BadInput("no_database", "The database that DATABASE_URL names cannot be reached.") from error
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except DatabaseError:
        return []


def rows_of_file(path: Path, sql: str, key: bytes | None = None) -> list[Row]:
    """The same of a file of SQLite, which is not made by looking, and not changed; `key` of one out of a backup."""
    if not path.is_file():
        return []
    try:
        database = connect(path, key=key, read_only=True) if key else connect_to_node(path, read_only=True)
        try:
            must_open(database)
            found = database.execute(sql)
            heads = [column[0] for column in found.description]
            return [dict(zip(heads, row, strict=True)) for row in found.fetchall()]
        finally:
            database.close()
    except SQLITE_ERRORS as error:
        if str(error).startswith("no such"):
            return []
        raise Unreadable from error
