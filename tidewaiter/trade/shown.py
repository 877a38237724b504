"""What pages say of a run: facts in words, tables with links, charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor, log10
from typing import Any

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tidewaiter.cases.policy import FILING_ROLES
from tidewaiter.cases.words import code_word
from tidewaiter.codelists.queries import code_view
from tidewaiter.drawing import charts, maps
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade.asked import ANALYSES
from tidewaiter.trade.besides import beside
from tidewaiter.trade.files import name_of
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.reasons import figure
from tidewaiter.trade.results import (
    distribution_of,
    first_rows,
    flows_of_pair,
    gaps_by_country,
    pair_by_years,
    summaries_of,
)
from tidewaiter.trade.unseen import MUCH

ROWS = 100
DROPPED = {
    "no_product": gettext_lazy("without a product"),
    "no_quantity": gettext_lazy("without a quantity"),
    "quantity_not_positive": gettext_lazy("quantity zero or negative"),
    "unknown_currency": gettext_lazy("currency that the table of rates lacks"),
    "no_value": gettext_lazy("without a value"),
    "value_not_positive": gettext_lazy("value zero or negative"),
    "world": gettext_lazy("totals of the world"),
    "no_country": gettext_lazy("areas that are no country"),
    "unknown_country": gettext_lazy("countries that are not recognised"),
    "itself": gettext_lazy("a country with itself"),
    "re_import": gettext_lazy("re-imports"),
    "another_flow": gettext_lazy("flows that lie in others"),
    "breakdown": gettext_lazy("parts of other rows"),
    "another_level": gettext_lazy("coarser products"),
    "negative_value": gettext_lazy("negative values"),
    "unknown_flow": gettext_lazy("flows that are not recognised"),
    "another_edition": gettext_lazy("another edition of the HS beside the one used"),
    "another_period": gettext_lazy("months beside their year"),
    "another_currency": gettext_lazy("another currency than most"),
    "repeated": gettext_lazy("rows that repeat another, counted once"),
    "several_values": gettext_lazy("rows of one key with several values"),
    "unknown_period": gettext_lazy("times that are not recognised"),
}
"""Why rows were left out, in words."""
SLIPS = {
    "power_of_ten": gettext_lazy("likely a slip by a power of ten"),
    "pound_kilogram": gettext_lazy("likely pounds for kilograms"),
    "dozen_piece": gettext_lazy("likely dozens for pieces"),
    "ounce_kilogram": gettext_lazy("likely ounces for kilograms"),
}
KINDS = {
    "value": gettext_lazy("values differ, weights agree"),
    "quantity": gettext_lazy("weights differ"),
    "unweighed": gettext_lazy("no weight on one side"),
}
COLUMNS = {
    "importer": gettext_lazy("Importer"),
    "partner": gettext_lazy("Partner"),
    "product": gettext_lazy("Product"),
    "month": gettext_lazy("Month"),
    "pair": gettext_lazy("Pair"),
    "year": gettext_lazy("Year"),
}


def _country(code: str, lang: str) -> str:
    view = code_view("country", code) if code else None
    return view.label(lang) if view else code or "–"


def _product(code: str, lang: str) -> str:
    for length in (6, 4, 2):
        view = code_view("hs", code[:length]) if len(code) >= length else None
        if view:
            return view.label(lang)
    return ""


def in_short(run: TradeRun) -> str:
    """What a run found, in a few words."""
    answer = run.answer
    if not answer:
        return ""
    if run.analysis == "unit_prices":
        return ngettext("%(n)s row flagged", "%(n)s rows flagged", answer["flagged"]) % {"n": answer["flagged"]}
    if run.analysis == "mirror":
        return ngettext("%(n)s gap listed", "%(n)s gaps listed", answer["gaps"]) % {"n": answer["gaps"]}
    if run.analysis == "select_train":
        return _("precision at 5 %%: %(share)s") % {"share": answer["judged"]["precision_at"]["5"]}
    if run.analysis == "select_evaluate":
        return _("precision at 5 %%: %(share)s") % {"share": answer["precision_at"]["5"]}
    return ngettext("%(n)s row scored", "%(n)s rows scored", answer["rows"]) % {"n": answer["rows"]}


def parameters_of(run: TradeRun, by: Actor) -> list[tuple[str, str]]:
    """What was set, in words."""
    found = []
    for one in ANALYSES[run.analysis].settings:
        value = run.parameters.get(one.name)
        if value in ("", None, []):
            continue
        if one.kind == "check":
            text = _("yes") if value else _("no")
        elif one.kind == "choice":
            text = str(dict(one.choices).get(value, value))
        elif one.kind == "file":
            text = name_of(value, by)
        elif one.kind == "model":
            text = next(
                (model.name for model in TradeRun.objects.filter(ref=value, administration=by.administration_code)),
                value,
            )
        else:
            text = ", ".join(value) if isinstance(value, list) else str(value)
        found.append((str(one.title), text))
    return found


def _dropped(answer: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(str(DROPPED.get(why, why)), number) for why, number in answer["dropped"].items()]


def _understanding(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What was not understood, with its shares in per cent, and what is warned of."""
    unread = [one | {"percent": 100 * one["share_of_value"]} for one in answer.get("not_understood", [])]
    return {"not_understood": unread, "warnings": answer.get("warnings", [])}


def _price_page(run: TradeRun, asked: QueryDict, lang: str, by: Actor) -> dict[str, Any]:
    slips = asked.get("slips") != "0"
    rows = [
        one
        | {
            "partner_word": _country(one["partner"], lang),
            "slip_word": SLIPS.get(one["slip"] or "", ""),
            "product_word": _product(one["hs"], lang),
        }
        for one in first_rows(run, ROWS, slips=slips)
    ]
    said: dict[str, Any] = {
        "rows": rows,
        "slips": slips,
        "importers": any(one["importer"] for one in rows),
        "dropped": _dropped(run.answer),
        "summaries": _summaries(run, lang),
        "amounts": run.answer.get("by_currency") or [run.answer],
    } | _understanding(run.answer)
    if asked.get("row"):
        said["one"] = _one_price(run, str(asked["row"]), lang, by)
    return said


def _one_price(run: TradeRun, ident: str, lang: str, by: Actor) -> dict[str, Any]:
    found = distribution_of(run, ident)
    one = found.row
    ticks = [
        number_format(
            edge, decimal_pos=max(0, 2 - floor(log10(edge))) if edge < 100 else 0, use_l10n=True, force_grouping=True
        )
        for edge in found.edges
    ]
    words = [
        _product(str(value), lang) or str(value)
        if name.startswith("hs")
        else _country(str(value), lang)
        if name == "partner"
        else str(value)
        for name, value in found.keys.items()
        if value not in (None, "")
    ]
    chart = charts.histogram(
        label=_("Unit prices of like ones, the range in the shade, this row at the mark"),
        counts=found.counts,
        ticks=ticks,
        at=found.at,
        between=found.between,
        unit=_("price per %(unit)s, logarithmic") % {"unit": one["unit"]},
    )
    case = {
        "kind": "seizure",
        "direction": one["flow"].removeprefix("re_"),
        "lines.1.hs": one["hs"][:6],
        "lines.1.quantity": f"{one['quantity']:.12g}",
        "lines.1.unit": one["unit"],
        "lines.1.value": f"{one['value']:.12g}",
        "narrative": _("Trade analysis %(run)s, row %(row)s. %(reason)s")
        % {"run": run.ref, "row": one["id"], "reason": one["reason"] or ""},
    }
    return {
        "row": one,
        "chart": chart,
        "group": ", ".join(words),
        "like": found.like,
        "product": _product(one["hs"], lang),
        "partner": _country(one["partner"], lang),
        "slip": SLIPS.get(one["slip"] or "", ""),
        "case": case,
        "forms": [(form.code, code_word("commodity", form.code)) for form in forms_in_use()]
        if by.role_codes & FILING_ROLES
        else [],
    }


def _summaries(run: TradeRun, lang: str, most: int = 12) -> list[dict[str, Any]]:
    found = []
    for name, lines in summaries_of(run).items():
        if name not in COLUMNS or not lines:
            continue
        rows = [(" ".join(filter(None, (_key(name, line, lang), line.get("currency")))), line) for line in lines[:most]]
        if any(word for word, _line in rows):
            found.append({"name": name, "title": COLUMNS[name], "rows": rows})
    return found


def _key(name: str, line: Mapping[str, Any], lang: str) -> str:
    if name == "pair":
        return f"{_country(line['exporter'], lang)} → {_country(line['importer'], lang)}"
    if name == "partner":
        return _country(str(line["partner"]), lang) if line["partner"] else ""
    if name == "month":
        return (
            f"{line['year']:.0f}-{line['month']:02.0f}"
            if line["month"] == line["month"] and line["month"] is not None and line["year"] is not None
            else ""
        )
    if name == "product":
        code = str(line.get("product") or line.get("hs6") or "")
        return f"{code} {_product(code, lang)}".strip()
    return str(line[name] if line[name] is not None else "")


def _mirror_page(run: TradeRun, asked: QueryDict, lang: str, _by: Actor) -> dict[str, Any]:
    entrepots = asked.get("entrepots") == "1"
    rows = [_flow(one, lang) for one in first_rows(run, ROWS, entrepots=entrepots)]
    side = "exporter" if asked.get("side") == "exporter" else "importer"
    gaps = gaps_by_country(run, side)
    counts = {code: round(gap) for code, gap in gaps.items() if gap >= 1}
    said: dict[str, Any] = {
        "rows": rows,
        "entrepots": entrepots,
        "side": side,
        "dropped": _dropped(run.answer),
        "kinds": [(str(KINDS.get(kind, kind)), n) for kind, n in run.answer["gaps_by_kind"].items()],
        "map": maps.flow_map(label=_("Countries shaded by the size of listed gaps"), counts=counts),
        "summaries": _summaries(run, lang),
        "countries": [(_country(code, lang), gap) for code, gap in sorted(gaps.items(), key=lambda one: -one[1])[:12]],
    } | _understanding(run.answer)
    if asked.get("exporter") and asked.get("importer"):
        said["pair"] = _pair(run, str(asked["exporter"]), str(asked["importer"]), lang)
    return said


def _flow(one: dict[str, Any], lang: str) -> dict[str, Any]:
    return one | {
        "from_word": _country(one["exporter"], lang),
        "to_word": _country(one["importer"], lang),
        "product_word": _product(one["product"], lang),
        "kind_word": KINDS.get(one["kind"] or "", ""),
        "share": None if one["relative"] is None else 100 * one["relative"],
    }


def _pair(run: TradeRun, exporter: str, importer: str, lang: str) -> dict[str, Any]:
    years = pair_by_years(run, exporter, importer)
    if not years:
        raise Missing("no_rows", _("There is no such pair."))
    chart = charts.lines(
        label=_("What the importer reports (thick) beside what the exporter reports (thin), by year"),
        ticks=[str(one["year"]) for one in years],
        now=[round(one["imported"]) for one in years],
        was=[round(one["exported"]) for one in years],
    )
    return {
        "from": _country(exporter, lang),
        "to": _country(importer, lang),
        "years": years,
        "chart": chart if len(years) > 1 else "",
        "flows": [_flow(one, lang) for one in flows_of_pair(run, exporter, importer, 50)],
    }


def _rates(judged: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is found at each share, in per cent, and between what and what (nothing in runs of older releases)."""
    sure, found = judged.get("intervals", {}), []
    for rate in judged["precision_at"]:
        row: dict[str, Any] = {"rate": rate}
        for name in ("precision", "recall", "revenue"):
            known = judged.get(f"{name}_at", {})
            row[name] = 100 * known[rate] if rate in known else None
            row[f"{name}_sure"] = [100 * end for end in sure.get(f"{name}_at", {}).get(rate, [])]
        found.append(row)
    return found


def _top(answer: Mapping[str, Any]) -> list[str]:
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


def _unseen(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns with values that the training did not hold, the greatest share of rows first."""
    shares = answer.get("unseen", {})
    return [{"of": name, "percent": 100 * share, "much": share > MUCH} for name, share in shares.items() if share]


def _bands(calibration: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{"said": 100 * one["said"], "came": 100 * one["came"], "rows": one["rows"]} for one in calibration]


def _evaluate_page(run: TradeRun, _asked: QueryDict, _lang: str, _by: Actor) -> dict[str, Any]:
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


FIGURES = {
    "rows": gettext_lazy("Rows"),
    "groups": gettext_lazy("Groups"),
    "flagged": gettext_lazy("Flagged"),
    "over_value": gettext_lazy("Over the range"),
    "under_value": gettext_lazy("Under the range"),
    "outflow": gettext_lazy("Outflow"),
    "inflow": gettext_lazy("Inflow"),
    "usable": gettext_lazy("Rows with enough like ones"),
    "slips": gettext_lazy("Likely slips"),
    "beside": gettext_lazy("Flagged under 10/90"),
    "flows": gettext_lazy("Flows"),
    "matched": gettext_lazy("Matched flows"),
    "median_value_ratio": gettext_lazy("Median ratio of values"),
    "median_weight_ratio": gettext_lazy("Median ratio of weights"),
    "gaps": gettext_lazy("Listed gaps"),
    "importers_more": gettext_lazy("Importers report more"),
    "exporters_more": gettext_lazy("Exporters report more"),
    "auc": gettext_lazy("Area under the ROC curve"),
    "judged.auc": gettext_lazy("Area under the ROC curve"),
    "calibration_error": gettext_lazy("Error of the probability"),
    "judged.precision_at.1": gettext_lazy("Precision at 1 %"),
    "judged.precision_at.5": gettext_lazy("Precision at 5 %"),
    "judged.precision_at.10": gettext_lazy("Precision at 10 %"),
    "precision_at.1": gettext_lazy("Precision at 1 %"),
    "precision_at.5": gettext_lazy("Precision at 5 %"),
    "precision_at.10": gettext_lazy("Precision at 10 %"),
    "illicit": gettext_lazy("Illicit"),
    "expected": gettext_lazy("Expected illicit, share"),
    "chosen.score": gettext_lazy("Chosen by score"),
    "chosen.rule": gettext_lazy("Chosen by a rule"),
    "chosen.chance": gettext_lazy("Chosen by chance"),
}
"""Figures that two runs are compared by, in their order."""


def beside_page(run: TradeRun, other: TradeRun, by: Actor) -> dict[str, Any]:
    """What differs between two runs, in words."""
    found = beside(run, other)
    ours, theirs = dict(parameters_of(run, by)), dict(parameters_of(other, by))
    settings = [
        (title, ours.get(title, "–"), theirs.get(title, "–"))
        for title in dict.fromkeys([*ours, *theirs])
        if ours.get(title) != theirs.get(title)
    ]
    files = [name_of(one.source, by) for one in (run, other)]
    if run.source != other.source:
        settings = [(_("File"), files[0], files[1]), *settings]
    rows = []
    for name, word in FIGURES.items():
        first, second = found.figures.get(name, [None, None])
        if first is not None or second is not None:
            change = second - first if first is not None and second is not None else None
            size = max(abs(first or 0), abs(second or 0))
            whole = size >= 1000 or all(one is None or float(one).is_integer() for one in (first, second))
            rows.append(
                {
                    "word": word,
                    "first": first,
                    "second": second,
                    "change": change,
                    "places": "0g" if whole else "2g" if size >= 10 else "4g",
                }
            )
    return {"settings": settings, "figures": rows, "ranked": found.rows}


def _train_page(run: TradeRun, _asked: QueryDict, _lang: str, _by: Actor) -> dict[str, Any]:
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


def _score_page(run: TradeRun, asked: QueryDict, _lang: str, _by: Actor) -> dict[str, Any]:
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


type _Page = Callable[[TradeRun, QueryDict, str, Actor], dict[str, Any]]
PAGES: dict[str, tuple[str, _Page]] = {
    "unit_prices": ("trade/unit_prices.html", _price_page),
    "mirror": ("trade/mirror.html", _mirror_page),
    "select_train": ("trade/select_train.html", _train_page),
    "select_score": ("trade/select_score.html", _score_page),
    "select_evaluate": ("trade/select_evaluate.html", _evaluate_page),
}
"""The page of each analysis, and what it is made of."""
