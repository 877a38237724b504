"""Unit-price analysis (the price filter method): which declarations lie outside what like ones cost (DOMAIN.md §3.1).

A screen, not a finding: by construction much of honest trade lies outside the quartiles. Prices are compared with the order
statistics of the group without the row itself, so every engine gives the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.refusals import BadInput

LADDER = (("hs10", "partner", "quarter"), ("hs6", "partner", "year"), ("hs6",))
"""How like ones are found: the finest group that is large enough; a flow and a unit are never mixed, a quarter is one of a year."""
COLUMNS = ("hs10", "hs6", "hs4", "hs2", "partner", "year", "quarter", "month", "importer")
"""Columns that a group may be made of."""
POWER, SLIP = 0.03, 0.02
"""How near to a power of ten, or to a slip of units, the ratio to the median lies to be called one (in log10)."""
EQUAL = 1e-9
"""Prices that differ by less than this share of them are the same: they come of a division."""
SLIPS = {"pound_kilogram": 2.20462262, "dozen_piece": 12.0, "ounce_kilogram": 35.2739619}
"""Slips of units that are looked for: how many of the one are in the other."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an analyst sets. Raises `BadInput` where it does not hold together."""

    low: float = 0.25
    high: float = 0.75
    min_group: int = 30
    ladder: tuple[tuple[str, ...], ...] = LADDER
    leave_one_out: bool = True
    floor: float = 0.0
    """Rows of a smaller value are not flagged."""
    beside: tuple[float, float] = (0.10, 0.90)
    """A second pair of quantiles, that shows how much the first decides."""
    related: bool = True
    """Whether trade inside a firm is screened too (it is marked in any case)."""
    reference: Any = field(default=None, compare=False)
    """External prices as rows of `hs, unit, low, high`: where one fits, it wins over the quantiles."""

    def __post_init__(self) -> None:
        for low, high in ((self.low, self.high), self.beside):
            if not 0 < low < high < 1:
                raise BadInput("quantiles", _("Quantiles lie between 0 and 1, the lower before the higher."))
        if self.min_group < 4:
            raise BadInput("min_group", _("A group of like ones has at least four."))
        for keys in self.ladder:
            if unknown := [name for name in keys if name not in COLUMNS]:
                raise BadInput("group", _("Groups are made of %(names)s, not of «%(name)s».") % {"names": ", ".join(COLUMNS), "name": unknown[0][:40]})  # fmt: skip
        if not self.ladder or not all(self.ladder):
            raise BadInput("group", _("Give columns to group by."))


def ladder_of(columns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The ladder that begins with these columns: then by year, then of the world."""
    first = tuple(dict.fromkeys(name.strip() for name in columns if name.strip()))
    return tuple(dict.fromkeys((first, *(keys for keys in LADDER[1:] if keys != first))))


def unit_prices(table: Any, parameters: Parameters | None = None) -> Any:
    """Every usable row of `table` (columns as `declarations.cleaned` gives them) with what like ones cost, as an Ibis expression.

    Adds `price`, `rung` (0 the finest; null where no group was large enough), `group_size`, `low`, `median`, `high`, `score` (log
    distance from the median in scaled median deviations), `side` (`over`, `under` or null), `ratio`, `amount` (over or under the range,
    in the value's currency), `movement` (`outflow`, `inflow`), `slip` (a likely typing or unit error), `side_beside`.
    """
    asked = parameters or Parameters()
    rows = table.filter(row.left_out == "").mutate(
        price=row.value / row.quantity, hs10=row.hs.substr(0, 10), hs6=row.hs.substr(0, 6), hs4=row.hs.substr(0, 4), hs2=row.hs.substr(0, 2)
    )  # fmt: skip
    rows = rows.mutate(logp=row.price.ln())
    stats: list[Any] = []
    for rung, keys in enumerate(asked.ladder):
        stats.append(_compared(rows, _keys_of(keys), rung, asked))
    found = stats[0]
    for one in stats[1:]:
        found = ibis.union(found, one)
    best = found.group_by("row").agg(rung=row.rung.min())
    chosen = found.inner_join(best, ["row", "rung"])
    joined = rows.left_join(chosen, "row")
    joined = joined.drop([name for name in joined.columns if name.endswith("_right")])
    if asked.reference is not None:
        joined = _with_reference(joined, asked.reference)
    return _judged(joined, asked)


def _keys_of(keys: tuple[str, ...]) -> list[str]:
    more = ["year"] if {"quarter", "month"} & set(keys) else []
    return list(dict.fromkeys([*keys, *more, "flow", "unit"]))


def _rank(quantile: float, number: Any) -> Any:
    """The place of a quantile among `number` values in their order, from 1 (nearest rank)."""
    return (number * quantile).ceil().cast("int64").clip(lower=1)


def _compared(rows: Any, keys: list[str], rung: int, asked: Parameters) -> Any:
    """(id, rung, group_size, low, median, high, low_beside, high_beside, spread) of the rows whose group is large enough."""
    window = ibis.window(group_by=keys, order_by=["price", "row"])
    whole = ibis.window(group_by=keys)
    others = 1 if asked.leave_one_out else 0
    ranked = rows.mutate(place=ibis.row_number().over(window) + 1, number=row.count().over(whole)).filter(
        row.number >= asked.min_group + others
    )
    pairs = {"low": asked.low, "median": 0.5, "high": asked.high, "low_beside": asked.beside[0], "high_beside": asked.beside[1]}  # fmt: skip
    wanted = {
        f"{name}{step}": row.price.max(where=row.place == _rank(quantile, row.number - others) + step)
        for name, quantile in pairs.items() for step in range(others + 1)
    }  # fmt: skip
    groups = ranked.group_by(keys).agg(**wanted, group_size=row.count())
    placed = ranked.inner_join(groups, keys)
    placed = placed.drop([name for name in placed.columns if name.endswith("_right")])
    values = {
        # without the row itself, what stands behind it moves up by one place
        name: (
            ibis.ifelse(row.place <= _rank(quantile, row.number - others), placed[f"{name}1"], placed[f"{name}0"])
            if others
            else placed[f"{name}0"]
        )
        for name, quantile in pairs.items()
    }
    placed = placed.mutate(**values)
    placed = placed.mutate(distance=(row.logp - row.median0.ln()).abs())
    apart = ibis.window(group_by=keys, order_by=["distance", "row"])
    placed = placed.mutate(far=ibis.row_number().over(apart) + 1)
    spreads = placed.group_by(keys).agg(spread=row.distance.max(where=row.far == _rank(0.5, row.number)))
    placed = placed.inner_join(spreads, keys)
    return placed.select(
        "row", "group_size", "low", "median", "high", "low_beside", "high_beside", "spread", rung=ibis.literal(rung, type="int64")
    )  # fmt: skip


def _with_reference(joined: Any, reference: Any) -> Any:
    """Prices that the analyst brings: of the longest code that fits, of the same unit."""
    given = ibis.memtable(reference).select(
        said=row.hs.cast("string"), unit=row.unit.cast("string"), given_low=row.low.cast("float64"), given_high=row.high.cast("float64")
    )  # fmt: skip
    fitting = joined.select("row", "hs", "unit").join(given, "unit").filter(row.hs.startswith(row.said))
    fitting = fitting.mutate(long=row.said.length())
    longest = fitting.group_by("row").agg(long=row.long.max())
    best = fitting.inner_join(longest, ["row", "long"]).group_by("row").agg(given_low=row.given_low.min(), given_high=row.given_high.max())  # fmt: skip
    both = joined.left_join(best, "row").drop("row_right")
    return both.mutate(
        low=ibis.coalesce(row.given_low, row.low), high=ibis.coalesce(row.given_high, row.high),
        rung=ibis.ifelse(row.given_low.notnull(), -1, row.rung),
    ).drop("given_low", "given_high")  # fmt: skip


def _judged(joined: Any, asked: Parameters) -> Any:
    screened = (row.value >= asked.floor) & (ibis.literal(asked.related) | ~row.related)
    side, beside = (
        ibis.cases((row.price > high * (1 + EQUAL), "over"), (row.price < low * (1 - EQUAL), "under"), else_=ibis.null("string"))
        for low, high in ((row.low, row.high), (row.low_beside, row.high_beside))
    )  # fmt: skip
    judged = joined.mutate(
        side=ibis.ifelse(screened, side, ibis.null("string")), side_beside=ibis.ifelse(screened, beside, ibis.null("string")),
        score=ibis.ifelse(row.spread > 0, (row.logp - row.median.ln()) / (row.spread * 1.4826), ibis.null("float64")),
        off=(row.logp - row.median.ln()) / math.log(10.0),
    )  # fmt: skip
    slips = [
        ((row.off.abs() - math.log10(times)).abs() < SLIP, name) for name, times in SLIPS.items()
    ]  # fmt: skip
    return judged.mutate(
        ratio=ibis.cases((row.side == "over", row.price / row.high), (row.side == "under", row.low / row.price), else_=ibis.null("float64")),
        amount=ibis.cases(
            (row.side == "over", (row.price - row.high) * row.quantity), (row.side == "under", (row.low - row.price) * row.quantity), else_=0.0
        ),
        movement=ibis.cases(
            (row.side.isnull(), ibis.null("string")), ((row.flow == "import") == (row.side == "over"), "outflow"), else_="inflow"
        ),
        slip=ibis.cases(
            (row.side.isnull(), ibis.null("string")),
            ((row.off.abs() > 0.5) & ((row.off - row.off.round()).abs() < POWER), "power_of_ten"),
            *slips,
            else_=ibis.null("string"),
        ),
    ).drop("logp", "spread", "off", "low_beside", "high_beside")  # fmt: skip
