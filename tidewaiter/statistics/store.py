"""The analysis store: typed columns in Parquet, kept up to date by following the ledger.

A case lies for good in the bucket named by the last sign of its ref, so a change rewrites one bucket out of 32 from
the record, whatever the change was; a rebuild rewrites them all. What a bucket holds is the record, never a sum.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Right

from tidewaiter.cases.models import Case, Line
from tidewaiter.forms.projection import ARROW
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.ledger.models import ChainEnd
from tidewaiter.ledger.queries import advance, follow

NAME = "statistics"
_LAYOUT = "layout.txt"
BUCKETS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPES = {
    "string": pa.string(), "double": pa.float64(), "int64": pa.int64(), "bool": pa.bool_(), "date32": pa.date32(),
}  # fmt: skip
_AMOUNT = pa.decimal128(38, 12)
_CORE: tuple[tuple[str, pa.DataType], ...] = (
    ("ref", pa.string()), ("version", pa.int32()), ("administration", pa.string()), ("region", pa.string()), ("country", pa.string()),
    ("status", pa.string()), ("latest", pa.bool_()), ("counted", pa.bool_()), ("wide", pa.bool_()), ("pending", pa.string()),
    ("commodity", pa.string()), ("kind", pa.string()), ("date", pa.date32()), ("year", pa.int16()), ("month", pa.string()),
    ("mode", pa.string()), ("detection", pa.string()), ("direction", pa.string()), ("location_type", pa.string()), ("place", pa.string()),
    ("concealment", pa.string()), ("departure", pa.string()), ("destination", pa.string()), ("channel", pa.string()),
    ("line", pa.int32()), ("subtype", pa.string()), ("hs", pa.string()), ("origin", pa.string()), ("quantity", _AMOUNT),
    ("unit", pa.string()), ("value", _AMOUNT), ("currency", pa.string()), ("head", pa.bool_()), ("transits", pa.string()),
)  # fmt: skip
_CASE = (
    "pk", "ref", "version", "administration", "region", "country", "status", "latest", "counted", "wide", "pending", "form", "kind",
    "date", "date_precision", "year", "mode", "direction", "location_type", "place", "departure", "destination", "channel", "header__detection__method", "header__concealment__method",
    "header__route",
)  # fmt: skip
_LINE = ("case_id", "number", "subtype", "hs", "origin", "quantity", "unit", "value", "currency", "document__fields")


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
    """Rewrites the buckets of cases that changed since last time; gives how many buckets were written."""
    with _alone():
        if not any(folder().glob("*.parquet")) or not _is_of_now():
            return _rebuild()
        written: set[str] = set()
        while True:
            changed, reached = follow(NAME, ("cases.",))
            buckets = {ref[-1] for ref, _ in changed}
            _write_buckets(buckets)
            written |= buckets
            with transaction.atomic():
                advance(NAME, reached)
            if not changed:
                return len(written)


def rebuild() -> int:
    """Writes the whole store anew from the record; gives the number of buckets."""
    with _alone():
        return _rebuild()


def _rebuild() -> int:
    end = ChainEnd.objects.first()
    reached = end.seq if end else 0
    _write_buckets(set(BUCKETS))
    (folder() / _LAYOUT).write_text(_layout())
    with transaction.atomic():
        advance(NAME, reached)
    return len(BUCKETS)


def _layout() -> str:
    """The columns of every form, as text: a store of another layout, made by another version, is written anew."""
    return "\n".join(f"{name} {kind}" for name, kind in _CORE)


def _is_of_now() -> bool:
    path = folder() / _LAYOUT
    return path.is_file() and path.read_text() == _layout()


def stamp() -> tuple[int, int]:
    """Changes whenever the store does: how many files, and when the latest was written (nanoseconds)."""
    times = [path.stat().st_mtime_ns for path in folder().glob("*.parquet")]
    return len(times), max(times, default=0)


def _schema() -> tuple[pa.Schema, dict[str, list[tuple[str, str, str]]]]:
    """The columns of the store, and for each form (field, column, type): the form's own fields as `<form>_<field>`."""
    own: dict[str, list[tuple[str, str, str]]] = {}
    fields = [*_CORE]
    for form in forms_in_use():
        own[form.code] = [
            (c.path, f"{form.code.lower()}_{c.path}", ARROW[c.type])
            for c in form.columns
            if c.scope == "fields" and not c.nominal
        ]
        fields += [(column, _TYPES[kind]) for _, column, kind in own[form.code]]
    return pa.schema(fields), own


def _write_buckets(buckets: set[str]) -> None:
    if not buckets:
        return
    schema, own = _schema()
    folder().mkdir(parents=True, exist_ok=True)
    for some in in_batches(sorted(buckets), 8):
        rows: dict[str, list[tuple[Any, ...]]] = {bucket: [] for bucket in some}
        for bucket, row in _rows(some, own, len(schema)):
            rows[bucket].append(row)
        for bucket, found in rows.items():
            columns = list(zip(*found)) if found else [()] * len(schema)
            table = pa.table(
                [pa.array(values, type=field.type) for values, field in zip(columns, schema)], schema=schema
            )
            part = folder() / f"{bucket}.{os.getpid()}.part"
            pq.write_table(table, part, compression="zstd")
            part.replace(folder() / f"{bucket}.parquet")


def _rows(
    buckets: list[str], own: dict[str, list[tuple[str, str, str]]], width: int
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    standing = Case.objects.filter(Q(latest=True) | Q(counted=True))
    if len(buckets) < len(BUCKETS):
        standing = standing.alias(bucket=Right("ref", 1)).filter(bucket__in=buckets)
    places = {
        column: len(_CORE) + at
        for at, column in enumerate(column for fields in own.values() for _, column, _ in fields)
    }
    for cases in in_batches(standing.order_by("pk").values_list(*_CASE).iterator(chunk_size=5000), 5000):
        lines: dict[int, list[tuple[Any, ...]]] = {}
        found = Line.objects.filter(case_id__gte=cases[0][0], case_id__lte=cases[-1][0]).order_by("case_id", "number")
        for key, *line in found.values_list(*_LINE):
            lines.setdefault(key, []).append(tuple(line))
        for key, *case in cases:
            transits = _transits(case.pop())
            head = _head(case)
            for at, line in enumerate(lines.get(key) or [_NO_LINE]):
                row = [*head, *line[:-1], at == 0, transits, *([None] * (width - len(_CORE)))]
                for name, column, kind in own.get(head[10], ()):
                    value = (line[-1] or {}).get(name)
                    if value is not None:
                        row[places[column]] = _typed(value, kind)
                yield case[0][-1], tuple(row)


def _transits(route: Any) -> str | None:
    """Countries of transit in their order, by `;`."""
    legs = [leg for leg in route or [] if isinstance(leg, dict) and leg.get("role") == "transit"]
    return ";".join(str(leg["country"]) for leg in legs if leg.get("country")) or None


_NO_LINE: tuple[Any, ...] = (None, None, None, None, None, None, None, None, {})


def _head(case: list[Any]) -> list[Any]:
    (ref, version, administration, region, country, status, latest, counted, wide, pending, form, kind, day, precision, year, mode,
     direction, location_type, place, departure, destination, channel, detection, concealment) = case  # fmt: skip
    month = day.isoformat()[:7] if precision != "year" else None
    return [
        ref, version, administration, region, country, status, latest, counted, wide, pending, form, kind, day, year, month,
        mode or None, detection, direction or None, location_type or None, place or None,
        concealment, departure or None, destination or None, channel,
    ]  # fmt: skip


def _typed(value: Any, kind: str) -> Any:
    match kind:
        case "double":
            return float(Decimal(str(value)))
        case "int64":
            return int(Decimal(str(value)))
        case "date32":
            return date.fromisoformat(str(value))
        case "bool":
            return bool(value)
        case _:
            return ";".join(value) if isinstance(value, list) else str(value)
