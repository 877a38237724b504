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

from tidewaiter.cases.models import Case
from tidewaiter.foundation.bulk import in_batches, in_pages
from tidewaiter.foundation.disk import disk_full, whole
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.scratch import open_folder
from tidewaiter.jobs.set_aside import due_refs, run_together
from tidewaiter.ledger.models import ChainEnd
from tidewaiter.ledger.queries import advance, follow, position
from tidewaiter.statistics.store_rows import CASE_COLUMNS, GROUPS, SCHEMA, group_of, rows_of, table_of

NAME, DEED = "statistics", "statistics_follow"
"""As which it follows the ledger, and as which it stands on the schedule."""
_LAYOUT = "layout.txt"
CASES_TURNED, MOST_FOLLOWED, ROW_GROUP = 10_000, 20_000, 122_880
Part = tuple[int, int]
"""Year and group."""


def folder() -> Path:
    """Where the Parquet files lie: where the store is encrypted in memory, for they can be made anew at any time."""
    return open_folder(Path(settings.TIDEWAITER_HOME), sealed=settings.STORE_SEALED) / "analysis"


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
            # the whole case goes and comes anew, whatever the deed was: it may have moved to another year
            refs = {ref for ref, _version in changed} | set(again)
            parts = _parts_of(refs)
            _renew(parts, refs)
            written |= parts
            if reached != position(NAME) and not _moved_on(reached):
                return len(written)  # what is written is right; only the note of how far waits for room
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
        found |= {(day.year, group_of(ref)) for ref, day in dates if day is not None}
    groups = {group_of(ref) for ref in refs}
    for path in folder().glob("*.parquet"):
        year, group = (int(one) for one in path.stem.split("-"))
        if group in groups and (year, group) not in found:
            held = pq.read_table(path, columns=["ref"]).column("ref")
            if pc.any(pc.is_in(held, value_set=pa.array(sorted(refs)))).as_py():
                found.add((year, group))
    return found


def _layout() -> str:
    """The columns of every form, as text: a store of another layout, made by another version, is written anew."""
    return "\n".join([f"by year and {GROUPS} groups, first lines first", *(f"{one.name} {one.type}" for one in SCHEMA)])


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
    for cases in in_pages(stored_versions(year).values_list(*CASE_COLUMNS), CASES_TURNED):
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
        # of every ref, not of this year's alone: a case whose date changed comes in here and goes out there
        for some in in_batches(ordered, 500):
            _turn(list(stored_versions(year).filter(ref__in=some).order_by("pk").values_list(*CASE_COLUMNS)), kept)
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
        for group, row in rows_of(some):
            rows[group].append(row)
        tables = {group: table_of(found) for group, found in rows.items() if found}
        for group, table in tables.items():
            kept[group].append(table)

    run_together(cases, turn, deed=DEED, ref_of=lambda case: str(case[1]), in_transaction=False)


def stored_versions(year: int) -> QuerySet[Case]:
    """Versions that figures may be asked of, by the date of the case."""
    return Case.objects.filter(Q(latest=True) | Q(counted=True), date__range=(date(year, 1, 1), date(year, 12, 31)))
