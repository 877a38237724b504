"""The decimal mark of each column of a file, told by all its cells; the file is
looked through when a cell first needs it.
"""

from __future__ import annotations

from collections.abc import Callable

from tidewaiter.forms.engine import Form
from tidewaiter.foundation.readings.dates import looks_paired, pairs_of
from tidewaiter.foundation.readings.numbers import mark_in, unclear
from tidewaiter.intake.mapping.mapping_file import Mapping
from tidewaiter.intake.reading.flat_records import as_rows
from tidewaiter.intake.reading.heads import Table, tables_of
from tidewaiter.intake.reading.readers import Source

_NUMBERS = ("decimal", "integer")
_MOST_TEXTS = 200_000
"""Different texts of a column that are looked at."""


def _tells(text: str) -> bool:
    return unclear(text) or looks_paired(text)


class ColumnMarks:
    """Tells marks by path: `.`, `,`, `?` where cells contradict each other, nothing where none tells."""

    def __init__(self, source: Source, mapping: Mapping | None, form: Callable[[], Form | None]) -> None:
        self._source, self._mapping, self._form = source, mapping, form
        self._told: dict[str, str] | None = None
        self._pairs: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The mark of a column by its path."""
        if self._told is None:
            self._told = self._looked_through()
        return self._told.get(path, "")

    def pairs(self, path: str) -> str:
        """What a column of dates means by a year and two digits: `years`, `months`, nothing where none tells."""
        if self._told is None:
            self._told = self._looked_through()
        return self._pairs.get(path, "")

    def _looked_through(self) -> dict[str, str]:
        form, again = self._form(), self._source.again
        if form is None or again is None:
            return {}
        dates = [column.path for column in form.columns if column.type == "date"]
        paths = [column.path for column in form.columns if column.type in _NUMBERS] + dates
        texts: dict[str, set[str]] = {path: set() for path in paths}
        with again() as source:
            rows = as_rows(source) if source.kind == "json" else source.rows
            for table in tables_of(rows, self._mapping, form):
                self._gather(table, self._places(table, paths, form), texts)
        self._pairs = {path: pairs_of(texts.pop(path)) for path in dates}
        return {path: mark_in(found) for path, found in texts.items()}

    def _places(self, table: Table, paths: list[str], form: Form) -> dict[str, list[int]]:
        """Where the columns stand that a path is read from."""
        places: dict[str, list[int]] = {}
        for path in paths:
            if self._mapping is not None and (not table.ours or self._mapping.sources() <= set(table.heads)):
                named = [name for name in self._mapping.sources_of(path) if name in table.heads]
                places[path] = [table.heads.index(name) for name in named]
            else:
                places[path] = [
                    at for at, head in enumerate(table.heads) if form.path_of(head.removesuffix(" *")) == path
                ]
        return {path: found for path, found in places.items() if found}

    @staticmethod
    def _gather(table: Table, places: dict[str, list[int]], texts: dict[str, set[str]]) -> None:
        for _number, cells in table.rows:
            for path, columns in places.items():
                for at in columns:
                    if at < len(cells) and _tells(cells[at]) and len(texts[path]) < _MOST_TEXTS:
                        texts[path].add(cells[at])
