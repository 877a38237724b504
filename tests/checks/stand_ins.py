"""Stand-ins for what the checks may know."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from tidewaiter.checks.context import Context

PLACES = {"KEMBA": "1-3-5---", "KENBO": "-2345---", "KEKIS": "1-3-----", "KEWIL": "---4----", "USNYC": "12345---"}


def context(**known: Any) -> Any:
    """What the checks may know; a form of pistols, counted by the piece."""
    form = SimpleNamespace(
        definition=SimpleNamespace(hs=("9302", "930330")),
        units_for=lambda subtype: ("H87", "NPR") if subtype == "pistol" else ("KGM",),
        columns=(),
    )
    return Context(form, date(2026, 11, 22), place_functions=PLACES, **known)  # type: ignore[arg-type] -- a stand-in


def said(found: list[Any]) -> list[tuple[str, str, str]]:
    """Code, gravity and path of each finding."""
    return [(one.code, one.severity, one.path) for one in found]
