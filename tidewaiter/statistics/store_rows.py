"""Cases turned into the lines of the analysis store, and its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from tidewaiter.cases.models import Line
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.parameters import whole as whole_number

SIGNS, GROUPS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 2
"""Signs of a ref, and into how many files the cases of a year are parted by the last of them."""
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
    ("mp_class", pa.string()),
    ("trademark", pa.bool_()),
    ("tested", pa.string()),
    ("dosage_form", pa.string()),
    ("assay", pa.float64()),
    ("doses", _AMOUNT),
)
"""`events` says how many seizures a line is: one, or as many as a source's total sums. `head` is true
in the first line of a case, and there `goods` says how many seizures the case has: what is counted by
columns of a case reads first lines alone. The last six are of medical products.
"""
MOST_DOSES = 10**15
MOST_EVENTS = 10**9
"""Seizures that a line is counted for at most: a slip of a reporter overflows no sum."""
CASE_COLUMNS = (
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
    "document__fields__mp_class",
    "document__fields__trademark_infringed",
    "document__fields__test_state",
    "document__fields__dosage_form",
    "document__fields__assay",
    "document__fields__doses",
    "document__fields__events",
    "document__events",
)
_OF_MEDICINES = 6
"""How many of them are of medical products; these and the two of events stand last."""
SCHEMA = pa.schema(_CORE)


def group_of(ref: str) -> int:
    """Which group a case lies in for good: by the last sign of its ref."""
    return max(SIGNS.find(ref[-1:]), 0) // (len(SIGNS) // GROUPS)


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    """Lines as columns of the store."""
    columns = [pa.array(values, type=field.type) for values, field in zip(zip(*rows, strict=True), SCHEMA, strict=True)]
    return pa.table(columns, schema=SCHEMA)


def rows_of(cases: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """(group, line) of cases."""
    lines: dict[int, list[tuple[Any, ...]]] = {}
    keys = [case[0] for case in cases]
    rows = Line.objects.filter(case_id__in=among(keys)).order_by("case_id", "number")
    for key, *line, of_form, of_all in rows.values_list(*_LINE):
        goods, of_medicines = line[:-_OF_MEDICINES], _medicine(*line[-_OF_MEDICINES:])
        events = events_of(of_form if of_all is None else of_all)
        lines.setdefault(key, []).append((*goods, events, of_medicines))
    for key, *case in cases:
        transits = _transits(case.pop())
        head, group = _head(case), group_of(case[0])
        goods = lines.get(key, [])
        seizures = sum(events for *_, events, _of_medicines in goods)
        for at, (*line, events, of_medicines) in enumerate(goods or [_NO_LINE]):
            yield group, (*head, *line, at == 0, 0 if at else seizures, transits, events, *of_medicines)


def events_of(said: Any) -> int:
    """How many seizures a line is: what the source says that it sums; a line is one at least."""
    number = whole_number(str(said))  # SQLite gives a number of JSON as one, PostgreSQL as text
    return min(max(number, 1), MOST_EVENTS) if number is not None else 1


def _transits(route: Any) -> str | None:
    """Countries of transit in their order, by `;`."""
    legs = [leg for leg in route or [] if isinstance(leg, dict) and leg.get("role") == "transit"]
    return ";".join(str(leg["country"]) for leg in legs if leg.get("country")) or None


def _medicine(*said: Any) -> tuple[Any, ...]:
    """What its form says of a medical product, each as the store holds it; what another form means by it is none."""
    wrong, trademark, tested, dosage_form, assay, doses = said
    return (
        _text(wrong),
        trademark if isinstance(trademark, bool) else None,
        _text(tested),
        _text(dosage_form),
        float(found) if (found := _number(assay)) is not None else None,
        _number(doses),
    )


def _text(said: Any) -> str | None:
    return said if isinstance(said, str) and said else None


def _number(said: Any) -> Decimal | None:
    """A number that is stored as text or as one; nothing for what is none, or is more than a column holds."""
    if isinstance(said, bool) or not isinstance(said, (str, int, float, Decimal)):
        return None
    try:
        found = Decimal(str(said))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < MOST_DOSES else None


_NO_LINE: tuple[Any, ...] = (*(None,) * (len(_LINE) - 3 - _OF_MEDICINES), None, (None,) * _OF_MEDICINES)
"""A case without goods: its columns of a line, the events, and those of medical products."""


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
