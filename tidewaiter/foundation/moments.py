"""Clocks, and stamps that a wrong clock has left behind."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

APART = timedelta(seconds=60)
"""So far the clocks of a node's processes may differ, where they run on several machines."""


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """`moment` as 27 characters that sort by time: `2026-11-21T18:52:00.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def is_ahead(moment: datetime | None) -> bool:
    """Whether a stamp of something that has happened lies in the future: whoever
    wrote it had a wrong clock, or we have.
    """
    return moment is not None and moment > now() + APART


def seconds_since(moment: datetime | None) -> float:
    """How long ago something happened, in seconds, never less than 0.

    For ever ago (`inf`) where it never has, or where its stamp lies in the future: what rests on such a stamp is
    overdue, lost or over, and not fresh for as long as the clock was wrong.
    """
    if moment is None or is_ahead(moment):
        return math.inf
    return max(0.0, (now() - moment).total_seconds())


def is_over(until: datetime | None, longest: timedelta) -> bool:
    """Whether a moment that was set at most `longest` ahead has passed; so has one that lies
    further off than it can have been set.
    """
    return until is None or until < now() or until > now() + longest + APART
