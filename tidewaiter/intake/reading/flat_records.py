"""Flat JSON read as a table: an array of objects, or lines of them, under a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from tidewaiter.forms.columns import as_text
from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.foundation.readings.numbers import Number
from tidewaiter.intake.mapping.mapping_file import head_of
from tidewaiter.intake.reading.readers import Source

LOOKED_AT = 1_000
"""Records among which every column shows itself."""
_OURS = ("lines", "header")


def is_flat(source: Source) -> bool:
    """Whether the records are rows of a table, and not records of cases; the first is looked at and put back."""
    first = list(islice(source.records, 1))
    source.records = chain(first, source.records)
    return bool(first) and isinstance(first[0][1], dict) and not any(name in first[0][1] for name in _OURS)


def as_rows(source: Source) -> Iterator[NumberedRow]:
    """The records as rows: first the heads, which the first thousand have, then the cells of each."""
    first = [(number, _flat(record)) for number, record in islice(source.records, LOOKED_AT)]
    heads: dict[str, None] = {}
    for _number, cells in first:
        heads |= dict.fromkeys(cells)
    yield 0, list(heads)
    for number, cells in chain(first, ((number, _flat(record)) for number, record in source.records)):
        yield number, [cells.get(head, "") for head in heads]


def _flat(record: Any) -> dict[str, str]:
    """The values of a record by name, those inside it by names with points."""
    found: dict[str, str] = {}
    waiting = [("", iter(record.items()))] if isinstance(record, dict) else []
    while waiting:
        before, values = waiting[-1]
        for name, value in values:
            head = head_of(f"{before}{name}")
            if isinstance(value, dict):
                waiting.append((f"{head}.", iter(value.items())))
                break
            number = isinstance(value, int | float) and not isinstance(value, bool)
            found[head] = Number(as_text(value)) if number else as_text(value)
        else:
            waiting.pop()
    return found
