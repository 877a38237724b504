"""The duty rota as moments: who is on duty, and where nobody is. Pure arithmetic over weekly turns and time zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

NIGHT = (time(22), time(6))
"""Hours of the wall clock at which people sleep, where nothing better is known of them."""


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
    day: date = date.min
    """The day on which it begins, by the calendar of its zone."""
    who: str = ""
    """The account that has it, where the turn goes round or was swapped; else the turn's own."""


type Swaps = Mapping[tuple[int, date], str | None]
"""By the key of a turn and the day it begins: who takes it, nobody where it falls away."""


def watches[T: Turn](
    turns: Iterable[T], since: datetime, until: datetime, swaps: Swaps | None = None
) -> list[Watch[T]]:
    """Every turn that touches the time from `since` to `until`, as moments in UTC, by when it begins.

    Wall-clock times are read in the turn's own zone on each day, so that a turn keeps its hours when clocks change;
    a time that the change skips is read as if the clocks had not changed yet, one that comes twice is the first of the
    two (PEP 495, fold 0; RFC 5545 says the same). A turn of which the change leaves nothing is no turn that day.
    """
    found: list[Watch[T]] = []
    for turn in turns:
        zone = ZoneInfo(turn.time_zone)
        day = since.astimezone(zone).date() - timedelta(days=2)
        last = until.astimezone(zone).date() + timedelta(days=1)
        while day <= last:
            if day.weekday() == turn.weekday and falls_on(turn, day):
                begins = datetime.combine(day, turn.starts, zone).astimezone(UTC)
                end_day = day if turn.ends > turn.starts else day + timedelta(days=1)
                ends = datetime.combine(end_day, turn.ends, zone).astimezone(UTC)
                key = (getattr(turn, "pk", None) or 0, day)
                who = swaps[key] if swaps and key in swaps else whose(turn, day)
                if begins < ends and begins < until and ends > since and who is not None:
                    found.append(Watch(turn, begins, ends, day, who))
            day += timedelta(days=1)
    return sorted(found, key=lambda watch: watch.begins)


def falls_on(turn: Turn, day: date) -> bool:
    """Whether a turn of that weekday takes place on that day at all: between its first and its last, in its week."""
    first, last = getattr(turn, "since", None), getattr(turn, "until", None)
    if (first and day < first) or (last and day > last):
        return False
    return not first or _weeks(first, day) % max(1, getattr(turn, "every", 1)) == 0


def whose(turn: Turn, day: date) -> str:
    """The account whose turn it is: of those that take it one after the other, the one at its place by weeks."""
    names, first = getattr(turn, "in_turn", None), getattr(turn, "since", None)
    if not names or not first:
        return ""
    return str(names[_weeks(first, day) // max(1, getattr(turn, "every", 1)) % len(names)])


def _weeks(first: date, day: date) -> int:
    """Weeks of the calendar, from Monday to Sunday, between two days."""
    begun = first - timedelta(days=first.weekday())
    return (day - timedelta(days=day.weekday()) - begun).days // 7


def on_duty[T: Turn](turns: Iterable[T], moment: datetime, swaps: Swaps | None = None) -> list[Watch[T]]:
    """Who is on duty at a moment."""
    return [
        watch
        for watch in watches(turns, moment, moment + timedelta(microseconds=1), swaps)
        if watch.begins <= moment < watch.ends
    ]


def gaps(turns: Iterable[Turn], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The times from `since` to `until` in which nobody is on duty."""
    return gaps_of(watches(turns, since, until), since, until)


class Lasting(Protocol):
    """What begins and ends, in UTC."""

    @property
    def begins(self) -> datetime:
        """Its first moment."""

    @property
    def ends(self) -> datetime:
        """The moment after its last."""


def gaps_of(watched: Iterable[Lasting], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The times from `since` to `until` that none of these fills; they come in the order in which they begin."""
    found: list[tuple[datetime, datetime]] = []
    reached = since
    for watch in watched:
        if watch.begins > reached:
            found.append((reached, watch.begins))
        reached = max(reached, watch.ends)
    if reached < until:
        found.append((reached, until))
    return found


def overlaps_of[L: Lasting](
    watched: Iterable[L], since: datetime, until: datetime
) -> list[tuple[datetime, datetime, L, L]]:
    """The times from `since` to `until` that two of these fill, each with both; they come as they begin."""
    found = []
    there: list[L] = []
    for watch in watched:
        there = [one for one in there if one.ends > watch.begins]
        for one in there:
            begins, ends = max(watch.begins, since), min(one.ends, watch.ends, until)
            if begins < ends:
                found.append((begins, ends, one, watch))
        there.append(watch)
    return found


def is_night(moment: datetime, time_zone: str) -> bool:
    """Whether a moment lies in the night of a zone."""
    clock = moment.astimezone(ZoneInfo(time_zone)).time()
    return clock >= NIGHT[0] or clock < NIGHT[1]


def is_open(
    moment: datetime, *, opens: time | None, closes: time | None, weekdays: Iterable[int], time_zone: str
) -> bool:
    """Whether somebody with these hours of the wall clock answers at a moment; without hours, always."""
    here = moment.astimezone(ZoneInfo(time_zone))
    days = frozenset(weekdays)
    if opens is None or closes is None:
        return not days or here.weekday() in days
    clock, today = here.time(), here.weekday()
    if opens < closes:
        return opens <= clock < closes and (not days or today in days)
    if clock >= opens:
        return not days or today in days
    return clock < closes and (not days or (today - 1) % 7 in days)
