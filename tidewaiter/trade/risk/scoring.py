"""Scoring consignments: probability, rank, reasons; rules beside the score; a day's list for each
office with a share drawn by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import xgboost
from django.utils.translation import gettext as _

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.files.opening import small_table
from tidewaiter.trade.risk.boosted_trees import booster, calibrated
from tidewaiter.trade.risk.consignments import Consignments
from tidewaiter.trade.risk.features import features_of
from tidewaiter.trade.risk.metrics import TOPS
from tidewaiter.trade.risk.model_file import Model
from tidewaiter.trade.risk.reasons import reasons_of
from tidewaiter.trade.risk.risk_model import drift_of, seen_by
from tidewaiter.trade.risk.unseen_values import unseen_of

CHANCE = 0.10
"""Share of inspections that is drawn by chance: what was never looked at cannot be learnt
(Kim et al. 2020; Han, Kim & Park 2022).
"""
EXPLAINED = 50_000
"""Rows that are explained, the highest scores first."""
BATCH = 100_000
"""Rows scored at once: what memory holds."""
DRIFT = 0.2
"""A stability index above which a column has changed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A profile or a watch list that people bring: cells that must be so, `*` at an end for any continuation."""

    name: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class ScoringParameters:
    """What is asked of a scoring. Raises `BadInput` where it does not hold together."""

    blend: float = 0.0
    """0: by the chance of finding something; 1: by what is likely to be found, in money; between: both ranks weighed.
    """
    rate: float = 0.0
    """Share of all rows that can be inspected, where no capacity is given; nothing is chosen at 0."""
    capacity: int = 0
    """Rows that an office can inspect a day."""
    office: str = ""
    """The column that says which office; without it there is one."""
    chance: float = CHANCE
    seed: int = 1
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.blend <= 1 or not 0 <= self.rate <= 1 or not 0 <= self.chance <= 1 or self.capacity < 0:
            raise BadInput("parameters", _("A share lies between 0 and 1."))


@dataclass(slots=True)
class Scored:
    """Results by row, in the order of the file."""

    score: np.ndarray
    probability: np.ndarray
    reasons: list[str]
    chosen: list[str] | None
    """`rule`, `score`, `chance`, or nothing; where something was to be chosen."""
    rules: list[str] | None
    drift: dict[str, float]
    figures: JsonObject = field(default_factory=dict)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Rules of a CSV file: a row each, `rule` its name, the other heads are columns of
    the consignments. Raises `BadInput`.
    """
    rows = small_table(path)
    found = []
    for number, row in enumerate(rows, 2):
        cells = {
            head: value.strip() for head, value in row.items() if head and head != "rule" and value and value.strip()
        }
        if not cells:
            raise BadInput("rules", _("Line %(line)s: a rule names at least one column.") % {"line": number})
        found.append(
            Rule(
                (row.get("rule") or "").strip() or ", ".join(f"{head} {value}" for head, value in cells.items()), cells
            )
        )
    if not found:
        raise BadInput("rules", _("%(name)s has no rule.") % {"name": path.name})
    return tuple(found)


def score(
    model: Model,
    table: Consignments,
    asked: ScoringParameters | None = None,
    tell: Callable[[str], None] = lambda _stage: None,
    share: Callable[[float], None] = lambda _done: None,
) -> Scored:
    """Scores every row. `score` lies between 0 and 1, the highest first to be inspected; `probability` is calibrated.

    Raises `BadInput` where the file lacks a column that the model, a rule or the choosing rests on.
    """
    wanted = asked or ScoringParameters()
    if wanted.blend and not model.worth:
        raise BadInput("blend", _("The model has not learnt what finds are worth. Train it with --revenue."))
    fitting = _fitting(wanted.rules, table)
    tell(_("Scoring"))
    seen, rows = seen_by(model, table), table.rows
    trees, worth = booster(model.illicit), booster(model.worth) if model.worth else None
    raw, money = np.empty(rows), np.zeros(rows)
    for first in range(0, rows, BATCH):
        part = np.arange(first, min(first + BATCH, rows))
        data = xgboost.DMatrix(features_of(seen.part(part), model.known))
        raw[part] = trees.predict(data)
        if worth is not None:
            money[part] = np.expm1(worth.predict(data))
        share(min(first + BATCH, rows) / rows)
    probability = calibrated(raw, model.steps)
    ranked = _rank(raw)
    if wanted.blend:
        ranked = _rank((1 - wanted.blend) * ranked + wanted.blend * _rank(raw * money))
    tell(_("Saying why"))
    order = np.argsort(-ranked, kind="stable")
    reasons = [""] * rows
    for row, sentence in zip(order[:EXPLAINED], reasons_of(model, table, seen, order[:EXPLAINED], trees), strict=True):
        reasons[row] = sentence
    named = [wanted.rules[at].name if at >= 0 else "" for at in fitting] if wanted.rules else None
    chosen = _chosen(table, ranked, fitting >= 0, wanted) if wanted.rate or wanted.capacity else None
    drift = drift_of(model, table)
    found = Scored(ranked, probability, reasons, chosen, named, drift)
    found.figures = {
        "rows": rows,
        "expected": round(float(probability.mean()), 4),
        "unseen": unseen_of(model.met, seen),
        "top": _expected(probability[order]),
        "drifted": [name for name, index in drift.items() if index > DRIFT],
        "dates_not_read": sum(table.dates().not_read.values()) if "date" in table.roles else 0,
        "by_rule": int((fitting >= 0).sum()),
        "chosen": {kind: chosen.count(kind) for kind in ("rule", "score", "chance")} if chosen else {},
    }
    return found


def _expected(chances: np.ndarray) -> list[dict[str, float]]:
    """How many finds are expected among the 100 and the 1,000 highest (all, where there are fewer)."""
    numbers = sorted({min(top, len(chances)) for top in TOPS})
    return [{"rows": number, "expected": round(float(chances[:number].sum()), 1)} for number in numbers]


def _rank(values: np.ndarray) -> np.ndarray:
    """Places between 0 and 1, the highest value the highest; equal values have equal places."""
    _values, place, number = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(np.cumsum(number)[place] / len(values))


def _fitting(rules: Sequence[Rule], table: Consignments) -> np.ndarray:
    """For each row the place of the first rule that it fits, or -1."""
    found = np.full(table.rows, -1)
    for at in range(len(rules) - 1, -1, -1):
        fits = np.ones(table.rows, dtype=bool)
        for head, cell in rules[at].cells.items():
            coded = table.column(head)
            begin = cell.removesuffix("*")
            same = [value.startswith(begin) if cell.endswith("*") else value == cell for value in coded.values]
            fits &= np.array(same, dtype=bool)[coded.codes]
        found[fits] = at
    return found


def _chosen(table: Consignments, ranked: np.ndarray, by_rule: np.ndarray, asked: ScoringParameters) -> list[str]:
    """Whom each group (a day of an office; or all) inspects: first what a rule names, then by
    score, a share of the places by chance.
    """
    group = _groups(table, asked)
    number = np.bincount(group)
    places = (
        np.full(len(number), asked.capacity)
        if asked.capacity
        else np.maximum(1, np.round(asked.rate * number)).astype(int)
    )
    dice = np.random.default_rng(asked.seed)
    by_chance = np.floor(places * asked.chance + dice.random(len(places))).astype(
        int
    )  # one in ten days where a tenth is less than a row
    first = np.lexsort((-ranked, ~by_rule, group))
    found = np.full(table.rows, "", dtype=object)
    place = _place_in(group, first)
    sure = place < (places - by_chance)[group]
    found[sure] = np.where(by_rule[sure], "rule", "score")
    left = np.flatnonzero(~sure)
    drawn = left[np.lexsort((dice.random(len(left)), group[left]))]
    found[drawn[_run(group[drawn]) < by_chance[group[drawn]]]] = "chance"
    return [str(one) for one in found]


def _place_in(group: np.ndarray, order: np.ndarray) -> np.ndarray:
    """The place of each row in its group, in this order."""
    place = np.empty(len(group), dtype=int)
    place[order] = _run(group[order])
    return place


def _run(group: np.ndarray) -> np.ndarray:
    """0, 1, 2 … in each run of the same group."""
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]])) if len(group) else np.zeros(0, dtype=int)
    return np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))


def _groups(table: Consignments, asked: ScoringParameters) -> np.ndarray:
    """A group for each row: with a capacity the day at its office, else all."""
    if not asked.capacity:
        return np.zeros(table.rows, dtype=int)
    keys = (
        [table.column(table.roles["date"]).codes.astype(np.int64)]
        if "date" in table.roles
        else [np.zeros(table.rows, dtype=np.int64)]
    )
    if asked.office:
        keys.append(table.column(asked.office).codes.astype(np.int64))
    whole = keys[0]
    for key in keys[1:]:
        whole = whole * (int(key.max()) + 1) + key
    return np.asarray(np.unique(whole, return_inverse=True)[1])


def with_results(table: Consignments, found: Scored) -> Any:
    """The rows of the file in their order, with `score`, `probability`, `reasons` (and
    `selected`, `rule` where they were asked for).
    """
    whole = table.table
    columns: JsonObject = {
        "score": found.score.round(6),
        "probability": found.probability.round(6),
        "reasons": found.reasons,
    }
    if found.chosen is not None:
        columns["selected"] = found.chosen
    if found.rules is not None:
        columns["rule"] = found.rules
    for name, values in columns.items():
        if name in whole.column_names:
            whole = whole.drop_columns([name])
        whole = whole.append_column(name, pa.array(values))
    return ibis.memtable(whole)
