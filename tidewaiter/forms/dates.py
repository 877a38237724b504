"""The date of a case as a source writes it, and how precise it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.types import clean_code, clean_date
from tidewaiter.foundation.readings.dates import looks_paired

_MEMO, _REMEMBERED = 50_000, 200
_COARSE = ("day", "month", "year")


@dataclass(slots=True)
class Days:
    """Reads the dates of one source; remembers those it has read."""

    rules: ReadingRules
    _read: dict[str, tuple[str | None, str, Problem | None]] = field(default_factory=dict)

    def read(self, said: str, flat: dict[str, Any], problems: list[Problem]) -> None:
        """Puts `date` and `date_precision` into `flat`, or says what is wrong."""
        said = said[:_REMEMBERED]
        answer = self._read.get(said)
        if answer is None:
            self._read = {} if len(self._read) > _MEMO else self._read
            rules = self.rules
            pairs = rules.pairs("date") if rules.pairs is not None and looks_paired(said) else ""
            answer = self._read[said] = clean_date(
                "date", said, rules.date_formats, days_from_1904=rules.days_from_1904, pairs=pairs
            )
        value, precision, problem = answer
        if problem or value is None:
            problems.append(problem or Problem("date", "date_unreadable", said[:80]))
            return
        starts = self.rules.fiscal_year_starts
        if starts > 1 and precision != "year":
            late = int(value[5:7]) >= starts
            shift = (0 if late else 1) if self.rules.fiscal_year_first else (-1 if late else 0)
            value = f"{int(value[:4]) + shift}{value[4:]}"
        flat["date"] = value
        flat["date_precision"] = precision

    @staticmethod
    def make_coarser(said: str, flat: dict[str, Any], problems: list[Problem]) -> None:
        """A precision that is stated beside a whole date makes it coarser, never finer."""
        value, problem = clean_code("date_precision", said, "date_precision")
        if problem is not None:
            problems.append(problem)
        elif "date" in flat and _COARSE.index(str(value)) > _COARSE.index(flat["date_precision"]):
            flat["date_precision"] = value
            flat["date"] = flat["date"][:4] + ("-01-01" if value == "year" else flat["date"][4:7] + "-01")
