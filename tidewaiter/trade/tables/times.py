"""Of what time rows of reported trade are: the year that is added up, and whether a
row is of a year, a quarter or a month.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import ibis
import pyarrow as pa

from tidewaiter.foundation.readings.dates import month_of
from tidewaiter.trade.expressions import Column
from tidewaiter.trade.tables.cells import joined
from tidewaiter.trade.tables.columns import Columns
from tidewaiter.trade.tables.opened import TableReading
from tidewaiter.trade.tables.words import Period, is_total, periods_of

_FREQUENCIES = {
    "a": "year",
    "annual": "year",
    "y": "year",
    "m": "month",
    "monthly": "month",
    "q": "quarter",
    "quarterly": "quarter",
}
_WHOLE = frozenset({"52", "0", "13", "year", "annual", "full year", "jahr", "ano", "annee"})
"""As a column of months says the whole year (Comtrade's `refMonth`: 52), beside the words for totals."""
_quarter = re.compile(r"[QT]\s?([1-4])|([1-4])\s?[QT]", re.IGNORECASE)


def column_of(columns: Columns, name: str) -> str:
    """The head of the file that says `name`; of times that of the year, else of the period."""
    names = ("year", "period") if name == "period" else (name,)
    return next((columns.taken[one][0] for one in names if one in columns.taken), name)


def read_times(reading: TableReading) -> int:
    """The year of each row as `when` (0 where none is said), and where rows are of years and of months, which a row is
    (`grain`); of how many kinds they are. What is said and is no time stands in `period_unread`.
    """
    said = reading.said
    years = {name: periods_of(said[f"{name}_0"]) for name in ("year", "period") if f"{name}_0" in said}
    grains = _grains(reading, years.get("period", {}))
    known: list[str] = []
    for name, periods in years.items():
        if known and grains < 2 and not _lacks(reading, known[-1], years[known[-1]]):
            continue
        listed = {
            text: {f"{name}_when": one.year, f"{name}_grain": one.grain, f"{name}_quarter": one.quarter}
            for text, one in periods.items()
        }
        types = {f"{name}_when": pa.int32(), f"{name}_grain": pa.string(), f"{name}_quarter": pa.int32()}
        reading.table = joined(reading.table, f"{name}_0", listed, types)
        known.append(name)
    constant = periods_of([reading.columns.constants.get("year", "")])
    when = [reading.table[f"{name}_when"] for name in known] + [ibis.literal(one.year) for one in constant.values()]
    found = ibis.coalesce(*when, ibis.null("int32")).cast("int32")
    reading.table = reading.table.mutate(when=found.fill_null(0), period_unread=_unread(reading, years, found))
    if grains > 1:
        quarters = [reading.table[f"{name}_quarter"] for name in known]
        none = ibis.null("int32")
        reading.table = reading.table.mutate(quarter=ibis.coalesce(*quarters, none))
        reading.table = reading.table.mutate(grain=_grain(reading, known))
        return grains
    return _of_months(reading)


def _unread(reading: TableReading, years: Mapping[str, Mapping[str, Period]], found: Column) -> Column:
    """What rows say of their time that is none: no year is guessed, and rows of different ones never added up."""
    if not any(_lacks(reading, name, periods) and reading.said[f"{name}_0"] for name, periods in years.items()):
        return ibis.null("string")
    reading.unread.append("period")
    spoken = ibis.coalesce(*(reading.table[f"{name}_0"] for name in years))
    return ibis.ifelse(found.isnull(), spoken, ibis.null("string"))


def _lacks(reading: TableReading, name: str, periods: Mapping[str, Period]) -> bool:
    """Whether a column has texts that are no time."""
    texts = reading.said[f"{name}_0"]
    return len(periods) < len(texts) or not texts


def _grains(reading: TableReading, periods: Mapping[str, Period]) -> int:
    if "frequency_0" in reading.said:
        return len({_FREQUENCIES.get(text.lower(), text) for text in reading.said["frequency_0"]})
    return len({"month" if period.grain == "day" else period.grain for period in periods.values()})


def _grain(reading: TableReading, known: list[str]) -> Column:
    table = reading.table
    if "frequency_0" in table.columns:
        said = table.frequency_0.lower()
        years = [text for text, grain in _FREQUENCIES.items() if grain == "year"]
        quarters = [text for text, grain in _FREQUENCIES.items() if grain == "quarter"]
        return ibis.cases((said.isin(years), "year"), (said.isin(quarters), "quarter"), else_="month")
    own = table[f"{known[-1]}_grain"]
    return ibis.ifelse(own.isin(["year", "quarter"]), own, "month")


def _part_of_year(text: str) -> tuple[str, int | None]:
    """What a column of months says: a month with its quarter, a quarter, or the whole year."""
    said = text.strip().removesuffix(".0")
    if match := _quarter.fullmatch(said):
        return "quarter", int(match[1] or match[2])
    month = int(said) if said.isdigit() and 1 <= int(said) <= 12 else month_of(said)
    if month:
        return "month", (month + 2) // 3
    whole = said.lower() in _WHOLE or is_total(said)
    return ("year" if whole else "month"), None


def _of_months(reading: TableReading) -> int:
    """Where the year stands in one column and the month in another, which rows are of the whole year: those
    that say so, or say no month at all.
    """
    if "month_0" not in reading.said or "frequency_0" in reading.said:
        return 1
    parts = {text: _part_of_year(text) for text in reading.said["month_0"]}
    kinds = {grain for grain, _quarter in parts.values()}
    empty = reading.table.agg(n=reading.table.month_0.isnull().any()).to_pyarrow().to_pylist()[0]["n"]
    if kinds <= {"month"} and not empty:
        return 1
    listed = {text: {"grain": grain, "quarter": quarter} for text, (grain, quarter) in parts.items()}
    table = joined(reading.table, "month_0", listed, {"grain": pa.string(), "quarter": pa.int32()})
    reading.table = table.mutate(grain=table.grain.fill_null("year"))
    return 2 if parts else 1
