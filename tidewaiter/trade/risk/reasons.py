"""Why a consignment stands high, in sentences: «38 of 1,825 earlier consignments from CN were
illicit», «55 % below the usual price».
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

import numpy as np
import xgboost
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tidewaiter.trade.risk.consignments import Consignments
from tidewaiter.trade.risk.features import BANDS, LARGE, RELATIVE, UNIT_PRICE, WEEKDAY, Layout, Seen, features_of
from tidewaiter.trade.risk.model_file import Model
from tidewaiter.trade.risk.risk_profiles import Names

REASONS = 3
"""Reasons a row."""
BATCH = 10_000
"""Rows explained at once: what memory holds."""
HIGH, LOW = 75, 25
"""Per cent of earlier amounts above (below) which an amount is called high (low)."""
type Feature = tuple[str, Names]


def reasons_of(model: Model, table: Consignments, whole: Seen, rows: np.ndarray, trees: Any) -> list[str]:
    """For each of `rows` the profiles and amounts that raised its score most (SHAP values of the
    trees), as sentences parted by «; ».
    """
    seen = whole.part(rows)
    said = model.known.names(whole.amounts)
    both: list[tuple[int, ...]] = [
        (at,) if what == "number" else (at, at + 1)
        for at, (what, _names) in enumerate(said)
        if what not in ("rows", "of late")
    ]
    given = _given(model, seen, trees, both, len(rows))
    words = _Words(model, table, whole, seen)
    for at, columns in enumerate(both):  # what is no worse than the common rate explains nothing to a person
        given[words.harmless(said[columns[0]]), at] = 0
    top = np.argsort(-given, axis=1, kind="stable")[:, :REASONS]
    sentences = []
    for place, row in enumerate(rows):
        features = [said[both[at][0]] for at in top[place] if given[place, at] > 0]
        parts = [words.sentence(feature, int(row), place) for feature in features]
        sentences.append("; ".join(dict.fromkeys(parts)) or _("nothing stands out"))
    return sentences


def _given(model: Model, seen: Seen, trees: Any, both: list[tuple[int, ...]], rows: int) -> np.ndarray:
    """What each feature (a profile's share and its rows together) added to the score of each row."""
    given = np.empty((rows, len(both)), dtype=np.float32)
    for first in range(0, rows, BATCH):
        part = slice(first, first + BATCH)
        some = seen.part(np.arange(rows)[part])
        values = trees.predict(xgboost.DMatrix(features_of(some, model.known)), pred_contribs=True)
        given[part] = np.column_stack([values[:, list(columns)].sum(axis=1) for columns in both])
    return given


@dataclass(frozen=True, slots=True)
class _Fact:
    """What earlier rows of a profile showed, by row."""

    rows: np.ndarray
    illicit: np.ndarray


class _Words:
    """What is known of each row, in words."""

    def __init__(self, model: Model, table: Consignments, whole: Seen, seen: Seen) -> None:
        rate = model.known.rate
        self._layout, self._rate = model.layout, rate
        self._kinds, self._amounts = model.layout.kinds(table), whole.amounts
        self._facts = {one.names: _Fact(*one.of(seen.hashes, rate)[1:]) for one in model.known.profiles}
        self._lately = {one.names: one.of(seen.hashes, seen.days, rate) for one in model.known.recents}
        self._forgets = model.card.get("rows", 0) > LARGE

    def harmless(self, feature: Feature) -> np.ndarray:
        """The rows of which a profile shows nothing worse than is common."""
        kind, names = feature
        if kind == "share":
            fact = self._facts[names]
            return np.asarray((fact.rows > 0) & (fact.illicit <= self._rate * fact.rows))
        if kind == "lately":
            share, weighed = self._lately[names]
            return np.asarray((share <= self._rate) | (weighed < 1))
        return np.zeros(len(next(iter(self._facts.values())).rows), dtype=bool)

    def sentence(self, feature: Feature, row: int, place: int) -> str:
        """One reason."""
        kind, names = feature
        if kind == "number":
            return self._of_amount(names[0], float(self._amounts[names[0]][row]))
        which = reduce(_joined, (self._condition(name, row) for name in names))
        if kind == "lately":
            share, _weighed = self._lately[names]
            percent = round(100 * float(share[place]))
            return _("lately about %(percent)s %% of consignments %(which)s were illicit") % {
                "percent": percent,
                "which": which,
            }
        rows, illicit = int(self._facts[names].rows[place]), int(self._facts[names].illicit[place])
        if rows:
            said = {"bad": figure(illicit), "n": figure(rows), "which": which}
            return (
                ngettext(
                    "%(bad)s of %(n)s earlier consignment %(which)s was illicit",
                    "%(bad)s of %(n)s earlier consignments %(which)s were illicit",
                    rows,
                )
                % said
            )
        if self._forgets:  # of a large file, values met once are not kept
            return _("at most one earlier consignment %(which)s is known") % {"which": which}
        return _("no earlier consignment %(which)s is known") % {"which": which}

    def _of_amount(self, name: str, value: float) -> str:
        if name == RELATIVE:
            return against_usual(value)
        said = {"column": _column(name), "value": figure(value)}
        if np.isnan(value):
            return _("%(column)s is not stated") % said
        edges = self._layout.edges.get(name, [])
        if len(edges) == BANDS - 1:  # fewer: many rows share one amount, and bands hold more than their part
            below = 100 * int(np.searchsorted(edges, value)) // BANDS
            above = 100 - 100 // BANDS - below
            if below >= HIGH:
                said["percent"] = str(below)
                return _("%(column)s is %(value)s, more than in %(percent)s %% of earlier consignments") % said
            if below <= LOW:
                said["percent"] = str(above)
                return _("%(column)s is %(value)s, less than in %(percent)s %% of earlier consignments") % said
        return _("%(column)s is %(value)s") % said

    def _condition(self, name: str, row: int) -> str:
        """Which consignments a value of a column speaks of."""
        coded = self._kinds[name]
        if name == WEEKDAY:
            code = int(coded.codes[row])
            return _("on a %(day)s") % {"day": WEEKDAYS[code - 1]} if code else _("whose day is not known")
        band = name.removesuffix(" (band)")
        if band != name and band in self._layout.edges:
            return _of_band(band, int(coded.codes[row]), self._layout.edges[band])
        value = coded.values[coded.codes[row]]
        return _of_value(self._layout, name, value)


def _joined(first: str, second: str) -> str:
    return _("%(first)s and %(second)s") % {"first": first, "second": second}


def _of_value(layout: Layout, name: str, value: str) -> str:
    said = {"column": _column(name), "value": value[:60]}
    if not value:
        return _("without %(column)s") % said
    product = layout.roles.get("hs", "")
    if name == product:
        return _("of product %(value)s") % said
    if product and name == f"{product} heading":
        return _("of heading %(value)s") % said
    if product and name == f"{product} chapter":
        return _("of chapter %(value)s") % said
    if name == layout.roles.get("partner"):
        return _("bound for %(value)s") % said if "destin" in name.lower() else _("from %(value)s") % said
    if name == layout.roles.get("importer"):
        return _("of importer %(value)s") % said
    return _("with %(column)s %(value)s") % said


def _of_band(name: str, code: int, edges: list[float]) -> str:
    """Consignments of a band of an amount; `code` is its place, one past the last
    band where the amount is not stated.
    """
    times = 100 if name == RELATIVE else 1
    said = {"column": _column(name)}
    if code > len(edges):
        return _("whose usual price is not known") if name == RELATIVE else _("without %(column)s") % said
    if not edges:
        return _("with any %(column)s") % said
    if code:
        said["low"] = figure(times * edges[code - 1])
    if code < len(edges):
        said["high"] = figure(times * edges[code])
    if name == RELATIVE:
        if not code:
            return _("priced at %(high)s %% of what is usual or less") % said
        if code == len(edges):
            return _("priced above %(low)s %% of what is usual") % said
        return _("priced at %(low)s to %(high)s %% of what is usual") % said
    if not code:
        return _("with %(column)s of %(high)s or less") % said
    if code == len(edges):
        return _("with %(column)s above %(low)s") % said
    return _("with %(column)s from %(low)s to %(high)s") % said


def against_usual(ratio: float) -> str:
    """A price against the usual one of like goods: `0.45` is «55 % below the usual price»."""
    if np.isnan(ratio):
        return _("the usual price is not known")
    if ratio >= 2:
        return _("%(times)s times the usual price") % {"times": figure(ratio, 2)}
    percent = round(100 * abs(ratio - 1))
    if not percent:
        return _("at the usual price")
    words = _("%(percent)s %% below the usual price") if ratio < 1 else _("%(percent)s %% above the usual price")
    return words % {"percent": percent}


def _column(name: str) -> str:
    return _("unit price") if name == UNIT_PRICE else name


def figure(value: float, digits: int = 6) -> str:
    """A number to so many digits, as the reader's language writes it; a whole one in full."""
    if not np.isfinite(value):
        return "–"
    number = Decimal(int(value)) if value == int(value) else Decimal(f"{value:.{digits}g}").normalize()
    places = max(0, -int(number.as_tuple().exponent))
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)
