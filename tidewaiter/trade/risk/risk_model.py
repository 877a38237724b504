"""Selection of consignments: a model that orders them by the chance, and the worth, of finding something.

Gradient boosting over risk profiles (DOMAIN.md §3; the profiles of two and three columns do what
leaves of a tree that are fed to a second model do elsewhere). Learnt on what came before, judged on
what came after, never the other way round.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.risk.boosted_trees import (
    ROUNDS,
    WORTH_ROUNDS,
    booster,
    calibrated,
    grown,
    raw_scores,
    steps_of,
    text_of,
    worth_trees,
)
from tidewaiter.trade.risk.consignments import Consignments, Kinds, kinds_of, labels_of
from tidewaiter.trade.risk.features import Known, Layout, Seen, features_of, layout_of, learnt, seen_of, wanted_of
from tidewaiter.trade.risk.label_leaks import refuse_leaks
from tidewaiter.trade.risk.metrics import calibration, calibration_error, figures, top_calibration
from tidewaiter.trade.risk.model_file import Model
from tidewaiter.trade.risk.unseen_values import met_in, unseen_of

LEARNT, TUNED = 0.70, 0.85
"""Up to which share of the rows, in their time, a model is learnt and tuned; the rest judges it."""
FEWEST = 200
"""Rows with a known outcome below which nothing is learnt."""


@dataclass(frozen=True, slots=True)
class TrainingParameters:
    """What is asked of a training."""

    label: str
    exclude: tuple[str, ...] = ()
    date: str = ""
    """The column of the date, where it goes by another name."""
    revenue: str = ""
    """What an illicit row was worth (duty found): a second head learns it."""
    seed: int = 1
    date_order: str = ""
    """`dmy` or `mdy`, where dates are written in figures that do not tell."""


def _parts_by_time(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(learnt, tuned, judged): rows in three stretches of time that share no day."""
    ordered = np.sort(days)
    first, second = ordered[int(LEARNT * len(days))], ordered[int(TUNED * len(days))]
    parts = (days < first), (days >= first) & (days < second), days >= second
    if not all(part.any() for part in parts):
        raise BadInput("time", _("The rows are of too few days to learn from the earlier and judge by the later ones."))
    return parts


def train(
    table: Consignments,
    asked: TrainingParameters,
    tell: Callable[[str], None] = lambda _stage: None,
    share: Callable[[float], None] = lambda _done: None,
) -> Model:
    """Learns a model; its card says how well it did on the latest rows, which it had not seen.

    `tell` hears each stage, `share` which share of the stage (0 to 1) is done, after every round of learning.

    Raises `BadInput`: unusable label or dates, too few outcomes known, a column that gives the label away.
    """
    label = labels_of(table, asked.label)
    dates = _readable_dates(table)
    kinds = kinds_of(table, asked.label, asked.exclude)
    rows = _usable(label, table)
    tell(_("Looking for columns that give the label away"))
    refuse_leaks(_some(table, rows), kinds, asked.label, label[rows], asked.revenue)
    layout, salt = layout_of(table, kinds), secrets.token_hex(16)
    seen = seen_of(layout, table, salt).part(rows)
    outcome, days = label[rows].astype(np.float32), table.days()[rows]
    worth = table.column(asked.revenue).numbers()[rows] if asked.revenue else None
    tell(_("Looking for risk profiles"))
    early, tuning, late = _parts_by_time(days)
    wanted = wanted_of(layout, seen.part(early), outcome[early], asked.seed)
    tell(_("Learning"))
    known, features = learnt(seen.part(early), outcome[early], wanted, asked.seed)
    held = features_of(seen.part(tuning), known)
    trees = grown(features, outcome[early], asked.seed, ROUNDS, (held, outcome[tuning]), share=share)
    rounds = int(trees.best_iteration) + 1
    steps = steps_of(raw_scores(trees, held, rounds), outcome[tuning])
    tell(_("Judging by the latest rows"))
    raw = raw_scores(trees, features_of(seen.part(late), known), rounds)
    said = figures(outcome[late], raw, worth[late] if worth is not None else None)
    unseen = unseen_of(met_in(layout, seen.part(early)), seen.part(late))
    by_worth = None
    if worth is not None:
        money = booster(worth_trees(features, outcome[early], worth[early], asked.seed))
        expected = np.expm1(raw_scores(money, features_of(seen.part(late), known), WORTH_ROUNDS)) * raw
        by_worth = figures(outcome[late], expected, worth[late])
    tell(_("Learning from all rows"))
    known, features = learnt(seen, outcome, wanted, asked.seed)
    final = grown(features, outcome, asked.seed, rounds, share=share)
    second = worth_trees(features, outcome, worth, asked.seed) if worth is not None else ""
    model = Model(
        layout, salt, known, text_of(final), second, steps, baseline_of(layout, table, salt), met=met_in(layout, seen)
    )
    model.card = _card(asked, kinds, wanted, (days[early], days[tuning], days[late]), outcome) | {
        "trees": rounds,
        "judged": said,
        "judged_by_worth": by_worth,
        **_how_sure(outcome[late], calibrated(raw, steps), raw),
        "unseen": unseen,
        "dates_not_read": dates,
        "not_inspected": int((label < 0).sum()),
        "importance": _importance(final, known, seen),
    }
    return model


def _how_sure(outcome: np.ndarray, probability: np.ndarray, raw: np.ndarray) -> JsonObject:
    """Whether as many rows were illicit as their probabilities said, of all and of the highest."""
    return {
        "calibration_error": calibration_error(outcome, probability),
        "calibration": calibration(outcome, probability),
        "top": top_calibration(outcome, probability, raw),
    }


def _usable(label: np.ndarray, table: Consignments) -> np.ndarray:
    """The rows with an outcome and a date. Raises `BadInput` where they are too few."""
    usable = (label >= 0) & ~np.isnat(table.days())
    if int(usable.sum()) < FEWEST or int(label[usable].sum()) < FEWEST // 10:
        raise BadInput(
            "too_few",
            _(
                "%(n)s rows have an outcome and a date, %(bad)s of them illicit. At least %(least)s and %(some)s are"
                " needed."
            )
            % {"n": int(usable.sum()), "bad": int(label[usable].sum()), "least": FEWEST, "some": FEWEST // 10},
        )
    return np.flatnonzero(usable)


def _readable_dates(table: Consignments) -> JsonObject:
    """`{"rows", "share", "values": {value: rows}}` of dates that are none: the commonest ten.

    Raises `BadInput` where no column is the date, or more than half of its values are none.
    """
    if "date" not in table.roles or table.roles["date"] not in table.columns:
        raise BadInput(
            "date",
            _("Which column is the date? A model learns from earlier rows and is judged by later ones (--date)."),
        )
    said = table.dates().not_read
    rows = sum(said.values())
    commonest = dict(sorted(said.items(), key=lambda one: (-one[1], one[0]))[:10])
    if rows > table.rows / 2:
        raise BadInput(
            "date",
            _("«%(head)s» holds no date in %(n)s of %(all)s rows («%(value)s»). Say which column is the date (--date).")
            % {"head": table.roles["date"][:80], "n": rows, "all": table.rows, "value": next(iter(commonest))},
        )
    return {"rows": rows, "share": round(rows / table.rows, 4), "values": commonest}


def _some(table: Consignments, rows: np.ndarray) -> Consignments:
    """The same columns for some rows (the table behind them is left whole: nobody writes it)."""
    columns = {head: type(coded)(coded.codes[rows], coded.values) for head, coded in table.columns.items()}
    return Consignments(table.table, columns, table.roles, table.date_order)


def _card(
    asked: TrainingParameters,
    kinds: Kinds,
    wanted: Sequence[tuple[str, ...]],
    days: tuple[np.ndarray, ...],
    outcome: np.ndarray,
) -> JsonObject:
    """What the model is: learnt of what, until when, how; for people to read before they trust it."""
    return {
        "made": now().isoformat(timespec="seconds"),
        "label": asked.label,
        "revenue": asked.revenue,
        "rows": len(outcome),
        "illicit": int(outcome.sum()),
        "from": str(days[0].min()),
        "learnt_until": str(days[0].max()),
        "tuned_until": str(days[1].max()),
        "until": str(days[2].max()),
        "columns": sorted([*kinds.categories, *kinds.numbers]),
        "unused": kinds.unused,
        "profiles": [" × ".join(names) for names in wanted if len(names) > 1],
        "method": (
            "XGBoost over out-of-fold risk profiles; isotonic calibration; learnt on earlier, judged on later rows"
        ),
        "seed": asked.seed,
        "limits": [
            (
                "It knows what was found where people looked: what was never inspected it cannot learn. A share of"
                " inspections is therefore drawn by chance."
            ),
            (
                "It orders consignments for inspection. It is no ground for suspicion against a person, and decides"
                " nothing by itself."
            ),
        ],
    }


def _importance(trees: Any, known: Known, seen: Seen) -> list[JsonObject]:
    """The twelve profiles and numbers that trees gain most from, their shares of the whole gain."""
    gains: dict[str, float] = {}
    names = [
        " × ".join(names) + (", lately" if kind in ("lately", "of late") else "")
        for kind, names in known.names(seen.amounts)
    ]
    for feature, gain in trees.get_score(importance_type="total_gain").items():
        name = names[int(feature.removeprefix("f"))]
        gains[name] = gains.get(name, 0.0) + float(gain)
    whole = sum(gains.values()) or 1.0
    return [
        {"of": name, "share": round(gain / whole, 4)}
        for name, gain in sorted(gains.items(), key=lambda one: -one[1])[:12]
    ]


def baseline_of(layout: Layout, table: Consignments, salt: str) -> dict[str, list[float]]:
    """Shares of the sixteen parts into which the values of a column fall by their hash:
    enough to see that a column changed.
    """
    found = {}
    for name, coded in layout.kinds(table).items():
        part = coded.hashes(f"{salt}.{name}") >> np.uint64(60)
        found[name] = (np.bincount(part.astype(int), minlength=16) / max(len(part), 1)).round(6).tolist()
    return found


def drift_of(model: Model, table: Consignments) -> dict[str, float]:
    """The population stability index of each column against the training data: above 0.2 the world has changed,
    and the model should be learnt anew.
    """
    found = {}
    fresh = baseline_of(model.layout, table, model.salt)
    for name, before in model.baseline.items():
        was, is_now = (np.clip(np.array(one), 1e-4, None) for one in (before, fresh[name]))
        found[name] = round(float(((is_now - was) * np.log(is_now / was)).sum()), 4)
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def seen_by(model: Model, table: Consignments) -> Seen:
    """A file as this model sees it. Raises `BadInput` where it lacks a column."""
    return seen_of(model.layout, table, model.salt)
