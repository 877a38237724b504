"""Scoring consignments: probability, rank, reasons; rules beside the score; a day's list for each office with a share drawn by chance."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import xgboost
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.consignments import Coded, Consignments
from tidewaiter.trade.features import Seen, features_of
from tidewaiter.trade.profiles import Names
from tidewaiter.trade.selection import Model, booster, calibrated, drift_of, seen_by

CHANCE = 0.10
"""Share of inspections that is drawn by chance: what was never looked at cannot be learnt (Kim et al. 2020; Han, Kim & Park 2022)."""
REASONS, EXPLAINED = 3, 50_000
"""Reasons a row; rows that are explained, the highest scores first."""
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
class Choosing:
    """What is asked of a scoring. Raises `BadInput` where it does not hold together."""

    blend: float = 0.0
    """0: by the chance of finding something; 1: by what is likely to be found, in money; between: both ranks weighed."""
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
    figures: dict[str, Any] = field(default_factory=dict)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Rules of a CSV file: a row each, `rule` its name, the other heads are columns of the consignments. Raises `BadInput`."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadInput("unreadable", _("%(name)s cannot be read.") % {"name": path.name}) from error
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
    model: Model, table: Consignments, asked: Choosing | None = None, tell: Callable[[str], None] = lambda _stage: None
) -> Scored:
    """Scores every row. `score` lies between 0 and 1, the highest first to be inspected; `probability` is calibrated.

    Raises `BadInput` where the file lacks a column that the model, a rule or the choosing rests on.
    """
    wanted = asked or Choosing()
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
    probability = calibrated(raw, model.steps)
    ranked = _rank(raw)
    if wanted.blend:
        ranked = _rank((1 - wanted.blend) * ranked + wanted.blend * _rank(raw * money))
    tell(_("Saying why"))
    order = np.argsort(-ranked, kind="stable")
    reasons = [""] * rows
    for row, sentence in zip(order[:EXPLAINED], _reasons(model, table, seen, order[:EXPLAINED], trees), strict=True):
        reasons[row] = sentence
    named = [wanted.rules[at].name if at >= 0 else "" for at in fitting] if wanted.rules else None
    chosen = _chosen(table, ranked, fitting >= 0, wanted) if wanted.rate or wanted.capacity else None
    drift = drift_of(model, table)
    found = Scored(ranked, probability, reasons, chosen, named, drift)
    found.figures = {
        "rows": rows, "expected": round(float(probability.mean()), 4), "drifted": [name for name, index in drift.items() if index > DRIFT],
        "by_rule": int((fitting >= 0).sum()), "chosen": {kind: chosen.count(kind) for kind in ("rule", "score", "chance")} if chosen else {},
    }  # fmt: skip
    return found


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


def _chosen(table: Consignments, ranked: np.ndarray, by_rule: np.ndarray, asked: Choosing) -> list[str]:
    """Whom each group (a day of an office; or all) inspects: first what a rule names, then by score, a share of the places by chance."""
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


def _groups(table: Consignments, asked: Choosing) -> np.ndarray:
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


def _reasons(model: Model, table: Consignments, whole: Seen, rows: np.ndarray, trees: Any) -> list[str]:
    """The profiles and numbers that raised a row's score most (SHAP values of the trees), in words."""
    kinds, amounts, seen = model.layout.kinds(table), whole.amounts, whole.part(rows)
    said = model.known.names(amounts)
    both = [
        (at,) if what == "number" else (at, at + 1)
        for at, (what, _names) in enumerate(said)
        if what not in ("rows", "of late")
    ]
    given = np.empty((len(rows), len(both)), dtype=np.float32)
    for first in range(0, len(rows), BATCH // 10):
        part = slice(first, first + BATCH // 10)
        some = seen.part(np.arange(len(rows))[part])
        values = trees.predict(xgboost.DMatrix(features_of(some, model.known)), pred_contribs=True)
        given[part] = np.column_stack([values[:, list(columns)].sum(axis=1) for columns in both])
    facts = {profile.names: profile.of(seen.hashes, model.known.rate)[1:] for profile in model.known.profiles}
    for at, columns in enumerate(both):
        if (
            said[columns[0]][0] == "share"
        ):  # a profile that is no worse than the common rate explains nothing to a person
            met, illicit = facts[said[columns[0]][1]]
            given[(met > 0) & (illicit <= model.known.rate * met), at] = 0
    top = np.argsort(-given, axis=1, kind="stable")[:, :REASONS]
    sentences = []
    for place, row in enumerate(rows):
        parts = [_words(said[both[at][0]], int(row), place, kinds, amounts, facts) for at in top[place] if given[place, at] > 0]  # fmt: skip
        sentences.append("; ".join(parts) or _("nothing stands out"))
    return sentences


def _words(
    what: tuple[str, Names],
    row: int,
    place: int,
    kinds: dict[str, Coded],
    amounts: dict[str, np.ndarray],
    facts: dict[Names, Any],
) -> str:
    kind, names = what
    if kind == "number":
        return f"{names[0]} {amounts[names[0]][row]:.6g}"
    values = " × ".join(
        f"{name.removesuffix(' (band)')} {kinds[name].values[kinds[name].codes[row]] or '–'}" for name in names
    )
    rows, illicit = facts[names][0][place], facts[names][1][place]
    if kind == "lately":
        return _("%(values)s: lately") % {"values": values}
    if not rows:
        return _("%(values)s: never met before") % {"values": values}
    return _("%(values)s: %(bad)s of %(n)s earlier ones") % {"values": values, "bad": int(illicit), "n": int(rows)}


def with_results(table: Consignments, found: Scored) -> Any:
    """The rows of the file in their order, with `score`, `probability`, `reasons` (and `selected`, `rule` where they were asked for)."""
    whole = table.table
    columns: dict[str, Any] = {
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
