"""The picture that answers make: maturity by domain, round against round, and the region where enough answered.

A score is the mean of the levels answered in a domain, 0 to 4; what does not apply counts nowhere. A figure of a
region stands where at least three countries are behind it (`foundation.disclosure`), and only once the round is closed:
while answers still come in, the difference of two looks would be one country's answer. No figure of the whole is shown
beside those of regions, so that no hidden region follows by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean

from tidewaiter.experts.needs.questionnaire import Definition
from tidewaiter.foundation.disclosure import LEAST_REPORTERS

LEVELS = ("0", "1", "2", "3", "4")
TOP = 4


@dataclass(frozen=True, slots=True)
class Score:
    """A domain of a country's answers, beside the round before and the region."""

    domain: str
    now: Decimal | None
    was: Decimal | None = None
    region: Decimal | None = None
    papers: int = 0
    asked: int = 0
    answered: int = 0

    @property
    def change(self) -> Decimal | None:
        """How far it moved since the round before, on the questions that both have."""
        return None if self.now is None or self.was is None else self.now - self.was


def score(
    definition: Definition, domain: str, answers: Mapping[str, str], among: frozenset[str] | None = None
) -> Decimal | None:
    """The mean level of a domain, of the questions `among` alone where that is said; nothing where none is answered."""
    levels = [
        Decimal(answers[one.name])
        for one in definition.of_domain(domain)
        if one.scored and answers.get(one.name) in LEVELS and (among is None or one.name in among)
    ]
    return rounded(mean(levels)) if levels else None


def rounded(number: Decimal) -> Decimal:
    """With one place, halves up: as it is read."""
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


def same_questions(one: Definition, other: Definition) -> frozenset[str]:
    """The scored questions that two rounds have in common: these alone are compared."""
    return frozenset(q.name for q in one.questions if q.scored) & frozenset(q.name for q in other.questions if q.scored)


def regional(scores: Mapping[str, Decimal | None]) -> tuple[Decimal | None, int]:
    """The mean of a region's countries and how many stand behind it; nothing where they are too few."""
    known = [value for value in scores.values() if value is not None]
    return (rounded(mean(known)) if len(known) >= LEAST_REPORTERS else None), len(known)
