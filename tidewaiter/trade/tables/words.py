"""What the words of trade tables mean, by the one reader of each list: countries, flows, units, currencies, periods."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.codelists.currencies import read_currency
from tidewaiter.codelists.flows import read_flow
from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.units import read_unit
from tidewaiter.foundation.readings.dates import order_of, pairs_of, quarter_of, read_date
from tidewaiter.foundation.text import fold
from tidewaiter.trade.tables.columns import layouts, words

WORLD = "WORLD"
OTHER = "other"
"""A flow that lies inside another one."""
_FOLDER = Path(__file__).parent.parent / "data"
_annual = re.compile(r"(\d{4})52")
"""Comext's year: the fifty-second month."""


def _own_numbers(name: str) -> dict[str, str]:
    """Countries by the numbers of Comext's GEONOM, or of Siscomex (list `country_number`);
    nothing of an area that is no country.
    """
    codes = list_view("country_number").codes.items()
    return {
        code.split("-")[1].lstrip("0"): view.data.get("country", "")
        for code, view in codes
        if view.data.get("list") == name
    }


def country_reader(numbers: str) -> Callable[[str], str | None]:
    """Gives the ISO code, `WORLD`, `` for an area that is no country; None for what is not known, or names several.

    `numbers`: whose numbers numeric texts are; another list's number is never taken for one of M49.
    """
    read = Countries()
    own = {} if numbers == "m49" else _own_numbers(numbers)

    def country(text: str) -> str | None:
        if is_world(text):
            return WORLD
        whole = text.strip().removesuffix(".0")
        if numbers != "m49" and whole.isdigit():
            return own.get(whole.lstrip("0"))
        return read.read(text)

    return country


WITS = {"5": "import", "6": "export"}
"""Numbers of the World Bank's WITS: gross imports and gross exports; no other table of trade has such numbers."""


def flow_reader(said: Iterable[str]) -> Callable[[str], str | None]:
    """Gives `import`, `export`, `re_import`, `re_export`, `other`; None for what is no flow.

    `said`: all that the table says: domestic exports are a part where the table has exports too.
    """
    parts = words("parts_of_exports")
    exports = any("export" in (read_flow(text).value, WITS.get(text)) for text in said if fold(text) not in parts)

    def flow(text: str) -> str | None:
        folded = fold(text)
        if text.strip().lower() in words("other_flows") or folded in words("other_flows"):
            return OTHER
        if folded in parts and exports:
            return OTHER
        return WITS.get(text.strip().removesuffix(".0")) or read_flow(text).value

    return flow


@cache
def _bases() -> dict[str, tuple[str, float]]:
    """Of units of Recommendation 20 the one that is counted in, and how many of it they are."""
    with (_FOLDER / "units.csv").open(newline="") as file:
        return {line["unit"]: (line["base"], float(line["factor"])) for line in csv.DictReader(file)}


def base_unit(text: str) -> tuple[str, float] | None:
    """The unit that a quantity is counted in and how many of it one of the said unit is; None for what is no unit."""
    said = text.strip().removesuffix(".0")
    named: Mapping[str, str] = layouts()["units"]
    code = named.get(said.lower()) or named.get(fold(said)) or read_unit(said).value
    return _bases().get(code, (code, 1.0)) if code else None


def currency(text: str) -> str | None:
    """The code of a currency; None for what is none, or several."""
    return read_currency(text).value


@dataclass(frozen=True, slots=True)
class Period:
    """A time as a table states it; a part that several readings differ in is not known."""

    year: int | None
    month: int | None
    grain: str
    """`year`, `quarter`, `month` or `day`."""
    quarter: int | None = None


def periods_of(texts: Iterable[str]) -> dict[str, Period]:
    """What each of a column's different dates or periods means, by the one reader of dates; what is none is left out.

    Whether days stand before months is told by the whole column. Where it is not, and two days
    fit, what both have in common is known.
    """
    said = list(texts)
    order = order_of(said)
    order = "" if order == "?" else order
    pairs = pairs_of(said)
    found = {}
    for text in said:
        period = _period(text, order, pairs)
        if period is not None:
            found[text] = period
    return found


def _period(text: str, order: str, pairs: str) -> Period | None:
    whole = re.sub(r"(?<=\d)\.0$", "", text.strip())
    if match := _annual.fullmatch(whole):
        return Period(int(match[1]), None, "year")
    if (said := quarter_of(whole)) is not None:
        return Period(said[0], None, "quarter", said[1])
    reading = read_date(whole, order=order, pairs=pairs)
    days = [reading.value] if reading.value is not None else list(reading.several)
    if not days:
        return None
    years, months = {int(day.iso[:4]) for day in days}, {int(day.iso[5:7]) for day in days}
    if len(years) > 1 or len({day.precision for day in days}) > 1:
        return None
    grain = days[0].precision
    month = None if grain == "year" or len(months) > 1 else months.pop()
    return Period(years.pop(), month, grain, None if month is None else (month + 2) // 3)


def is_total(text: str) -> bool:
    """Whether a column of parts (mode of transport, second partner, procedure) says: all of them together."""
    said = text.strip().lower().removesuffix(".0")
    return said in words("totals") or is_world(text)
