"""Who is on duty, now and next, by the rotas of this node: what pages, programs and what rings ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tidewaiter.foundation.moments import now
from tidewaiter.people import rota
from tidewaiter.people.models import Office, Officer, Shift, Swap

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody's time on duty."""

    shift: Shift
    officer: Officer
    begins: datetime
    ends: datetime
    swapped: bool
    own_zone: str
    """Where the person lives, as far as the node knows: the zone of their administration, else of the turn."""

    @property
    def day(self) -> str:
        """The day on which it begins by the calendar of its zone, as `swap` takes it."""
        return self.begins.astimezone(ZoneInfo(self.shift.time_zone)).date().isoformat()

    @property
    def is_night(self) -> bool:
        """Whether it is night now where the person is."""
        return rota.is_night(now(), self.own_zone)

    @property
    def here(self) -> str:
        """The wall clock where the person is, as text: Django's filters would show the zone of the process."""
        return f"{now().astimezone(ZoneInfo(self.own_zone)):%H:%M}"


@dataclass(slots=True)
class Rota:
    """The turns of an administration, or of one of its offices, with what was swapped."""

    turns: list[Shift]
    swaps: dict[tuple[int, date], str | None]
    people: dict[str, Officer]

    def watches(self, since: datetime, until: datetime) -> list[Watch]:
        """Everybody's times on duty that touch the time between two moments, by when they begin.

        A closed account has none: its turns are gaps, which are seen, and not dealt out to others in silence.
        """
        rows = []
        for one in rota.watches(self.turns, since, until, self.swaps):
            officer = self.people.get(one.who) if one.who else one.turn.officer
            if officer is None or not officer.is_active:
                continue
            home = officer.administration.time_zone
            zone = home if home != "UTC" else one.turn.time_zone
            rows.append(Watch(one.turn, officer, one.begins, one.ends, (one.turn.pk, one.day) in self.swaps, zone))
        return rows

    def now_on(self, moment: datetime) -> list[Watch]:
        """Who is on duty at a moment."""
        return [one for one in self.watches(moment, moment + timedelta(microseconds=1)) if one.begins <= moment]

    def next_on(self, moment: datetime) -> list[Watch]:
        """Who comes on duty next, within two weeks: those that begin at the same moment."""
        coming = [one for one in self.watches(moment, moment + 2 * AHEAD) if one.begins > moment]
        return [one for one in coming if one.begins == coming[0].begins]


def rota_of(administration: str, office: Office | None = None) -> Rota:
    """The rota of an administration, or of one of its offices."""
    return _rota(Shift.objects.filter(administration=administration, office=office))


def on_duty_among(administrations: Collection[str]) -> dict[str, Watch]:
    """Who is on duty now for any of these administrations, in any of their rotas, by account: asked for all at once."""
    rota_of_all = _rota(Shift.objects.filter(administration__in=administrations))
    return {one.officer.username: one for one in rota_of_all.now_on(now())}


def _rota(shifts: QuerySet[Shift]) -> Rota:
    turns = list(shifts.select_related("officer__administration", "office").order_by("weekday", "starts", "pk"))
    swaps = {
        (one.shift_id, one.day): one.officer.username if one.officer else None
        for one in Swap.objects.filter(shift__in=turns).select_related("officer")
    }
    names = {name for turn in turns for name in turn.in_turn} | {name for name in swaps.values() if name}
    named = Officer.objects.filter(username__in=names).select_related("administration")
    return Rota(turns, swaps, {one.username: one for one in named})


def rota_offices(administration: str) -> QuerySet[Office]:
    """The offices of an administration that have a rota of their own."""
    return Office.objects.filter(administration=administration, shifts__isnull=False).distinct().order_by("name")


def on_duty_of(administration: str, *, following: bool = False) -> list[str]:
    """The accounts that are on duty for an administration now, in any of its rotas; or those that come next."""
    moment, names = now(), []
    for office in (None, *rota_offices(administration)):
        found = rota_of(administration, office)
        names += [one.officer.username for one in (found.next_on if following else found.now_on)(moment)]
    return list(dict.fromkeys(names))
