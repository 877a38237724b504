"""The analysis store: typed columns in Parquet, kept up to date by following the ledger.

A file holds the cases of one year whose refs end alike, so that a period is asked of few files. A change,
whatever it was, takes the case out of the files and puts it in anew from the record; a rebuild writes them all.
What a file holds is the record, never a sum.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from tidewaiter.cases.models import Case, Line
from tidewaiter.foundation.bulk import among, in_batches, in_pages
from tidewaiter.foundation.disk import disk_full, whole
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.parameters import whole as whole_number
from tidewaiter.jobs.set_aside import due_refs, run_together
from tidewaiter.ledger.models import ChainEnd
from tidewaiter.ledger.queries import advance, follow, position

NAME, DEED = "statistics", "statistics_follow"
"""As which it follows the ledger, and as which it stands on the schedule."""
_LAYOUT = "layout.txt"
SIGNS, GROUPS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 2
"""Signs of a ref, and into how many files the cases of a year are parted by the last of them."""
CASES_TURNED, MOST_FOLLOWED, ROW_GROUP = 10_000, 20_000, 122_880
Part = tuple[int, int]
"""Year and group."""
_AMOUNT = pa.decimal128(38, 12)
_CORE: tuple[tuple[str, pa.DataType], ...] = (
    ("ref", pa.string()),
    ("version", pa.int32()),
    ("administration", pa.string()),
    ("region", pa.string()),
    ("country", pa.string()),
    ("status", pa.string()),
    ("latest", pa.bool_()),
    ("counted", pa.bool_()),
    ("wide", pa.bool_()),
    ("pending", pa.string()),
    ("commodity", pa.string()),
    ("kind", pa.string()),
    ("date", pa.date32()),
    ("year", pa.int16()),
    ("month", pa.string()),
    ("mode", pa.string()),
    ("detection", pa.string()),
    ("direction", pa.string()),
    ("location_type", pa.string()),
    ("place", pa.string()),
    ("concealment", pa.string()),
    ("departure", pa.string()),
    ("destination", pa.string()),
    ("channel", pa.string()),
    ("line", pa.int32()),
    ("subtype", pa.string()),
    ("hs", pa.string()),
    ("origin", pa.string()),
    ("quantity", _AMOUNT),
    ("unit", pa.string()),
    ("value", _AMOUNT),
    ("currency", pa.string()),
    ("head", pa.bool_()),
    ("goods", pa.int64()),
    ("transits", pa.string()),
    ("events", pa.int64()),
)
"""`events` says how many seizures a line is: one, or as many as a source's total sums. `head` is true
in the first line of a case, and there `goods` says how many seizures the case has: what is counted by
columns of a case reads first lines alone.
"""
MOST_EVENTS = 10**9
"""Seizures that a line is counted for at most: a slip of a reporter overflows no sum."""
_CASE = (
    "pk",
    "ref",
    "version",
    "administration",
    "region",
    "country",
    "status",
    "latest",
    "counted",
    "wide",
    "pending",
    "form",
    "kind",
    "date",
    "date_precision",
    "year",
    "mode",
    "direction",
    "location_type",
    "place",
    "departure",
    "destination",
    "channel",
    "header__detection__method",
    "header__concealment__method",
    "header__route",
)
_LINE = (
    "case_id",
    "number",
    "subtype",
    "hs",
    "origin",
    "quantity",
    "unit",
    "value",
    "currency",
    "document__fields__events",
    "document__events",
)
SCHEMA = pa.schema(_CORE)


def folder() -> Path:
    """Where the Parquet files lie."""
    return Path(settings.TIDEWAITER_HOME) / "analysis"


@contextmanager
def _alone() -> Iterator[None]:
    """One writer at a time, across processes."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bring_up_to_date() -> int:
    """Puts the cases that changed since last time into their parts anew; gives how many parts were written.

    A case that makes no row is set aside: it stands in no figure until it is changed, and the others do.
    """
    with _alone():
        if not any(folder().glob("*.parquet")) or not _is_of_now():
            return _rebuild()
        written: set[Part] = set()
        again = due_refs(DEED)
        while True:
            changed, reached = follow(NAME, ("cases.",), limit=MOST_FOLLOWED)
            if len(changed) >= MOST_FOLLOWED:
                return _rebuild()  # after a large file every part is another
            refs = {ref for ref, _version in changed} | set(again)
            parts = _parts_of(refs)
            _renew(parts, refs)
            written |= parts
            if reached != position(NAME) and not _moved_on(reached):
                return len(written)
            again = []
            if not changed:
                return len(written)


def _moved_on(reached: int) -> bool:
    """Notes how far the store is. On a full disk that waits: what is written is right, and reading it needs no room."""
    try:
        with transaction.atomic():
            advance(NAME, reached)
    except (DatabaseError, OSError) as error:
        if disk_full(error) is None:
            raise
        return False
    return True


def rebuild() -> int:
    """Writes the whole store anew from the record; gives the number of parts."""
    with _alone():
        return _rebuild()


def _rebuild() -> int:
    end = ChainEnd.objects.first()
    reached = end.seq if end else 0
    years = {day.year for day in Case.objects.dates("date", "year")} or {now().year}
    parts = {(year, group) for year in years for group in range(GROUPS)}
    for path in folder().glob("*.parquet"):
        if path.name not in {_name(part) for part in parts}:
            path.unlink()
    for year in sorted(years):
        _write_year(year)
    (folder() / _LAYOUT).write_text(_layout())
    with transaction.atomic():
        advance(NAME, reached)
    return len(parts)


def _group(ref: str) -> int:
    """Which group a case lies in for good: by the last sign of its ref."""
    return max(SIGNS.find(ref[-1:]), 0) // (len(SIGNS) // GROUPS)


def _name(part: Part) -> str:
    return f"{part[0]}-{part[1]:02d}.parquet"


def files_of(years: Iterable[int] | None = None) -> list[Path]:
    """The files of some years, or all; at least one, that there is a table to ask."""
    every = sorted(folder().glob("*.parquet"))
    if years is None:
        return every
    wanted = {str(year) for year in years}
    return [path for path in every if path.name.split("-")[0] in wanted] or every[:1]


def _parts_of(refs: set[str]) -> set[Part]:
    """The parts in which cases lie by the record, and those in which the store still has them."""
    if not refs:
        return set()
    found: set[Part] = set()
    for some in in_batches(sorted(refs), 500):
        dates = Case.objects.filter(ref__in=some).values_list("ref", "date")
        found |= {(day.year, _group(ref)) for ref, day in dates if day is not None}
    groups = {_group(ref) for ref in refs}
    for path in folder().glob("*.parquet"):
        year, group = (int(one) for one in path.stem.split("-"))
        if group in groups and (year, group) not in found:
            held = pq.read_table(path, columns=["ref"]).column("ref")
            if pc.any(pc.is_in(held, value_set=pa.array(sorted(refs)))).as_py():
                found.add((year, group))
    return found


def _layout() -> str:
    """The columns of every form, as text: a store of another layout, made by another version, is written anew."""
    return "\n".join([f"by year and {GROUPS} groups, first lines first", *(f"{name} {kind}" for name, kind in _CORE)])


def _is_of_now() -> bool:
    path = folder() / _LAYOUT
    return path.is_file() and path.read_text() == _layout()


def stamp() -> tuple[int, int]:
    """Changes whenever the store does: how many files, and when the latest was written (nanoseconds)."""
    times = [path.stat().st_mtime_ns for path in folder().glob("*.parquet")]
    return len(times), max(times, default=0)


def _write_year(year: int) -> None:
    """Writes all parts of a year from the record."""
    folder().mkdir(parents=True, exist_ok=True)
    kept: dict[int, list[pa.Table]] = {group: [] for group in range(GROUPS)}
    for cases in in_pages(_standing(year).values_list(*_CASE), CASES_TURNED):
        _turn(cases, kept)
    for group, tables in kept.items():
        _write(tables, (year, group))


def _renew(parts: set[Part], refs: set[str]) -> None:
    """Takes cases out of their parts and puts them in as the record has them now."""
    ordered = sorted(refs)
    gone = pa.array(ordered)
    for year in {year for year, _group in parts}:
        kept: dict[int, list[pa.Table]] = {group: [] for one, group in parts if one == year}
        for group, tables in kept.items():
            path = folder() / _name((year, group))
            if path.exists():
                held = pq.read_table(path, schema=SCHEMA)
                tables.append(held.filter(pc.invert(pc.is_in(held.column("ref"), value_set=gone))))
        for some in in_batches(ordered, 500):
            _turn(list(_standing(year).filter(ref__in=some).order_by("pk").values_list(*_CASE)), kept)
        for group, tables in kept.items():
            _write(tables, (year, group))


def _write(tables: list[pa.Table], part: Part) -> None:
    """Writes a part, whole or not at all: the first lines of all cases in row groups of their own, for what counts
    cases passes over the others unread.
    """
    table = pa.concat_tables(tables) if tables else SCHEMA.empty_table()
    head = table.column("head")
    path = folder() / _name(part)
    with whole(path) as unfinished, pq.ParquetWriter(unfinished, SCHEMA, compression="zstd") as out:
        for rows in (table.filter(head), table.filter(pc.invert(head))):
            out.write_table(rows.combine_chunks(), row_group_size=ROW_GROUP)


def _turn(cases: list[tuple[Any, ...]], kept: dict[int, list[pa.Table]]) -> None:
    """Turns cases into columns, which are smaller than rows of Python; those that make none are set aside."""

    def turn(some: Sequence[tuple[Any, ...]]) -> None:
        rows: dict[int, list[tuple[Any, ...]]] = {group: [] for group in kept}
        for group, row in _rows(some):
            rows[group].append(row)
        tables = {group: _table(found) for group, found in rows.items() if found}
        for group, table in tables.items():
            kept[group].append(table)

    run_together(cases, turn, deed=DEED, ref_of=lambda case: str(case[1]), in_transaction=False)


def _table(rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = [pa.array(values, type=field.type) for values, field in zip(zip(*rows, strict=True), SCHEMA, strict=True)]
    return pa.table(columns, schema=SCHEMA)


def _standing(year: int) -> QuerySet[Case]:
    """Versions that figures may be asked of, by the date of the case."""
    return Case.objects.filter(Q(latest=True) | Q(counted=True), date__range=(date(year, 1, 1), date(year, 12, 31)))


def _rows(cases: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(group, line) of cases."""
    lines: dict[int, list[tuple[tuple[Any, ...], int]]] = {}
    keys = [case[0] for case in cases]
    for key, *line in Line.objects.filter(case_id__in=among(keys)).order_by("case_id", "number").values_list(*_LINE):
        of_all, of_form = line.pop(), line.pop()
        events = _events(of_form if of_all is None else of_all)
        lines.setdefault(key, []).append(((*line, events), events))
    for key, *case in cases:
        transits = _transits(case.pop())
        head, group = _head(case), _group(case[0])
        goods = lines.get(key, [])
        seizures = sum(events for _line, events in goods)
        for at, ((*line, events), _count) in enumerate(goods or [(_NO_LINE, 0)]):
            yield group, (*head, *line, at == 0, 0 if at else seizures, transits, events)


def _events(said: Any) -> int:
    """How many seizures a line is: what the source says that it sums; a line is one at least."""
    number = whole_number(str(said))  # SQLite gives a number of JSON as one, PostgreSQL as text
    return min(max(number, 1), MOST_EVENTS) if number is not None else 1


def _transits(route: Any) -> str | None:
    """Countries of transit in their order, by `;`."""
    legs = [leg for leg in route or [] if isinstance(leg, dict) and leg.get("role") == "transit"]
    return ";".join(str(leg["country"]) for leg in legs if leg.get("country")) or None


_NO_LINE: tuple[Any, ...] = (None,) * len(_LINE[2:])  # the case aside, and one of the two that say the events


def _head(case: list[Any]) -> list[Any]:
    (
        ref,
        version,
        administration,
        region,
        country,
        status,
        latest,
        counted,
        wide,
        pending,
        form,
        kind,
        day,
        precision,
        year,
        mode,
        direction,
        location_type,
        place,
        departure,
        destination,
        channel,
        detection,
        concealment,
    ) = case
    month = day.isoformat()[:7] if precision != "year" else None
    return [
        ref,
        version,
        administration,
        region,
        country,
        status,
        latest,
        counted,
        wide,
        pending,
        form,
        kind,
        day,
        year,
        month,
        mode or None,
        detection,
        direction or None,
        location_type or None,
        place or None,
        concealment,
        departure or None,
        destination or None,
        channel,
    ]
