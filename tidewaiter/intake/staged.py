"""A cleaned row as it is staged, and what rows of one case have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tidewaiter.cases.rows import CaseIn
from tidewaiter.forms.judgements import Found
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.canonical import digest


@dataclass(slots=True)
class Staged:
    """One row, cleaned; or, where a row makes several cases, what it says of one of them."""

    number: int
    key: str
    form: str
    header: dict[str, Any]
    lines: list[dict[str, Any]]
    problems: list[Problem]
    raw: dict[str, str]
    skipped: bool = False
    source: str = ""
    """Digest of the source row, by which one that repeats another is known."""
    found: list[Found] = field(default_factory=list)
    """What in its texts may name somebody."""
    counts: int = 1
    """How many source rows this counts for: of several that one row makes, one counts."""


def key_of(number: int, header: dict[str, Any], lines: list[dict[str, Any]], problems: list[Problem]) -> str:
    """What rows of one case have in common: their reference, else the cleaned record; a wrong row stands alone."""
    said = str(header.get("national_ref", ""))
    if said:
        return f"#{digest(said)}" if said.startswith(("=", "#")) else said  # what begins so is a key of our own
    return f"=!{number}" if problems else f"={CaseIn(header, lines).digest()}"
