"""How a source writes things, and the numbers and units of a line of goods read by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tidewaiter.codelists.queries import list_view
from tidewaiter.codelists.units import read_unit, together
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.types import Cleaned, clean_decimal, clean_integer, clean_unit, number_problem, unit_problem
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.readings.numbers import Number, NumberShown, either_way, money_sign, read_number
from tidewaiter.foundation.readings.quantities import parts_of
from tidewaiter.foundation.readings.reading import Reading

TIMES, REPORTED = "*times", "*reported"
"""What a mapping says of a row beside its fields: how many of the unit one reported is, and the words reported."""

PER_CENT = "%"
REMEMBERED, LONGEST_REMEMBERED = 50_000, 60
"""Quantities that are remembered, and signs of one that is."""


@dataclass(slots=True)
class ReadingRules:
    """How a source writes things, where that is known."""

    date_formats: tuple[str, ...] = ()
    fiscal_year_starts: int = 0
    decimal_mark: str = ""
    long: bool = False
    days_from_1904: bool = False
    """Days that are bare numbers are counted from 1904, as in workbooks of old Macintoshes."""
    fiscal_year_first: bool = False
    """Fiscal years are named by the year they begin in."""
    point: bool = True
    """Where nothing tells the decimal mark, a point is one, as in files of programs."""
    marks: Callable[[str], str] | None = None
    pairs: Callable[[str], str] | None = None
    """Tells by path what a column of dates means by «2010-11» (`readings.dates.pairs_of`)."""
    """Tells the decimal mark of a column by its path, where a cell needs it."""
    unit_in_quantity: bool = False
    """Quantity and unit come from one column."""

    def mark(self, path: str, said: str) -> str:
        """The decimal mark of a cell of that column; nothing where none is known."""
        if self.decimal_mark or self.marks is None or isinstance(said, Number) or not either_way(said):
            return self.decimal_mark
        told = self.marks(path)
        return "" if told == "?" else told


@dataclass(slots=True)
class LineNumbers:
    """Reads the numbers of lines of one form: marks as the column tells them, units as the field takes them."""

    units: tuple[str, ...]
    rules: ReadingRules
    _read: dict[tuple[str, bool | str, str | None], tuple[str, str, Problem | None]] = field(default_factory=dict)

    def number(self, path: str, kind: str, said: str, *, per_cent: bool = False) -> Cleaned:
        """A decimal or whole number of a column; one of per cent may say so: «82 %», .82 shown as 82 %."""
        if isinstance(said, NumberShown) and said.word == PER_CENT:
            if not per_cent:
                return None, Problem(path, "not_a_number", said.text[:80])
            said = Number(said.number)
        elif per_cent and said.endswith(PER_CENT):
            said = said.removesuffix(PER_CENT).strip()
        mark, point = self.rules.mark(path, said), self.rules.point
        if kind == "integer":
            return clean_integer(path, said, mark, point=point)
        return clean_decimal(path, said, mark, money=path != "quantity", point=point)

    def unit(self, said: str) -> Cleaned:
        """The unit that a cell names."""
        return clean_unit("unit", said, self.units)

    def quantity(self, said: str, unit: str | None) -> tuple[str, str, Problem | None]:
        """A quantity, and the unit that its own cell says, which must be `unit` where that is known from elsewhere."""
        key = (said, said.text if isinstance(said, NumberShown) else isinstance(said, Number), unit)
        found = self._read.get(key)
        if found is None:
            found = self._quantity(said, unit)
            if len(self._read) < REMEMBERED and len(said) < LONGEST_REMEMBERED:
                self._read[key] = found
        return found

    def _quantity(self, said: str, unit: str | None) -> tuple[str, str, Problem | None]:
        mark = self.rules.mark("quantity", said)
        alone = read_number(said, mark, point=self.rules.point)
        if alone.value is not None and not isinstance(said, NumberShown):
            return plain(alone.value), "", None
        if alone.several:
            return "", "", number_problem("quantity", said, alone)
        parts = parts_of(said, mark)
        if parts.value is None:
            numbers: Reading[Decimal] = Reading(several=tuple(part[0][0] for part in parts.several), why=parts.why)
            return "", "", number_problem("quantity", said, numbers)
        sum_ = together(parts.value, self.units)
        if isinstance(said, NumberShown):
            if alone.value is not None and unit is not None and sum_.why == "unknown_unit" and said.word != PER_CENT:
                return plain(alone.value), "", None  # a word that names no unit, where the row has one
            said = said.text
        if sum_.value is None:
            if sum_.why == "units_differ":
                return "", "", Problem("quantity", "units_differ", said[:80])
            word = next((word for _number, word in parts.value if word == sum_.facts.get("unit", word)), said)
            return "", "", unit_problem("quantity", word, tuple(code for _, code in sum_.several), self.units)
        number, code = sum_.value
        if unit is not None and code != unit:
            return "", "", Problem("quantity", "unit_contradicts", said[:80], (), {"own": code, "unit": unit})
        return plain(number), code, None


def currency_problem(said: str, currency: str) -> Problem | None:
    """What is wrong where a value's own cell says another currency than its row: «€ 500» beside USD."""
    sign = said.word if isinstance(said, NumberShown) else money_sign(said)
    view = list_view("currency")
    meant = [sign] if sign in view.codes else view.named(sign) if sign else []
    if not meant or currency in meant:
        return None
    text = said.text if isinstance(said, NumberShown) else said
    return Problem("value", "currency_contradicts", text[:80], (), {"own": sign, "currency": currency})


def as_shown(path: str, said: str, units: tuple[str, ...]) -> str:
    """A cell as it goes back to be mended, where no format shows the word: a number with its unit, or with per cent."""
    if not isinstance(said, NumberShown):
        return said
    tells = said.word == PER_CENT or (path == "quantity" and read_unit(said.word, units).why == "")
    return said.text if tells else str(said)


def multiplied(quantity: str, times: str) -> str:
    """A clean quantity so many times over."""
    return plain(Decimal(quantity) * Decimal(times))
