"""Which months administrations reported anything in: what a change may be reckoned of, and where a chart has a gap.

That somebody seized no weapons in March is a zero only where they reported something in March.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from tidewaiter.foundation.sql import Where, composed
from tidewaiter.statistics.dashboard.scope import Scope, month_number
from tidewaiter.statistics.queries import executed

_OF_REPORTERS = ("administration", "country", "region")
"""Conditions that say who reported: a month counts as reported whatever goods its cases are of."""
SAME = Where(
    "EXISTS (SELECT 1 FROM comparable WHERE comparable.administration = lines.administration"
    " AND comparable.month IS NOT DISTINCT FROM lines.month)"
)
"""Whether a line lies in a month that its administration reported on both sides, in SQL over `lines`."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Months in which anybody reported, of both periods; what stands on both sides of a change."""

    months: frozenset[str]
    administrations: int
    """Those with a month that they reported on both sides."""
    pairs: int
    """Such months, each of one administration."""


def of_reporters(scope: Scope) -> Scope:
    """The scope, narrowed by who reported alone."""
    return replace(scope, where={name: scope.where[name] for name in _OF_REPORTERS if name in scope.where})


def lay_out(connection: duckdb.DuckDBPyConnection, scope: Scope, seen: Where) -> None:
    """Makes the tables `reported` (administration, month, whether of the period or the one before) and `comparable`
    (administration, month: those with a like month on the other side) of `lines`.

    Like months are the first with the first, and so on; what is dated by the year alone is like what is so dated.
    """
    statement = composed(
        """CREATE TEMP TABLE reported AS SELECT DISTINCT administration, month, {now} AS now FROM lines
        WHERE head AND {seen} AND {narrowed} AND ({now} OR {was})""",
        now=scope.condition(),
        was=scope.before.condition(),
        seen=seen,
        narrowed=of_reporters(scope).narrowing(),
    )
    executed(connection, statement)
    placed = composed(
        """CREATE TEMP TABLE comparable AS WITH placed AS (
            SELECT *, coalesce(CAST(left(month, 4) AS INT) * 12 + CAST(right(month, 2) AS INT) - 1
                - CASE WHEN now THEN {now} ELSE {was} END, -1) AS place FROM reported
        )
        SELECT administration, month FROM placed AS here WHERE EXISTS (SELECT 1 FROM placed AS there
            WHERE there.administration = here.administration AND there.place = here.place AND there.now <> here.now)""",
        now=month_number(scope.since),
        was=month_number(scope.before.since),
    )
    executed(connection, placed)


def reported(connection: duckdb.DuckDBPyConnection) -> Reported:
    """What `lay_out` found."""
    months = connection.execute("SELECT DISTINCT month FROM reported WHERE month IS NOT NULL").fetchall()
    both = connection.execute("SELECT count(DISTINCT administration), count(*) // 2 FROM comparable").fetchone()
    administrations, pairs = both or (0, 0)
    return Reported(frozenset(str(row[0]) for row in months), int(administrations), int(pairs))
