"""The legal bases of preservation: dated data, never code."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.refusals import BadInput

FILE = Path(__file__).with_name("bases.toml")


@cache
def bases() -> dict[str, dict[str, Any]]:
    """All of the list, by code."""
    return {one["code"]: one for one in read_toml(FILE.read_text(encoding="utf-8"))["basis"]}


def in_force(day: date) -> dict[str, dict[str, Any]]:
    """Those in force on a day, by code."""
    return {code: one for code, one in bases().items() if one["since"] <= day <= one.get("until", date.max)}


def basis_of(code: str, day: date) -> dict[str, Any]:
    """A basis that is in force on a day. Raises `BadInput`: what is not in force yet, and what is."""
    there = in_force(day)
    if code in there:
        return there[code]
    known = ", ".join(there)
    if code in bases():
        raise BadInput(
            "basis",
            _("%(name)s is not in force on %(day)s. There are: %(all)s.")
            % {"name": bases()[code]["name"], "day": day.isoformat(), "all": known},
        )
    raise BadInput(
        "basis", _("There is no legal basis «%(name)s». There are: %(all)s.") % {"name": code[:40], "all": known}
    )
