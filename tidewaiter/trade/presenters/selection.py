"""The pages of selection: a model that was trained, rows that it scored, what inspections found of it."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from tidewaiter.drawing import charts
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.json_types import JsonMapping, JsonObject
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.presenters.labels import ROWS
from tidewaiter.trade.results import first_rows
from tidewaiter.trade.risk.reasons import figure
from tidewaiter.trade.risk.unseen_values import MUCH


def _rates(judged: JsonMapping) -> list[JsonObject]:
    """What is found at each share, in per cent, and between what and what (nothing in runs of older releases)."""
    sure, found = judged.get("intervals", {}), []
    for rate in judged["precision_at"]:
        row: JsonObject = {"rate": rate}
        for name in ("precision", "recall", "revenue"):
            known = judged.get(f"{name}_at", {})
            row[name] = 100 * known[rate] if rate in known else None
            row[f"{name}_sure"] = [100 * end for end in sure.get(f"{name}_at", {}).get(rate, [])]
        found.append(row)
    return found


def _top(answer: JsonMapping) -> list[str]:
    """Finds among the highest against what was expected, in sentences."""
    found = []
    for one in answer.get("top", []):
        said = {"rows": figure(one["rows"]), "expected": figure(round(one["expected"]))}
        if "found" not in one:
            found.append(_("Of the %(rows)s highest, %(expected)s are expected to be illicit.") % said)
            continue
        low, high = one["likely"]
        said |= {"found": figure(one["found"]), "low": figure(low), "high": figure(high)}
        if low <= one["found"] <= high:
            words = _(
                "Of the %(rows)s highest, we expected %(expected)s, found %(found)s: within what chance makes (%(low)s"
                " to %(high)s)."
            )
        elif one["found"] < low:
            words = _(
                "Of the %(rows)s highest, we expected %(expected)s, found %(found)s: fewer than chance explains"
                " (%(low)s to %(high)s). The probabilities are too high."
            )
        else:
            words = _(
                "Of the %(rows)s highest, we expected %(expected)s, found %(found)s: more than chance explains (%(low)s"
                " to %(high)s). The probabilities are too low."
            )
        found.append(words % said)
    return found


def _unseen(answer: JsonMapping) -> list[JsonObject]:
    """Columns with values that the training did not hold, the greatest share of rows first."""
    shares = answer.get("unseen", {})
    return [{"of": name, "percent": 100 * share, "much": share > MUCH} for name, share in shares.items() if share]


def _bands(calibration: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{"said": 100 * one["said"], "came": 100 * one["came"], "rows": one["rows"]} for one in calibration]


def evaluate_page(run: TradeRun, _asked: QueryDict, _lang: str, _by: Actor) -> JsonObject:
    """What inspections found of what was chosen by score, by a rule, by chance."""
    answer = run.answer
    words = {"rule": _("by a rule"), "score": _("by score"), "chance": _("by chance")}
    choices = [
        {
            "word": words[kind],
            "rows": one["rows"],
            "percent": None if one["precision"] is None else 100 * one["precision"],
            "sure": [100 * end for end in one.get("interval", [])],
        }
        for kind, one in answer.get("by_choice", {}).items()
    ]
    score, chance = (answer.get("by_choice", {}).get(kind, {}).get("precision") for kind in ("score", "chance"))
    return {
        "rates": _rates(answer),
        "bands": _bands(answer.get("calibration", [])),
        "choices": choices,
        "revenue": "revenue_at" in answer,
        "tops": _top(answer),
        "auc_sure": answer.get("intervals", {}).get("auc"),
        "found": 100 * answer["illicit"] / answer["rows"],
        "no_better": score is not None and chance is not None and score <= chance,
    }


def train_page(run: TradeRun, _asked: QueryDict, _lang: str, _by: Actor) -> JsonObject:
    """The card of a model: how well it did on later rows, and what its trees go by."""
    rates = _rates(run.answer["judged"])
    weights = [
        one
        | {
            "percent": 100 * one["share"],
            "bar": charts.share(one["share"], max(run.answer["importance"][0]["share"], 1e-9)),
        }
        for one in run.answer["importance"]
    ]
    bands = _bands(run.answer["calibration"])
    return {
        "rates": rates,
        "worth_rates": _rates(run.answer.get("judged_by_worth") or {"precision_at": {}}),
        "weights": weights,
        "bands": bands,
        "tops": _top(run.answer),
        "unseen": _unseen(run.answer),
        "auc_sure": run.answer["judged"].get("intervals", {}).get("auc"),
        "card": run.answer,
        "found": 100 * run.answer["illicit"] / run.answer["rows"],
    }


def score_page(run: TradeRun, asked: QueryDict, _lang: str, _by: Actor) -> JsonObject:
    """The rows with the highest scores, each with its reasons, and how far the file is from the training."""
    rows = first_rows(run, ROWS)
    own = ("score", "probability", "reasons", "selected", "rule")
    heads = [head for head in (rows[0] if rows else {}) if head not in own][:6]
    ranked = [
        {
            "cells": [one[head] for head in heads],
            "percent": 100 * one["probability"],
            "reasons": (one["reasons"] or "").split("; "),
            "selected": one.get("selected"),
            "rule": one.get("rule"),
        }
        for one in rows
    ]
    drift = [{"of": name, "index": index, "much": index > 0.2} for name, index in list(run.answer["drift"].items())[:8]]
    return {
        "heads": heads,
        "rows": ranked,
        "drift": drift,
        "asked": asked,
        "tops": _top(run.answer),
        "unseen": _unseen(run.answer),
    }
