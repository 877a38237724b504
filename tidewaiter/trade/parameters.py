"""The analyses that can be run, and what each asks for: every setting with its default and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.foundation.json_types import JsonMapping, JsonObject
from tidewaiter.foundation.parameters import read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.foreign_columns import Asked
from tidewaiter.trade.files import declarations
from tidewaiter.trade.mirror import flows

LONGEST = 200
LADDERS = {
    "finest": (("hs10", "partner", "quarter"), ("hs6", "partner", "year"), ("hs6",)),
    "year": (("hs6", "partner", "year"), ("hs6",)),
    "world": (("hs6", "year"), ("hs6",)),
}
"""Ladders of groups to choose from."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that is asked: `number`, `check`, `choice`, `column` (of the file), `columns`, `file`, `model`."""

    name: str
    title: str | Promise
    help: str | Promise
    kind: str = "number"
    default: Any = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[tuple[str, str | Promise], ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis: what it is called, what it says, the columns it asks for, its settings."""

    title: str | Promise
    about: str | Promise
    columns: tuple[Asked, ...]
    settings: tuple[Setting, ...]


ANYWAY = Setting(
    "anyway",
    gettext_lazy("Also where most is not understood"),
    gettext_lazy("Without it nothing is done where more than half of the value was not understood."),
    "check",
    False,
)
ANALYSES = {
    "unit_prices": Analysis(
        gettext_lazy("Unit prices"),
        gettext_lazy(
            "Declarations whose price lies outside what like ones cost. A screen, not a finding: much of honest trade"
            " lies outside too."
        ),
        declarations.ASKED,
        (
            Setting(
                "ladder",
                gettext_lazy("Like ones"),
                gettext_lazy("The finest group that is large enough is used."),
                "choice",
                "finest",
                choices=(
                    ("finest", gettext_lazy("tariff line × partner × quarter, then HS6 × partner × year, then HS6")),
                    ("year", gettext_lazy("HS6 × partner × year, then HS6")),
                    ("world", gettext_lazy("HS6 × year, then HS6")),
                ),
            ),
            Setting(
                "low",
                gettext_lazy("Lower quantile"),
                gettext_lazy("0.25 is usual; 0.10 or 0.05 is stricter."),
                default=0.25,
                low=0.001,
                high=0.5,
            ),
            Setting(
                "high",
                gettext_lazy("Upper quantile"),
                gettext_lazy("0.75 is usual; 0.90 or 0.95 is stricter."),
                default=0.75,
                low=0.5,
                high=0.999,
            ),
            Setting(
                "min_group",
                gettext_lazy("Least rows of a group"),
                gettext_lazy("With fewer like ones nothing is said."),
                default=30,
                low=4,
                high=100000,
            ),
            Setting(
                "floor",
                gettext_lazy("Least value"),
                gettext_lazy("Rows of a smaller value are not flagged."),
                default=0,
                low=0,
            ),
            Setting(
                "flow",
                gettext_lazy("Flow"),
                gettext_lazy(
                    "Where the file does not say: over-invoiced imports move money out, over-invoiced exports bring"
                    " it in."
                ),
                "choice",
                "import",
                choices=(("import", gettext_lazy("imports")), ("export", gettext_lazy("exports"))),
            ),
            Setting(
                "leave_one_out",
                gettext_lazy("Without the row itself"),
                gettext_lazy("A row is compared with the others of its group, not with itself."),
                "check",
                True,
            ),
            Setting(
                "related",
                gettext_lazy("Trade inside a firm too"),
                gettext_lazy("It is marked in any case."),
                "check",
                True,
            ),
            Setting(
                "rates",
                gettext_lazy("Table of rates"),
                gettext_lazy(
                    "currency, rate: what one unit of a currency is worth. Without it currencies are never pooled."
                ),
                "file",
            ),
            Setting(
                "reference",
                gettext_lazy("Reference prices"),
                gettext_lazy("hs, unit, low, high: they win over the quantiles."),
                "file",
            ),
            ANYWAY,
        ),
    ),
    "mirror": Analysis(
        gettext_lazy("Mirror data"),
        gettext_lazy("What importers report beside what exporters report. A gap is an indicator of risk, not a loss."),
        flows.ASKED,
        (
            Setting(
                "factor",
                gettext_lazy("CIF over FOB"),
                gettext_lazy("1.06 (IMF) and 1.10 are usual; the figures are shown under 1.00, 1.06 and 1.10 too."),
                default=1.06,
                low=0.5,
                high=3,
            ),
            Setting(
                "distances",
                gettext_lazy("Distances"),
                gettext_lazy(
                    "Estimates the factor of each pair instead: exporter, importer, distance, contiguity (CEPII's"
                    " GeoDist as it is)."
                ),
                "file",
            ),
            Setting(
                "correspondence",
                gettext_lazy("Editions of the HS"),
                gettext_lazy("Two columns of codes: what became (a part of) one another is compared as one product."),
                "file",
            ),
            Setting(
                "net_re_exports",
                gettext_lazy("Without re-exports"),
                gettext_lazy("Re-exports are taken off exports."),
                "check",
                True,
            ),
            Setting(
                "relative",
                gettext_lazy("Listed from"),
                gettext_lazy("A gap is listed from this share of the larger side."),
                default=0.5,
                low=0.01,
                high=0.99,
            ),
            ANYWAY,
        ),
    ),
    "select_train": Analysis(
        gettext_lazy("Train a selection"),
        gettext_lazy(
            "Learns which consignments to open from those that were opened. Earlier rows teach, later ones judge."
        ),
        (),
        (
            Setting(
                "label",
                gettext_lazy("What was found"),
                gettext_lazy("1 found, 0 not, empty where nobody looked."),
                "column",
                needed=True,
            ),
            Setting(
                "exclude",
                gettext_lazy("Not learnt from"),
                gettext_lazy(
                    "Columns that are known only after an inspection. What gives the label away is refused by name."
                ),
                "columns",
            ),
            Setting("date", gettext_lazy("Date"), gettext_lazy("Where it is not recognised."), "column"),
            Setting(
                "date_order",
                gettext_lazy("Days or months first"),
                gettext_lazy("Where dates in figures do not tell."),
                "choice",
                "",
                choices=(
                    ("", gettext_lazy("as the dates tell")),
                    ("dmy", gettext_lazy("days first")),
                    ("mdy", gettext_lazy("months first")),
                ),
            ),
            Setting(
                "revenue", gettext_lazy("What a find was worth"), gettext_lazy("A second head learns it."), "column"
            ),
        ),
    ),
    "select_score": Analysis(
        gettext_lazy("Select consignments"),
        gettext_lazy(
            "Scores consignments by a trained model and draws up the list to inspect, with reasons and a share by"
            " chance."
        ),
        (),
        (
            Setting(
                "model", gettext_lazy("Model"), gettext_lazy("A selection that was trained here."), "model", needed=True
            ),
            Setting(
                "rate",
                gettext_lazy("Share inspected"),
                gettext_lazy("Of all rows, where no capacity is given."),
                default=0.05,
                low=0,
                high=1,
            ),
            Setting(
                "capacity",
                gettext_lazy("Capacity"),
                gettext_lazy("Rows that an office can inspect a day; 0 where the share counts."),
                default=0,
                low=0,
                high=100000,
            ),
            Setting("office", gettext_lazy("Office"), gettext_lazy("The column that says which."), "column"),
            Setting(
                "chance",
                gettext_lazy("By chance"),
                gettext_lazy("Share of inspections that is drawn by chance: what is never looked at cannot be learnt."),
                default=0.1,
                low=0,
                high=1,
            ),
            Setting(
                "blend",
                gettext_lazy("Chance or worth"),
                gettext_lazy("0 orders by the chance of a find, 1 by its likely worth."),
                default=0,
                low=0,
                high=1,
            ),
            Setting(
                "rules",
                gettext_lazy("Rules"),
                gettext_lazy("Profiles and watch lists: rule, and columns of the file whose cells must be so."),
                "file",
            ),
        ),
    ),
    "select_evaluate": Analysis(
        gettext_lazy("Feed back outcomes"),
        gettext_lazy(
            "How well a selection did: its file, with what the inspections found. The same file then teaches the next"
            " model."
        ),
        (),
        (
            Setting(
                "label",
                gettext_lazy("What was found"),
                gettext_lazy("1 found, 0 not, empty where nobody looked."),
                "column",
                needed=True,
            ),
            Setting("revenue", gettext_lazy("What a find was worth"), gettext_lazy("Where it is known."), "column"),
        ),
    ),
}
"""By name, in the order of the pages."""


def analysis_named(name: str) -> Analysis:
    """Raises `BadInput` where there is none of that name."""
    if name not in ANALYSES:
        raise BadInput("analysis", _("Analyses: %(names)s.") % {"names": ", ".join(ANALYSES)})
    return ANALYSES[name]


def read_settings(analysis: Analysis, said: JsonMapping) -> JsonObject:
    """Settings as numbers, truths and texts; the default where nothing was said. Raises `BadInput`."""
    if unknown := set(said) - {one.name for one in analysis.settings}:
        raise BadInput("parameters", _("There is no setting «%(name)s».") % {"name": sorted(unknown)[0][:40]})
    found: JsonObject = {}
    for one in analysis.settings:
        value = said.get(one.name, one.default)
        if one.kind == "number":
            found[one.name] = _number(one, value)
        elif one.kind == "check":
            found[one.name] = value in (True, "1", "on", "true")
        elif one.kind == "columns":
            found[one.name] = (
                [_text(one, part) for part in value]
                if isinstance(value, Sequence) and not isinstance(value, str)
                else []
            )
        else:
            found[one.name] = _text(one, value or one.default)
        if one.kind == "choice" and found[one.name] not in dict(one.choices):
            raise BadInput(
                "parameters",
                _("«%(title)s» is one of %(names)s.") % {"title": one.title, "names": ", ".join(dict(one.choices))},
            )
        if one.needed and not found[one.name]:
            raise BadInput("parameters", _("Say: %(title)s.") % {"title": one.title})
    return found


def _text(one: Setting, value: Any) -> str:
    """A name as it was said: a part of it would be another column or file."""
    if len(said := str(value)) > LONGEST:
        raise BadInput("parameters", _("«%(title)s» may have 200 signs.") % {"title": one.title})
    return said


def _number(one: Setting, value: Any) -> float | int:
    try:
        found = read_number(str(value)) if value not in ("", None) else float(one.default)
    except BadInput as error:
        raise BadInput(
            "parameters", _("«%(title)s»: «%(text)s» is not a number.") % {"title": one.title, "text": str(value)[:40]}
        ) from error
    if not (one.low is None or found >= one.low) or not (one.high is None or found <= one.high):
        raise BadInput(
            "parameters",
            _("«%(title)s» lies between %(low)s and %(high)s.")
            % {"title": one.title, "low": one.low, "high": "∞" if one.high is None else one.high},
        )
    return int(found) if isinstance(one.default, int) and found == int(found) else found
