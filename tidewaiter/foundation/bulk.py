"""Many rows at once, past the object mapper: `executemany` on SQLite, `COPY` on PostgreSQL (STACK.md 2.3)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

import msgspec
from django.db import connection, models
from django.db.models.expressions import RawSQL

from tidewaiter.foundation.sql import Where, composed, names

_MOST_KNOWN, _LONGEST_KNOWN = 10_000, 500
"""Texts of one column that are remembered while rows are written, and signs of one that is."""


class _Judging(Protocol):
    """A column that judges what is written into it."""

    def judged_stored(self, value: Any) -> Any:
        """A value, already what the database takes, as this node may keep it."""


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts `rows` (values in the order of `columns`, attribute names) into the table of `model`.

    Values must already be what the database takes: text for JSON, `decimal.Decimal`, `datetime`, `date`.
    Columns that judge what is written into them (`privacy.columns`) judge it here too.
    Call inside a transaction; constraints raise `django.db.IntegrityError`.
    """
    fields = [model._meta.pk if name == "pk" else model._meta.get_field(name.removesuffix("_id")) for name in columns]
    columns_named = names(*(str(getattr(field, "column", "")) for field in fields))
    table = names(model._meta.db_table)
    judges = [
        (at, cast(_Judging, field).judged_stored) for at, field in enumerate(fields) if getattr(field, "judges", False)
    ]
    if judges:
        rows = _judged(rows, judges)
    if connection.vendor == "postgresql":
        copying = composed("COPY {table} ({names}) FROM STDIN", table=table, names=columns_named)
        with connection.cursor() as cursor, cursor.copy(copying.sql) as copy:
            for row in rows:
                copy.write_row(row)
        return
    inserting = composed(
        "INSERT INTO {table} ({names}) VALUES ({marks})",
        table=table,
        names=columns_named,
        marks=Where(", ".join("?" * len(fields))),
    )
    with connection.cursor() as cursor:
        raw = cursor.connection.cursor()
        try:
            raw.executemany(inserting.sql, rows)
        finally:
            raw.close()


def _judged(
    rows: Iterable[Sequence[Any]], judges: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterator[Sequence[Any]]:
    """Rows whose cells are judged where a column judges; what was judged in one of them is not judged again in the
    next: the texts of findings are few.
    """
    known: list[dict[str, Any]] = [{} for _ in judges]
    for row in rows:
        cells = list(row)
        for (at, judge), before in zip(judges, known, strict=True):
            value = cells[at]
            if not value:
                continue
            if type(value) is not str or len(value) > _LONGEST_KNOWN:
                cells[at] = judge(value)
                continue
            found = before.get(value)
            if found is None:
                found = judge(value)
                if len(before) < _MOST_KNOWN:
                    before[value] = found
            cells[at] = found
        yield cells


def allocate_keys(model: type[models.Model], count: int) -> int:
    """The first of `count` primary keys in a row that no other transaction will use.

    Call inside a transaction. SQLite has one writer; on PostgreSQL the table's sequence is moved on.
    """
    table, column = model._meta.db_table, str(getattr(model._meta.pk, "column", "id"))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
            sequence = cursor.fetchone()[0]
            cursor.execute("SELECT nextval(%s)", [sequence])
            first = int(cursor.fetchone()[0])
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
            return first
        largest = composed("SELECT coalesce(max({key}), 0) + 1 FROM {table}", key=names(column), table=names(table))
        cursor.execute(largest.sql)
        return int(cursor.fetchone()[0])


def among(values: Iterable[str] | Iterable[int]) -> RawSQL | list[str]:
    """Any number of texts, or of whole numbers, for `field__in`, as one parameter."""
    sent = list(values)
    if not sent:
        return []
    if connection.vendor == "postgresql":
        if isinstance(sent[0], int):
            return RawSQL("SELECT unnest(%s::bigint[])", [sent])
        return RawSQL("SELECT unnest(%s::text[])", [sent])
    return RawSQL("SELECT value FROM json_each(%s)", [msgspec.json.encode(sent).decode()])


@contextmanager
def lean_connection(mebibytes: int) -> Iterator[None]:
    """On SQLite, keeps the connection to so much cache, and none of the file in the process's own memory, however
    long the work.

    Lists and searches gain by having the file at hand; what is written once does not.
    """
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("mmap_size", "cache_size")}
        cursor.execute("PRAGMA mmap_size = 0")
        cursor.execute(f"PRAGMA cache_size = -{mebibytes * 1024}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {int(value)}")


@contextmanager
def calm_collector() -> Iterator[None]:
    """Lets Python look for cycles more rarely while millions of small things without any are made and dropped.

    What is here already (code, lists) is left out of the search; everything is as before afterwards.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def in_weighed_batches[T](things: Iterable[T], size: int, most: int, weigh: Callable[[T], int]) -> Iterator[list[T]]:
    """`things` in lists of at most `size` that weigh at most `most` together (one that
    weighs more comes alone), read as needed.
    """
    batch: list[T] = []
    weight = 0
    for thing in things:
        its = weigh(thing)
        if batch and (len(batch) >= size or weight + its > most):
            yield batch
            batch, weight = [], 0
        batch.append(thing)
        weight += its
    if batch:
        yield batch


def in_pages(rows: models.QuerySet[Any, Any], size: int) -> Iterator[list[Any]]:
    """Rows in order of their keys, `size` at a time; rows of values have the key first.

    Each page is asked for by itself and between pages nothing is open, so that what is written
    between them is not refused because somebody else has written (foundation/aside.py). What
    changes meanwhile may be seen as it was or as it is.
    """
    last: Any = None
    while True:
        page = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:size])
        if page:
            yield page
        if len(page) < size:
            return
        last = page[-1].pk if isinstance(page[-1], models.Model) else page[-1][0]


def in_batches[T](things: Iterable[T], size: int) -> Iterable[list[T]]:
    """`things` in lists of at most `size`, in order, read as needed."""
    batch: list[T] = []
    for thing in things:
        batch.append(thing)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
