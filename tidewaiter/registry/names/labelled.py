"""Labelled pairs of names, and how well a threshold tells them apart: codes/name_clusters.txt (one person, firm or
vessel a line, in several spellings and scripts) and codes/name_strangers.txt (pairs that are not one).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from django.conf import settings

from tidewaiter.registry.names.comparing import Known, compare

_birth = re.compile(r"@(\S+)")
_country = re.compile(r"(?<= )/([A-Z]{2})\b")


@dataclass(frozen=True)
class Pair:
    """Two sides, whether they are one, and of which half: `seen` while the rules were written, or `held out`."""

    left: Known
    right: Known
    same: bool
    half: str


def _known(kind: str, said: str) -> Known:
    birth, country = _birth.search(said), _country.search(said)
    name = _country.sub("", _birth.sub("", said)).strip()
    return Known(
        name=name,
        kind=kind,
        birth=birth[1] if birth else "",
        countries=frozenset({country[1]}) if country else frozenset(),
    )


def lines_of(name: str) -> Iterator[tuple[str, list[Known]]]:
    """(half, the sides of a line) of a file."""
    half = "seen"
    for line in (settings.CODES_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            half = "held out"
        elif line and line[0] != "#":
            kind, _colon, forms = line.partition(": ")
            yield half, [_known(kind, form.strip()) for form in forms.split(" | ")]


def pairs() -> list[Pair]:
    """All of them. Beside the strangers put down by hand, each cluster's first form against its neighbours' of a
    kind: easy ones.
    """
    made = [
        Pair(one, other, True, half)
        for half, forms in lines_of("name_clusters.txt")
        for one, other in combinations(forms, 2)
    ]
    made += [Pair(forms[0], forms[1], False, half) for half, forms in lines_of("name_strangers.txt")]
    firsts = [(half, forms) for half, forms in lines_of("name_clusters.txt")]
    for (half, forms), (other_half, others) in pairwise(firsts):
        if half == other_half and forms[0].kind == others[0].kind:
            made.append(Pair(forms[0], others[-1], False, half))
            made.append(Pair(forms[-1], others[0], False, half))
    return made


def figures(said: list[tuple[float, bool]], least: float) -> tuple[float, float, float]:
    """Precision, recall, F1 of a threshold."""
    hits = sum(score >= least for score, _same in said)
    right = sum(score >= least and same for score, same in said)
    every = sum(same for _score, same in said)
    precision, recall = right / hits if hits else 1.0, right / every
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a threshold does to the labelled pairs of the half that was not looked at."""

    least: float
    precision: float
    recall: float
    f1: float
    wrongly: int
    """Strangers of the pairs that would be taken for one."""
    missed: int
    """Pairs that are one and would not be found."""


@cache
def measured() -> tuple[tuple[Measured, ...], int]:
    """(each threshold that may be chosen with its figures, over how many pairs); about half a second, once."""
    said = [(compare(pair.left, pair.right).score, pair.same) for pair in pairs() if pair.half == "held out"]
    made = []
    for number in range(50, 96, 5):
        least = number / 100
        precision, recall, f1 = figures(said, least)
        wrongly = sum(score >= least and not same for score, same in said)
        missed = sum(score < least and same for score, same in said)
        made.append(Measured(least, precision, recall, f1, wrongly, missed))
    return tuple(made), len(said)
