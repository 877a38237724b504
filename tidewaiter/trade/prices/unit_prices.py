"""Unit-price analysis (the price filter method): which declarations lie outside what like ones cost (DOMAIN.md §3.1).

A screen, not a finding: by construction much of honest trade lies outside the quartiles. Prices are compared with the
order statistics of the group without the row itself, so every engine gives the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.expressions import Column, Rows

ibis.options.sql.fuse_selects = (
    False  # a fused expression is worked out again wherever it is named: for each price of a group, its median
)

LADDER = (("hs10", "partner", "quarter"), ("hs6", "partner", "year"), ("hs6",))
"""How like ones are found: the finest group that is large enough; a flow and a unit are
never mixed, a quarter is one of a year.
"""
COLUMNS = ("hs10", "hs6", "hs4", "hs2", "partner", "year", "quarter", "month", "importer")
"""Columns that a group may be made of."""
PRODUCTS = {"hs": 99, "hs10": 10, "hs6": 6, "hs4": 4, "hs2": 2}
"""Columns that hold a product, the finest first, and how many digits of it."""
_TIMES = ("year", "quarter", "month")
"""Columns that are not known of every row; what has none is in no group of theirs."""
POWER, SLIP = 0.03, 0.02
"""How near to a power of ten, or to a slip of units, the ratio to the median lies to be called one (in log10)."""
EQUAL = 1e-9
"""Prices that differ by less than this share of them are the same: they come of a division."""
SLIPS = {"pound_kilogram": 2.20462262, "dozen_piece": 12.0, "ounce_kilogram": 35.2739619}
"""Slips of units that are looked for: how many of the one are in the other."""


@dataclass(frozen=True, slots=True)
class PriceParameters:
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

    def answer(self) -> JsonObject:
        """What was set, as every output says it: how many reference prices, not the prices."""
        names = ("low", "high", "min_group", "ladder", "leave_one_out", "floor", "beside", "related")
        said = {name: getattr(self, name) for name in names}
        return said | {"reference": len(self.reference) if self.reference is not None else 0}

    def about(self) -> str:
        """The method, what was set, and what it does not say, in a line: it goes with every file of results."""
        ladder = ", then ".join(" × ".join(keys) for keys in self.ladder)
        pairs = f"quantiles {self.low:g}/{self.high:g}, beside {self.beside[0]:g}/{self.beside[1]:g}"
        own = "without the row itself" if self.leave_one_out else "with the row itself"
        groups = f"groups of at least {self.min_group} like ones by {ladder}, {own}"
        floor = f"; values from {self.floor:g}" if self.floor else ""
        given = f"; {len(self.reference)} reference prices" if self.reference is not None else ""
        return f"Unit-price analysis; {pairs}; {groups}{floor}{given}. {' '.join(CAVEATS)}"

    def __post_init__(self) -> None:
        for low, high in ((self.low, self.high), self.beside):
            if not 0 < low < high < 1:
                raise BadInput("quantiles", _("Quantiles lie between 0 and 1, the lower before the higher."))
        if self.min_group < 4:
            raise BadInput("min_group", _("A group of like ones has at least four."))
        for keys in self.ladder:
            if unknown := [name for name in keys if name not in COLUMNS]:
                raise BadInput(
                    "group",
                    _("Groups are made of %(names)s, not of «%(name)s».")
                    % {"names": ", ".join(COLUMNS), "name": unknown[0][:40]},
                )
        if not self.ladder or not all(self.ladder):
            raise BadInput("group", _("Give columns to group by."))


CAVEATS = (
    "A screen, not a finding: by construction much of honest trade lies outside the quantiles.",
    (
        "Where most of a trade is mis-priced the range moves with it; quality differs inside a code; freight terms,"
        " contract dates and currencies move prices."
    ),
    "Extreme prices are often typing or classification errors.",
)
"""Printed with every result (DOMAIN.md §3.4)."""


def ladder_of(columns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The ladder that begins with these columns: then by year, then of the world."""
    first = tuple(dict.fromkeys(name.strip() for name in columns if name.strip()))
    return tuple(dict.fromkeys((first, *(keys for keys in LADDER[1:] if keys != first))))


def unit_prices(table: Rows, parameters: PriceParameters | None = None) -> Rows:
    """Every usable row of `table` (columns as `declarations.cleaned` gives them)
    with what like ones cost, as an Ibis expression.

    Rows of different flows, units or currencies are never compared. Adds `price`, `rung` (0 the finest, -1 a given
    price; null where no group was large enough), `group_size`, `low`, `median`, `high`, `score` (log distance from the
    median in scaled median deviations), `side` (`over`, `under` or null), `ratio`, `amount` (over or under the range,
    in the value's currency), `movement` (`outflow`, `inflow`), `slip` (a likely typing or unit error), `side_beside`
    and `amount_beside` (what the second pair of quantiles says).
    """
    parameters = parameters or PriceParameters()
    rows = usable(table)
    cells = gathered(rows, parameters)
    return against(rows, comparators(cells, comparison_levels(cells, parameters), parameters), parameters)


def usable(table: Rows) -> Rows:
    """The rows that have a price, with it and with the products that groups are made of."""
    if "currency" not in table.columns:
        table = table.mutate(currency=ibis.literal(""))
    return table.filter(row.left_out == "").mutate(
        price=row.value / row.quantity,
        hs10=row.hs.substr(0, 10),
        hs6=row.hs.substr(0, 6),
        hs4=row.hs.substr(0, 4),
        hs2=row.hs.substr(0, 2),
    )


def keys_of(keys: Sequence[str]) -> list[str]:
    """The columns of a rung's groups: its own, the year of a quarter or month, and what is never mixed."""
    more = ["year"] if {"quarter", "month"} & set(keys) else []
    return list(dict.fromkeys([*keys, *more, "flow", "unit", "currency"]))


def cells_of(parameters: PriceParameters) -> list[str]:
    """The columns of which two rows that agree in them are compared with the same
    like ones: of products the finest alone.
    """
    every = [name for keys in parameters.ladder for name in keys_of(keys)]
    products = [name for name in PRODUCTS if name in every or (name == "hs" and parameters.reference is not None)][:1]
    return list(dict.fromkeys([*products, *(name for name in every if name not in PRODUCTS)]))


def gathered(rows: Rows, parameters: PriceParameters) -> Rows:
    """The usable rows by cell (`cells_of`, an unknown time as 0): the number of `rows` and their `prices`, and
    the products that groups are made of.
    """
    names = cells_of(parameters)
    cells = rows.select("price", **{name: row[name].fill_null(0) if name in _TIMES else row[name] for name in names})
    cells = cells.group_by(names).agg(rows=row.count(), prices=row.price.collect())
    finest, every = names[0], {name for keys in parameters.ladder for name in keys}
    return cells.mutate(
        **{
            name: row[finest].substr(0, digits)
            for name, digits in PRODUCTS.items()
            if name in every and digits < PRODUCTS.get(finest, 0)
        }
    )


def comparison_levels(cells: Rows, parameters: PriceParameters) -> Rows:
    """Each cell, without its prices, with the first `rung` whose group is large enough (null where none is): numbers
    alone tell it, so that prices are put together for those groups only.
    """
    found, large = cells.drop("prices"), []
    for rung, keys in enumerate(parameters.ladder):
        group, size = keys_of(keys), f"size{rung}"
        if set(group) == set(cells_of(parameters)):
            found = found.mutate(**{size: ibis.ifelse(_known(found, group), found.rows, 0)})
        else:
            sizes = cells.filter(_known(cells, group)).group_by(group).agg(**{size: row.rows.sum()})
            found = found.left_join(sizes, group)
            found = found.drop([name for name in found.columns if name.endswith("_right")])
        large.append((row[size] >= parameters.min_group + parameters.leave_one_out, rung))
    taken = ibis.cases(*large, else_=ibis.null("int64")).cast("int64")
    return found.mutate(rung=taken).drop([f"size{rung}" for rung in range(len(parameters.ladder))])


def comparators(cells: Rows, comparison_levels: Rows, parameters: PriceParameters) -> Rows:
    """What rows are compared with: the cells of `comparison_levels`, each with `group_size, spread` of its group and
    two order statistics a quantile: `low0` at the nearest rank among the others, `low1` the next, which
    stands there for a row that lies no higher. Cells are few where rows are many: rows are gathered once
    (`gathered`), and meet them once (`against`).
    """
    found = comparison_levels
    statistics = ["group_size", "spread", *(f"{name}{step}" for name in _quantiles(parameters) for step in (0, 1))]
    for rung, keys in enumerate(parameters.ladder):
        group = keys_of(keys)
        found = found.left_join(
            _statistics(cells, comparison_levels, rung, parameters), group, rname=f"{{name}}_{rung}"
        )
        found = found.drop([f"{name}_{rung}" for name in group if f"{name}_{rung}" in found.columns])
        if rung:
            found = found.mutate(**{name: row[name].fill_null(row[f"{name}_{rung}"]) for name in statistics})
            found = found.drop([f"{name}_{rung}" for name in statistics])
    return found if parameters.reference is None else _with_reference(found, parameters.reference)


def _known(cells: Rows, group: Sequence[str]) -> Column:
    """Whether the times of a cell are known that are among the columns of a group."""
    return ibis.and_(*(cells[name] != 0 for name in group if name in _TIMES))


def _quantiles(parameters: PriceParameters) -> dict[str, float]:
    return {
        "low": parameters.low,
        "median": 0.5,
        "high": parameters.high,
        "low_beside": parameters.beside[0],
        "high_beside": parameters.beside[1],
    }


def _rank(quantile: float, number: Column) -> Column:
    """The place of a quantile among `number` values in their order, from 1 (nearest rank)."""
    return ibis.greatest((number * quantile).ceil().cast("int32"), 1)


def _statistics(cells: Rows, comparison_levels: Rows, rung: int, parameters: PriceParameters) -> Rows:
    """Of each group that a cell takes on this rung its size, order statistics, and the median distance
    of logarithms from that of the median.
    """
    others, group = 1 if parameters.leave_one_out else 0, keys_of(parameters.ladder[rung])
    groups = cells.filter(_known(cells, group))
    if set(group) == set(cells_of(parameters)):
        groups = groups.filter(row.rows >= parameters.min_group + others).select(
            *group, group_size=row.rows, prices=row.prices
        )
    else:
        groups = groups.semi_join(comparison_levels.filter(row.rung == rung).select(group).distinct(), group)
        groups = groups.group_by(group).agg(
            group_size=row.rows.sum().cast("int32"), prices=row.prices.collect().flatten()
        )
    groups = groups.mutate(prices=row.prices.sort())
    places = {name: _rank(quantile, row.group_size - others) for name, quantile in _quantiles(parameters).items()}
    groups = groups.mutate(
        **{f"{name}{step}": row.prices[place - 1 + step * others] for name, place in places.items() for step in (0, 1)}
    )
    groups = groups.mutate(middle=row.median0.ln())
    groups = groups.mutate(prices=groups.prices.map(lambda price: (price.ln() - groups.middle).abs()).sort())
    return groups.mutate(spread=row.prices[_rank(0.5, row.group_size) - 1]).drop("prices", "middle")


def _with_reference(found: Rows, reference: Rows) -> Rows:
    """Prices that the analyst brings: of the longest code that fits, of the same unit."""
    given = ibis.memtable(reference).select(
        said=row.hs.cast("string"),
        unit=row.unit.cast("string"),
        given_low=row.low.cast("float64"),
        given_high=row.high.cast("float64"),
    )
    fitting = found.select("hs", "unit").distinct().join(given, "unit").filter(row.hs.startswith(row.said))
    fitting = fitting.mutate(long=row.said.length())
    longest = fitting.group_by(["hs", "unit"]).agg(long=row.long.max())
    best = (
        fitting.inner_join(longest, ["hs", "unit", "long"])
        .group_by(["hs", "unit"])
        .agg(given_low=row.given_low.min(), given_high=row.given_high.max())
    )
    both = found.left_join(best, ["hs", "unit"])
    both = both.drop([name for name in both.columns if name.endswith("_right")])
    sides = {
        f"{name}{step}": row[f"given_{name}"].fill_null(row[f"{name}{step}"])
        for name in ("low", "high")
        for step in (0, 1)
    }
    return both.mutate(**sides, rung=ibis.ifelse(row.given_low.notnull(), -1, row.rung)).drop("given_low", "given_high")


def against(rows: Rows, comparators: Rows, parameters: PriceParameters) -> Rows:
    """Usable rows beside what they are compared with (`comparators`), judged."""
    cells = cells_of(parameters)
    alike = [(rows[name].fill_null(0) if name in _TIMES else rows[name], comparators[name]) for name in cells]
    joined = rows.left_join(comparators.drop("rows"), alike)
    joined = joined.drop([name for name in joined.columns if name.endswith("_right")])
    # without the row itself, what stands behind it moves up by one place
    joined = joined.mutate(
        **{
            name: ibis.ifelse(row.price > row[f"{name}0"], row[f"{name}0"], row[f"{name}1"])
            for name in _quantiles(parameters)
        }
    )
    return _judged(joined.drop([f"{name}{step}" for name in _quantiles(parameters) for step in (0, 1)]), parameters)


def _judged(joined: Rows, parameters: PriceParameters) -> Rows:
    screened = (row.value >= parameters.floor) & (ibis.literal(parameters.related) | ~row.related)
    side, beside = (
        ibis.cases(
            (row.price > high * (1 + EQUAL), "over"),
            (row.price < low * (1 - EQUAL), "under"),
            else_=ibis.null("string"),
        )
        for low, high in ((row.low, row.high), (row.low_beside, row.high_beside))
    )
    judged = joined.mutate(
        side=ibis.ifelse(screened, side, ibis.null("string")),
        side_beside=ibis.ifelse(screened, beside, ibis.null("string")),
        apart=(row.price / row.median).ln(),
    )
    judged = judged.mutate(
        score=ibis.ifelse(row.spread > 0, row.apart / (row.spread * 1.4826), ibis.null("float64")),
        off=row.apart / math.log(10.0),
    )
    slips = [((row.off.abs() - math.log10(times)).abs() < SLIP, name) for name, times in SLIPS.items()]
    return judged.mutate(
        ratio=ibis.cases(
            (row.side == "over", row.price / row.high),
            (row.side == "under", row.low / row.price),
            else_=ibis.null("float64"),
        ),
        amount=ibis.cases(
            (row.side == "over", (row.price - row.high) * row.quantity),
            (row.side == "under", (row.low - row.price) * row.quantity),
            else_=0.0,
        ),
        amount_beside=ibis.cases(
            (row.side_beside == "over", (row.price - row.high_beside) * row.quantity),
            (row.side_beside == "under", (row.low_beside - row.price) * row.quantity),
            else_=0.0,
        ),
        movement=ibis.cases(
            (row.side.isnull(), ibis.null("string")),
            # said by cases and not as «in (…) = …», which Spark's grammar does not read
            (ibis.ifelse(row.flow.isin(["import", "re_import"]), row.side == "over", row.side == "under"), "outflow"),
            else_="inflow",
        ),
        slip=ibis.cases(
            (row.side.isnull(), ibis.null("string")),
            ((row.off.abs() > 0.5) & ((row.off - row.off.round()).abs() < POWER), "power_of_ten"),
            *slips,
            else_=ibis.null("string"),
        ),
    ).drop("spread", "apart", "off", "low_beside", "high_beside")
