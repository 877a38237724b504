"""What pages say of a run: facts in words, tables with links, charts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.files.sources import name_of
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.parameters import ANALYSES
from tidewaiter.trade.presenters.mirror import mirror_page
from tidewaiter.trade.presenters.prices import price_page
from tidewaiter.trade.presenters.selection import evaluate_page, score_page, train_page
from tidewaiter.trade.run_comparison import compare_runs


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


def comparison_page(run: TradeRun, other: TradeRun, by: Actor) -> JsonObject:
    """What differs between two runs, in words."""
    found = compare_runs(run, other)
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


type _Page = Callable[[TradeRun, QueryDict, str, Actor], JsonObject]
PAGES: dict[str, tuple[str, _Page]] = {
    "unit_prices": ("trade/unit_prices.html", price_page),
    "mirror": ("trade/mirror.html", mirror_page),
    "select_train": ("trade/select_train.html", train_page),
    "select_score": ("trade/select_score.html", score_page),
    "select_evaluate": ("trade/select_evaluate.html", evaluate_page),
}
"""The page of each analysis, and what it is made of."""
