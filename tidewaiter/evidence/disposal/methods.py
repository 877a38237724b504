"""Ways of disposal by material: dated data, never code. What is forbidden says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.refusals import BadInput, Refusal

FILE = Path(__file__).with_name("methods.toml")
COLUMNS = ("recycle", "energy", "treatment", "give")
WAYS = ("destroy", "return", "sell", "donate", "hand_to")
GIVING = ("sell", "donate")
"""Ways that put goods into use again: the column `give` says whether they may be."""


@cache
def rules() -> dict[str, Any]:
    """All of the file."""
    return read_toml(FILE.read_text(encoding="utf-8"))


def said(words: Mapping[str, Any]) -> str:
    """The text of the reader's language, else the English one."""
    language = (get_language() or "en").partition("-")[0]
    return str(words.get(language) or words["en"])


@dataclass(frozen=True, slots=True)
class Cell:
    """A way for a material: offered, forbidden with its reason, or none in reach."""

    column: str
    state: str
    """`free`, `no` or `none`."""
    word: str


def cell(material: str, column: str) -> Cell:
    """What the rules say of a way for a material."""
    row = rules()["materials"].get(material or "mixed") or rules()["materials"]["mixed"]
    rule = row.get(column)
    if rule is None:
        return Cell(column, "none", "")
    return Cell(column, "no" if rule.get("forbidden") else "free", said(rule))


def matrix_row(material: str) -> list[Cell]:
    """All ways for a material, in their order."""
    return [cell(material, column) for column in COLUMNS]


def columns() -> list[tuple[str, str]]:
    """The ways with their words."""
    return [(name, said(rules()["columns"][name])) for name in COLUMNS]


def never() -> str:
    """What is never done with any goods."""
    return said(rules()["never"])


def must_be_allowed(material: str, column: str) -> None:
    """Raises a refusal with the reason where a way is forbidden for a material, `BadInput` where there is none."""
    if column not in COLUMNS:
        raise BadInput("method", _("«%(name)s» is none of %(all)s.") % {"name": column[:40], "all": ", ".join(COLUMNS)})
    found = cell(material, column)
    if found.state == "no":
        raise Refusal("forbidden", _("Forbidden for this material: %(why)s.") % {"why": found.word})
    if found.state == "none":
        raise BadInput("method", _("The rules know no such way for this material."))


def factors(material: str, column: str) -> tuple[float | None, float]:
    """Tonnes of CO2 equivalent a tonne against landfill, and the share that is recycled, where the rules give them."""
    row = rules()["materials"].get(material) or {}
    rule = row.get(column) or {}
    return rule.get("carbon"), float(rule.get("recycled", 0))
