"""Legs of the routes of a dashboard: from where to where cases went, and who reported them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import duckdb

type Leg = tuple[str, str, int, dict[str, tuple[int]]]
"""From, to, how many cases, and who reported how many of them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Of all cases: those on a leg that is drawn, and those that are left out, by why. They add up to `total`."""

    total: int
    shown: int
    unknown: int
    """One end is unknown."""
    within: int
    """They stayed in one country."""
    others: int
    """All their legs are among those that are not drawn."""


@dataclass(frozen=True, slots=True)
class Legs:
    """Legs of known routes, the busiest first; and every course with its cases, so that what is left out is counted."""

    legs: list[Leg]
    courses: list[tuple[frozenset[tuple[str, str]], int]]
    unknown: int
    total: int

    def drawn(self, legs: Iterable[Leg]) -> Drawn:
        """What a map of these legs shows of all cases."""
        here = {leg[:2] for leg in legs}
        shown = sum(number for course, number in self.courses if course & here)
        within = sum(number for course, number in self.courses if not course)
        return Drawn(self.total, shown, self.unknown, within, self.total - self.unknown - within - shown)


def edges(connection: duckdb.DuckDBPyConnection) -> Legs:
    """Legs of known routes of the period.

    A case whose departure and destination are known goes departure → each transit → the country that seized →
    destination; a leg to the same country is none. Others are left out, and counted.
    """
    rows = connection.execute(
        """SELECT departure, transits, country, destination, administration, count(*) FROM chosen
        WHERE now AND head = true GROUP BY ALL"""
    ).fetchall()
    total, known = sum(row[-1] for row in rows), [row for row in rows if row[0] is not None and row[3] is not None]
    found: dict[tuple[str, str], dict[str, int]] = {}
    courses: dict[frozenset[tuple[str, str]], int] = {}
    for departure, transits, country, destination, who, number in known:
        stops = [departure, *(transits.split(";") if transits else ())]
        stops += [one for one in (country, destination) if one not in stops[1:]]
        course = frozenset(leg for leg in pairwise(stops) if leg[0] != leg[1])
        courses[course] = courses.get(course, 0) + number
        for leg in course:
            whose = found.setdefault(leg, {})
            whose[who] = whose.get(who, 0) + number
    legs: list[Leg] = [
        (a, b, sum(whose.values()), {who: (n,) for who, n in whose.items()}) for (a, b), whose in found.items()
    ]
    legs.sort(key=lambda one: (-one[2], one[:2]))
    return Legs(legs, list(courses.items()), total - sum(row[-1] for row in known), total)
