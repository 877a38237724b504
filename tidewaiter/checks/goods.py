"""Checks of the goods: units, quantities, values, HS codes, open codes."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext_noop

from tidewaiter.checks.context import Context, Lines
from tidewaiter.checks.findings import NOTE, STOP, WARN, Finding
from tidewaiter.checks.norms import Norm
from tidewaiter.codelists.queries import list_view

_SLIPS: dict[str, tuple[tuple[float, str], ...]] = {
    "KGM": ((1e-3, gettext_noop("Were these grams?")), (1e3, gettext_noop("Were these tonnes?"))),
    "GRM": ((1e3, gettext_noop("Were these kilograms?")), (1e-3, gettext_noop("Were these milligrams?"))),
    "TNE": ((1e-3, gettext_noop("Were these kilograms?")),),
    "LTR": ((1e-3, gettext_noop("Were these millilitres?")),),
    "MLT": ((1e3, gettext_noop("Were these litres?")),),
    "STC": (
        (20, gettext_noop("Were these packets of 20?")),
        (200, gettext_noop("Were these cartons of 200?")),
        (10_000, gettext_noop("Were these cases of 10,000?")),
    ),
    "H87": ((1e3, gettext_noop("Were these thousands?")), (1e2, gettext_noop("Were these cartons?"))),
    "U2": ((10, gettext_noop("Were these blister packs?")), (1e3, gettext_noop("Were these thousands?"))),
}
"""By unit: what the quantity would have to be multiplied by if another unit was meant, and the question."""


_OF_SEVERAL = gettext_noop(
    "Compared with validated cases of three administrations and more, none with more than two fifths of the weight."
)
_OF_OWN = gettext_noop("Compared with validated cases of the same administration.")
_OF_FILE = gettext_noop("Compared with the other lines of the same file.")


def check_unit(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A line's unit is one that its goods are counted in."""
    findings = []
    for number, line in enumerate(lines, 1):
        subtype, unit = str(line.get("subtype", "")), line.get("unit")
        if unit and unit not in context.units_for(subtype):
            says = {"unit": str(unit), "subtype": subtype, "allowed": ", ".join(context.units_for(subtype))}
            findings.append(Finding("unit_not_allowed", STOP, f"lines.{number}.unit", says))
    return findings


def check_quantity(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A quantity far from what such goods usually come in: often a slip of unit, which is then named."""
    findings = []
    for number, line in enumerate(lines, 1):
        norm = context.norms.get((str(line.get("subtype", "")), str(line.get("unit", ""))))
        if norm is None or "quantity" not in line:
            continue
        quantity = float(line["quantity"])
        if norm.is_unusual(quantity):
            unit = str(line["unit"])
            says = {
                "quantity": str(line["quantity"]),
                "unit": unit,
                **_figures(norm),
                "slip": _slip(quantity, unit, norm),
            }
            findings.append(Finding("quantity_outlier", WARN, f"lines.{number}.quantity", says))
    return findings


def _figures(norm: Norm) -> dict[str, str]:
    """What a norm rests on, as findings say it."""
    whose = _OF_FILE if not norm.reporters else _OF_OWN if norm.reporters == 1 else _OF_SEVERAL
    return {"n": str(norm.lines), "median": f"{math.exp(norm.middle):.4g}", "whose": whose}


def without_figures_of_file(says: dict[str, str]) -> dict[str, str]:
    """The same without number and median where they speak of the other lines of a file."""
    if says.get("whose") != _OF_FILE:
        return says
    return {name: value for name, value in says.items() if name not in ("n", "median")}


def _slip(quantity: float, unit: str, norm: Norm) -> str:
    """The question whose answer would make the quantity usual: the one that brings it nearest to the middle."""
    near = [
        (abs(math.log(quantity * factor) - norm.middle), question)
        for factor, question in _SLIPS.get(unit, ())
        if abs(math.log(quantity * factor) - norm.middle) < 2 * norm.spread
    ]
    return min(near)[1] if near else ""


def check_value(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A value far from what such goods are usually said to be worth, by the unit."""
    findings = []
    for number, line in enumerate(lines, 1):
        if not context.prices or "value" not in line or "quantity" not in line:
            continue
        unit, currency = str(line.get("unit", "")), str(line.get("currency", ""))
        norm = context.prices.get((str(line.get("subtype", "")), f"{unit} {currency}"))
        price = float(line["value"]) / float(line["quantity"])
        if norm is not None and norm.is_unusual(price):
            says = {"price": f"{price:.4g}", "currency": currency, "unit": unit, **_figures(norm)}
            findings.append(Finding("value_outlier", WARN, f"lines.{number}.value", says))
    return findings


def check_hs(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A line's HS code is of the headings that the commodity names."""
    headings = context.form.definition.hs
    findings = []
    for number, line in enumerate(lines, 1):
        code = str(line.get("hs", ""))
        if code and headings and not any(code.startswith(one) or one.startswith(code) for one in headings):
            says = {"hs": code, "headings": ", ".join(headings[:12])}
            findings.append(Finding("hs_mismatch", WARN, f"lines.{number}.hs", says))
    return findings


def check_open_codes(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """A field that takes other texts beside the codes of its list says when it was given one."""
    findings = []
    for number, line in enumerate(lines, 1) if context.open_codes else ():
        own = line.get("fields", {})
        for column in context.open_codes:
            said = str(own.get(column.path, ""))
            if said and said not in list_view(column.list).codes:
                findings.append(Finding("not_in_list", NOTE, f"lines.{number}.{column.path}", {"said": said}))
    return findings
