"""Checks of numbers that check themselves, and of what looks like personal data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop
from stdnum import casrn, ean, imo, iso6346

from tidewaiter.checks.context import Context, Lines
from tidewaiter.checks.findings import NOTE, WARN, Finding
from tidewaiter.privacy.finding import find
from tidewaiter.privacy.masking import MASK

_waybill = re.compile(r"\d{3}[- ]?\d{8}")


def is_air_waybill(text: str) -> bool:
    """Whether the last of a waybill's eight digits is the other seven modulo 7 (IATA Resolution 600a)."""
    digits = re.sub(r"\D", "", text)[3:]
    return int(digits[:7]) % 7 == int(digits[7])


_HEADER: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("container", iso6346.is_valid, gettext_noop("container number (ISO 6346)")),
    ("imo", lambda text: imo.is_valid(text.upper().removeprefix("IMO").strip()), gettext_noop("IMO number")),
    ("number", lambda text: not _waybill.fullmatch(text) or is_air_waybill(text), gettext_noop("air waybill number")),
)
_LINE: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("gtin", ean.is_valid, gettext_noop("bar code (GTIN)")),
    ("cas", casrn.is_valid, gettext_noop("CAS number")),
)


def check_digits(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """Numbers with a check digit have the right one."""
    conveyance = header.get("conveyance", {})
    found = [
        (f"conveyance.{name}", str(conveyance[name]), kind)
        for name, valid, kind in _HEADER
        if conveyance.get(name) and MASK not in str(conveyance[name]) and not valid(str(conveyance[name]))
    ]
    for number, line in enumerate(lines, 1):
        own = line.get("fields")
        if own:
            found += [
                (f"lines.{number}.{name}", str(own[name]), kind)
                for name, valid, kind in _LINE
                if own.get(name) and MASK not in str(own[name]) and not valid(str(own[name]))
            ]
    return [Finding("check_digit", WARN, path, {"number": said[:40], "kind": kind}) for path, said, kind in found]


_PERSONAL = {
    "masked": gettext_noop("What looked like a person was masked before it was kept: this node holds no names."),
    "found": gettext_noop("The text seems to name a person. Names belong in the nominal part, not here."),
    "stays": gettext_noop("The text seems to name a person. That stays on this node: it is hidden in what leaves it."),
}


def check_personal_data(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """Free text names nobody: what a node without names has masked, and what another seems to hold; a note alone where
    names may be held.
    """
    findings = []
    known = context.texts
    texts: list[tuple[str, Any]] = []
    for block, value in header.items():
        if type(value) is dict:
            texts += [(f"{block}.{name}", said) for name, said in value.items() if f"{block}.{name}" in known]
        elif block in known:
            texts.append((block, value))
    for number, line in enumerate(lines, 1):
        own = line.get("fields")
        if own:
            texts += [(f"lines.{number}.{name}", said) for name, said in own.items() if name in known]
    for path, value in texts:
        text = str(value)
        if MASK in text:
            findings.append(Finding("personal_data", NOTE, path, {"what": _PERSONAL["masked"]}))
            continue
        column = known[path.rpartition(".")[2] if path[:6] == "lines." else path]
        if find(text, column.about) and column.may_name(text):
            severity, what = (NOTE, "stays") if context.holds_names else (WARN, "found")
            findings.append(Finding("personal_data", severity, path, {"what": _PERSONAL[what]}))
    return findings
