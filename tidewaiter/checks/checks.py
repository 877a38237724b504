"""The checks: pure functions of a case's header, its lines and a context."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from tidewaiter.checks.findings import NOTE, STOP, WARN, Finding
from tidewaiter.checks.norms import Norm
from tidewaiter.forms.columns import flatten_header
from tidewaiter.forms.engine import Form
from tidewaiter.foundation.personal import MASK, find

EARLIEST = "1950-01-01"
_FUNCTIONS = {
    "seaport": ("1", gettext_noop("is no seaport in UN/LOCODE")),
    "airport": ("4", gettext_noop("is no airport in UN/LOCODE")),
}


@dataclass(slots=True)
class Context:
    """What the checks may know beside the case itself."""

    form: Form
    today: date
    norms: dict[tuple[str, str], Norm] = field(default_factory=dict)
    place_functions: dict[str, str] = field(default_factory=dict)
    """UN/LOCODE function field (`1--45---`) by place."""
    _texts: frozenset[str] = frozenset()
    _units: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def texts(self) -> frozenset[str]:
        """Paths of the form's free texts, remembered."""
        if not self._texts:
            self._texts = frozenset(c.path for c in self.form.columns if c.type in ("text", "long_text"))
        return self._texts

    def units_for(self, subtype: str) -> tuple[str, ...]:
        """Allowed units, remembered."""
        if subtype not in self._units:
            self._units[subtype] = self.form.units_for(subtype)
        return self._units[subtype]


Lines = list[dict[str, Any]]


def check_date(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A seizure is not in the future, nor before the records begin."""
    day = str(header.get("date", ""))
    today = context.today.isoformat()
    length = {"year": 4, "month": 7}.get(str(header.get("date_precision", "day")), 10)
    if day and day[:length] > today[:length]:
        return [Finding("date_in_future", STOP, "date", {"date": day[:length], "today": today})]
    if day and day < EARLIEST:
        return [Finding("date_impossible", STOP, "date", {"date": day[:length], "earliest": EARLIEST[:4]})]
    return []


def check_unit(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A line's unit is one that its goods are counted in."""
    findings = []
    for number, line in enumerate(lines, 1):
        subtype, unit = str(line.get("subtype", "")), line.get("unit")
        if unit and unit not in context.units_for(subtype):
            says = {"unit": str(unit), "subtype": subtype, "allowed": ", ".join(context.units_for(subtype))}
            findings.append(Finding("unit_not_allowed", STOP, f"lines.{number}.unit", says))
    return findings


def check_place(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """The place lies in the reporting country and is what the type of location says."""
    place = str(header.get("place", ""))
    if not place:
        return []
    if place[:2] != header.get("country"):
        return [
            Finding(
                "place_mismatch",
                WARN,
                "place",
                {"place": place, "why": gettext_noop("is not in the reporting country")},
            )
        ]
    needed = _FUNCTIONS.get(str(header.get("location_type", "")))
    functions = context.place_functions.get(place, "")
    if needed and functions and needed[0] not in functions:
        return [Finding("place_mismatch", WARN, "place", {"place": place, "why": needed[1]})]
    return []


def check_quantity(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A quantity far from what such goods usually come in: often a slip of unit or of the decimal point."""
    findings = []
    for number, line in enumerate(lines, 1):
        norm = context.norms.get((str(line.get("subtype", "")), str(line.get("unit", ""))))
        if norm is not None and "quantity" in line and norm.is_unusual(float(line["quantity"])):
            says = {
                "quantity": str(line["quantity"]), "unit": str(line["unit"]), "n": str(norm.lines),
                "median": f"{math.exp(norm.middle):.4g}",
            }  # fmt: skip
            findings.append(Finding("quantity_outlier", WARN, f"lines.{number}.quantity", says))
    return findings


_PERSONAL = {
    "masked": gettext_noop("What looked like a person was masked before it was kept: this node holds no names."),
    "found": gettext_noop("The text seems to name a person. Names belong in the nominal part, not here."),
}


def check_personal_data(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """Free text names nobody: what a node without names has masked, and what another seems to hold."""
    findings = []
    texts = [(path, value) for path, value in flatten_header(header) if path in context.texts]
    for number, line in enumerate(lines, 1):
        texts += [
            (f"lines.{number}.{name}", value) for name, value in line.get("fields", {}).items() if name in context.texts
        ]
    for path, value in texts:
        text = str(value)
        if MASK in text:
            findings.append(Finding("personal_data", NOTE, path, {"what": _PERSONAL["masked"]}))
        elif find(text):
            findings.append(Finding("personal_data", WARN, path, {"what": _PERSONAL["found"]}))
    return findings


CHECKS: tuple[Callable[[dict[str, Any], Lines, Context], list[Finding]], ...] = (
    check_date,
    check_unit,
    check_place,
    check_quantity,
    check_personal_data,
)


def run_checks(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """What all checks say of one case, in their order."""
    return [finding for check in CHECKS for finding in check(header, lines, context)]
