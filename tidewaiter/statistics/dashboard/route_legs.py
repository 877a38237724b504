"""Legs of the routes of a dashboard: from where to where cases went, and who reported them."""

from __future__ import annotations

from itertools import pairwise

import duckdb

type Leg = tuple[str, str, int, dict[str, tuple[int]]]
"""From, to, how many cases, and who reported how many of them."""


def edges(connection: duckdb.DuckDBPyConnection) -> tuple[list[Leg], int, int]:
    """Legs of known routes of the period: (legs, cases with both ends known, all cases).

    A case whose departure and destination are known goes departure → each transit → the country that seized →
    destination; a leg to the same country is none. Others are left out, and counted.
    """
    rows = connection.execute(
        """SELECT departure, transits, country, destination, administration, count(*) FROM chosen
        WHERE now AND head = true GROUP BY ALL"""
    ).fetchall()
    total, known = sum(row[-1] for row in rows), [row for row in rows if row[0] is not None and row[3] is not None]
    found: dict[tuple[str, str], dict[str, int]] = {}
    for departure, transits, country, destination, who, number in known:
        stops = [departure, *(transits.split(";") if transits else ())]
        stops += [one for one in (country, destination) if one not in stops[1:]]
        for leg in pairwise(stops):
            if leg[0] != leg[1]:
                whose = found.setdefault(leg, {})
                whose[who] = whose.get(who, 0) + number
    legs: list[Leg] = [
        (a, b, sum(whose.values()), {who: (n,) for who, n in whose.items()}) for (a, b), whose in found.items()
    ]
    legs.sort(key=lambda one: (-one[2], one[:2]))
    return legs, sum(row[-1] for row in known), total
