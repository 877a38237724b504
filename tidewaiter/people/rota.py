"""The duty rota as moments: who is on duty, and where nobody is. Pure arithmetic over weekly turns and time zones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Turn(Protocol):
    """A weekly turn of duty in the wall-clock time of a zone."""

    weekday: int
    starts: time
    ends: time
    time_zone: str


@dataclass(frozen=True, slots=True)
class Watch[T: Turn]:
    """One turn as it falls on the calendar, in UTC."""

    turn: T
    begins: datetime
    ends: datetime


def watches[T: Turn](turns: Iterable[T], since: datetime, until: datetime) -> list[Watch[T]]:
    """Every turn that touches the time from `since` to `until`, as moments in UTC, by when it begins.

    Wall-clock times are read in the turn's own zone on each day, so that a turn keeps its hours when clocks change;
    a time that the change skips is read as if the clocks had not changed yet (PEP 495, fold 0).
    """
    found: list[Watch[T]] = []
    for turn in turns:
        zone = ZoneInfo(turn.time_zone)
        day = since.astimezone(zone).date() - timedelta(days=2)
        last = until.astimezone(zone).date() + timedelta(days=1)
        while day <= last:
            if day.weekday() == turn.weekday:
                begins = datetime.combine(day, turn.starts, zone).astimezone(UTC)
                end_day = day if turn.ends > turn.starts else day + timedelta(days=1)
                ends = datetime.combine(end_day, turn.ends, zone).astimezone(UTC)
                if begins < until and ends > since:
                    found.append(Watch(turn, begins, ends))
            day += timedelta(days=1)
    return sorted(found, key=lambda watch: watch.begins)


def on_duty[T: Turn](turns: Iterable[T], moment: datetime) -> list[Watch[T]]:
    """Who is on duty at a moment."""
    return [
        watch
        for watch in watches(turns, moment, moment + timedelta(microseconds=1))
        if watch.begins <= moment < watch.ends
    ]


def gaps(turns: Iterable[Turn], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The times from `since` to `until` in which nobody is on duty."""
    found: list[tuple[datetime, datetime]] = []
    reached = since
    for watch in watches(turns, since, until):
        if watch.begins > reached:
            found.append((reached, watch.begins))
        reached = max(reached, watch.ends)
    if reached < until:
        found.append((reached, until))
    return found
