"""What a model sees of a consignment: shares and counts of its risk profiles, and its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.risk.consignments import Coded, Consignments, Kinds
from tidewaiter.trade.risk.risk_profiles import Names, Profile, Recent, encoded, folds_of, key_of, mined, recent

BANDS = 20
"""Bands of equal number that an amount is parted into for profiles."""
WEEKDAY, UNIT_PRICE, RELATIVE = "weekday", "unit price", "price against like goods"
LARGE, FEW = 300_000, 50
"""Rows from which values met once are forgotten; different values above which a column's late past is looked at."""
SELDOM = 10
"""Rows of a product below which its heading says what is usual."""
_HEADINGS = (("heading", 4), ("chapter", 2))


@dataclass(slots=True)
class Layout:
    """Which columns of a file a model rests on, and how they are turned into profiles' values and numbers."""

    roles: dict[str, str]
    numbers: list[str]
    categories: list[str]
    edges: dict[str, list[float]] = field(default_factory=dict)
    """Upper ends of an amount's bands."""
    usual: dict[str, float] = field(default_factory=dict)
    """The median unit price of a product, or where it was seldom met of its heading."""
    date_order: str = ""
    """`dmy` or `mdy`: how the file wrote its days, for files whose dates do not tell."""

    def said(self) -> JsonObject:
        """As text that a model is kept in."""
        return {
            "roles": self.roles,
            "numbers": self.numbers,
            "categories": self.categories,
            "edges": self.edges,
            "usual": self.usual,
            "date_order": self.date_order,
        }

    def amounts(self, table: Consignments) -> dict[str, np.ndarray]:
        """Numbers by name, the unit price among them where quantity and value are known."""
        found = {head: table.column(head).numbers() for head in self.numbers}
        quantity, value = self.roles.get("quantity"), self.roles.get("value")
        if quantity in found and value in found:
            with np.errstate(divide="ignore", invalid="ignore"):
                price = found[value] / found[quantity]
            found[UNIT_PRICE] = np.where(np.isfinite(price), price, np.nan)
            product = self.roles.get("hs", "")
            if self.usual and product in table.columns:
                coded = table.columns[product]
                usual = [self.usual.get(one, self.usual.get(one[:4], np.nan)) for one in map(_digits, coded.values)]
                found[RELATIVE] = found[UNIT_PRICE] / np.array(usual)[coded.codes]
        return found

    def kinds(self, table: Consignments) -> dict[str, Coded]:
        """Categories by name: columns as they are, headings and chapters of the product,
        the day of the week, bands of amounts.
        """
        found = {head: table.column(head) for head in self.categories}
        product = self.roles.get("hs")
        if product in found:
            digits = [_digits(value) for value in found[product].values]
            for name, length in _HEADINGS:
                values, codes = np.unique([one[:length] for one in digits], return_inverse=True)
                found[f"{product} {name}"] = Coded(
                    codes.astype(np.int32)[found[product].codes], [str(one) for one in values]
                )
        if "date" in self.roles:
            dates = table.dates()
            weekday = np.where(dates.exact, (dates.days.astype("int64") + 3) % 7, -1).astype(np.int32) + 1
            found[WEEKDAY] = Coded(weekday, ["", *(str(day) for day in range(1, 8))])
        for name, amount in self.amounts(table).items():
            if name in self.edges:
                band = np.where(np.isnan(amount), len(self.edges[name]) + 1, np.searchsorted(self.edges[name], amount))
                found[_band(name)] = Coded(band.astype(np.int32), self._bands(name))
        return found

    def _bands(self, name: str) -> list[str]:
        ends = [f"{one:.6g}" for one in self.edges[name]]
        if not ends:
            return ["all", ""]
        return [
            f"≤ {ends[0]}",
            *(f"{low} – {high}" for low, high in pairwise(ends)),
            f"> {ends[-1]}",
            "",
        ]

    def family(self, names: Any) -> dict[str, str]:
        """Which column each category is made of."""
        product = self.roles.get("hs", "")
        return {
            name: product if name.startswith(f"{product} ") and product else name.removesuffix(" (band)")
            for name in names
        }


def _band(name: str) -> str:
    return f"{name} (band)"


def _digits(value: str) -> str:
    digits = "".join(sign for sign in value.removesuffix(".0") if sign.isdigit())
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def layout_of(table: Consignments, kinds: Kinds) -> Layout:
    """The layout of a file to learn from; bands are cut so that each holds as many rows."""
    layout = Layout(
        {name: head for name, head in table.roles.items() if head in table.columns}, kinds.numbers, kinds.categories
    )
    layout.date_order = table.dates().order if "date" in layout.roles else ""
    layout.usual = _usual(layout, table)
    for name, amount in layout.amounts(table).items():
        known = amount[~np.isnan(amount)]
        if known.size:
            layout.edges[name] = np.unique(np.quantile(known, np.linspace(0, 1, BANDS + 1)[1:-1])).tolist()
    return layout


def _usual(layout: Layout, table: Consignments) -> dict[str, float]:
    price, product = layout.amounts(table).get(UNIT_PRICE), layout.roles.get("hs", "")
    if price is None or product not in table.columns:
        return {}
    coded = table.columns[product]
    digits = [_digits(value) for value in coded.values]
    found: dict[str, float] = {}
    for length in (4, 20):
        names, place = np.unique([one[:length] for one in digits], return_inverse=True)
        group = place[coded.codes]
        known = ~np.isnan(price)
        order = np.lexsort((price[known], group[known]))
        groups, starts, number = np.unique(group[known][order], return_index=True, return_counts=True)
        middle = price[known][order][starts + (number - 1) // 2]
        found |= {
            str(names[one]): float(value)
            for one, value, rows in zip(groups, middle, number, strict=True)
            if rows >= SELDOM and value > 0
        }
    return found


@dataclass(slots=True)
class Seen:
    """Rows as a model sees them: hashes of their categories by name, numbers by name."""

    hashes: dict[str, np.ndarray]
    amounts: dict[str, np.ndarray]
    days: np.ndarray
    """Days since 1970."""

    def part(self, rows: np.ndarray) -> Seen:
        """Some of the rows."""
        return Seen(
            {name: one[rows] for name, one in self.hashes.items()},
            {name: one[rows] for name, one in self.amounts.items()},
            self.days[rows],
        )


def seen_of(layout: Layout, table: Consignments, salt: str) -> Seen:
    """A file as a model of this layout sees it. Raises `BadInput` where it lacks a column."""
    for head in (*layout.numbers, *layout.categories):
        if head not in table.columns:
            raise BadInput(
                "missing_column",
                _("The file has no column «%(head)s», which the model rests on.") % {"head": head[:80]},
            )
    kinds = layout.kinds(table)
    days = table.days() if "date" in table.roles else np.full(table.rows, np.datetime64("NaT"), dtype="datetime64[D]")
    counted = np.where(np.isnat(days), 0, days.astype("int64"))
    return Seen({name: coded.hashes(f"{salt}.{name}") for name, coded in kinds.items()}, layout.amounts(table), counted)


@dataclass(slots=True)
class Known:
    """What was learnt of rows whose outcome is known: profiles, what was met lately of
    columns with many values, the common rate.
    """

    profiles: list[Profile]
    recents: list[Recent]
    rate: float

    def names(self, amounts: Iterable[str]) -> list[tuple[str, Names]]:
        """What each feature is: (`share` or `rows` of a profile, `lately` or `of late`
        of a column, `number`; the columns).
        """
        found: list[tuple[str, Names]] = []
        for profile in self.profiles:
            found += [("share", profile.names), ("rows", profile.names)]
        for one in self.recents:
            found += [("lately", one.names), ("of late", one.names)]
        return found + [("number", (name,)) for name in amounts]


def learnt(seen: Seen, label: np.ndarray, wanted: list[Names], seed: int) -> tuple[Known, np.ndarray]:
    """What rows teach together, and the features of these very rows: each is judged by the other folds,
    and by what was known on earlier days.
    """
    known, fold, outcome = Known([], [], float(label.mean())), folds_of(len(label), seed), label.astype(float)
    columns: list[np.ndarray] = []
    lately: list[np.ndarray] = []
    for names in wanted:
        key = key_of(seen.hashes, names)
        share, others, (keys, rows, illicit) = encoded(key, outcome, fold, known.rate)
        columns += [share, np.log1p(others)]
        # a value met once says little, and most values of a large file are met once
        keep = rows > (1 if len(label) > LARGE else 0)
        known.profiles.append(Profile(names, keys[keep], rows[keep], illicit[keep]))
        if len(names) == 1 and len(keys) > FEW:
            share, weighed, one = recent(key, outcome, seen.days, known.rate, names)
            lately += [share, np.log1p(weighed)]
            known.recents.append(one)
    return known, _stacked([*columns, *lately], seen)


def features_of(seen: Seen, known: Known) -> np.ndarray:
    """What a model sees of new rows, in the order of `Known.names`."""
    columns: list[np.ndarray] = []
    for profile in known.profiles:
        share, rows, _illicit = profile.of(seen.hashes, known.rate)
        columns += [share, np.log1p(rows)]
    for one in known.recents:
        share, rows = one.of(seen.hashes, seen.days, known.rate)
        columns += [share, np.log1p(rows)]
    return _stacked(columns, seen)


def _stacked(columns: list[np.ndarray], seen: Seen) -> np.ndarray:
    return np.column_stack([*columns, *seen.amounts.values()]).astype(np.float32)


def wanted_of(layout: Layout, seen: Seen, label: np.ndarray, seed: int) -> list[Names]:
    """The profiles worth learning, found in the data."""
    return mined(seen.hashes, layout.family(seen.hashes), label, seed)
