"""Quantities in one unit: exact factors of Rec 20, and assumed ones that say so (list `conversion`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.numbers import plain
from tidewaiter.statistics.dashboard.goods_seized import Amount
from tidewaiter.statistics.disclosure.thresholds import Behind, together
from tidewaiter.statistics.tables.grouping import LEAST_BASE

LIST = "conversion"


@dataclass(frozen=True, slots=True)
class Factor:
    """How a unit becomes another one: for some forms and subtypes, or all; assumed where it is not exact."""

    code: str
    forms: frozenset[str]
    subtypes: frozenset[str]
    unit: str
    to: str
    factor: Decimal
    exact: bool

    def fits(self, amount: Amount) -> bool:
        """Whether it is one for these goods."""
        return (
            self.unit == amount.unit
            and (not self.forms or amount.commodity in self.forms)
            and (not self.subtypes or amount.subtype in self.subtypes)
        )


@dataclass(slots=True)
class ConvertedAmount:
    """All of one kind of goods in one unit: as reported in that unit or converted, and by which assumed factors."""

    commodity: str
    subtype: str
    unit: str
    now: Decimal = Decimal(0)
    was: Decimal = Decimal(0)
    seizures: int = 0
    behind: Behind = field(default_factory=dict)
    """Who reported it now, with how much in this unit and how many seizures."""
    assumed: set[str] = field(default_factory=set)
    same_now: Decimal = Decimal(0)
    """Of months that were reported in both periods."""
    same_was: Decimal = Decimal(0)
    base: int = 0
    """Seizures behind `same_was`."""

    @property
    def reporters(self) -> frozenset[str]:
        """Who reported it now."""
        return frozenset(self.behind)

    @property
    def now_text(self) -> str:
        """Without needless zeros."""
        return plain(self.now)

    @property
    def change(self) -> float | None:
        """Per cent against the period before, of months reported in both; nothing where fewer than `LEAST_BASE`
        seizures stand behind that.
        """
        if not self.same_was or self.base < LEAST_BASE:
            return None
        return float(round(100 * (self.same_now - self.same_was) / self.same_was, 1))

    @property
    def same(self) -> tuple[str, str] | None:
        """The quantity before and now, of months reported in both; nothing where there is none."""
        return (plain(self.same_was), plain(self.same_now)) if self.same_was or self.same_now else None


def factors() -> list[Factor]:
    """The conversions in force, assumed ones first, for they are the narrower."""
    found = [
        Factor(
            view.code,
            _parts(view.data.get("form")),
            _parts(view.data.get("subtypes")),
            str(view.data["unit"]),
            str(view.data["to"]),
            Decimal(str(view.data["factor"])),
            str(view.data.get("exact")) == "1",
        )
        for view in list_view(LIST).current()
    ]
    return sorted(found, key=lambda one: (one.exact, not one.subtypes, not one.forms))


def _parts(said: object) -> frozenset[str]:
    return frozenset(part for part in str(said or "").split(";") if part)


def in_common(amounts: Iterable[Amount]) -> list[ConvertedAmount]:
    """Quantities of the same goods brought to one unit where a conversion is known, never otherwise; largest first."""
    known = factors()
    found: dict[tuple[str, str, str], ConvertedAmount] = {}
    for amount in amounts:
        factor = next((one for one in known if one.fits(amount)), None)
        unit = factor.to if factor else amount.unit
        row = found.setdefault(
            (amount.commodity, amount.subtype, unit), ConvertedAmount(amount.commodity, amount.subtype, unit)
        )
        times = factor.factor if factor else Decimal(1)
        row.now += Decimal(amount.now or 0) * times
        row.was += Decimal(amount.was or 0) * times
        row.same_now += Decimal(amount.same_now or 0) * times
        row.same_was += Decimal(amount.same_was or 0) * times
        row.base += amount.base
        row.seizures += amount.seizures
        here = {who: (Decimal(part) * times, lines) for who, (part, lines) in amount.behind.items()}
        row.behind = together((row.behind, here))
        if factor and not factor.exact:
            row.assumed.add(factor.code)
    return sorted(found.values(), key=lambda one: (-one.seizures, one.commodity, one.subtype, one.unit))
