"""What a source says of one thing, or of a link, before it is cleaned and kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

GRADED = re.compile(r"(?P<scheme>\d+x\d+(?:x\d+)?|tlp|admiralty|europol|nato)[\s:/]+(?P<grade>.+)", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class SaidThing:
    """One entity: its properties as they were said, and where from. `key` is what the source calls it."""

    key: str
    kind: str
    values: list[tuple[str, str]] = field(default_factory=list)
    row: int = 0
    source: str = ""
    said_on: str = ""
    scheme: str = ""
    grade: str = ""
    handling: str = "AMBER"
    told: list[dict[str, str]] = field(default_factory=list)
    """Statements with their own sources, where the file has them (our own export)."""


@dataclass(slots=True, kw_only=True)
class SaidLink:
    """One link between two keys of the same source."""

    key: str
    schema: str
    subject: str
    object: str
    role: str = ""
    begins: str = ""
    ends: str = ""
    share: str = ""
    row: int = 0
    source: str = ""
    scheme: str = ""
    grade: str = ""


@dataclass(slots=True, kw_only=True)
class Unread:
    """What of a file could not be taken, and why."""

    row: int
    code: str
    message: str
    column: str = ""


type Said = SaidThing | SaidLink | Unread


def read_grading(text: str) -> tuple[str, str]:
    """(scheme, grade) as given: «4x4 A1», «3x5x2: 1AP»; without a scheme the grade alone. Never put into another."""
    found = GRADED.fullmatch(text.strip())
    if found:
        return found["scheme"].lower(), found["grade"].strip()[:20]
    return "", text.strip()[:20]
