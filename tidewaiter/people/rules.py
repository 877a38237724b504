"""By which rule a turn of duty comes again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tidewaiter.people.models import Office


@dataclass(slots=True)
class Rule:
    """From which day to which, every how many weeks, for which office; who takes the turn one after the other."""

    since: date | None = None
    until: date | None = None
    every: int = 1
    in_turn: list[str] = field(default_factory=list)
    office: Office | None = None
