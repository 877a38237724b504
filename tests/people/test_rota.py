"""The duty rota: turns keep their wall-clock hours, gaps and watches fill the time between them without holes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import PASSWORD
from tidewaiter.people import rota
from tidewaiter.people.models import Shift


@dataclass(frozen=True)
class Turn:
    weekday: int
    starts: time
    ends: time
    time_zone: str


ZONES = ("UTC", "Africa/Nairobi", "America/Santiago", "Asia/Seoul", "Europe/Brussels", "Pacific/Chatham")
hours = st.times(min_value=time(0), max_value=time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
turns = st.lists(st.builds(Turn, st.integers(0, 6), hours, hours, st.sampled_from(ZONES)), max_size=8)
moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(turns, moments, st.integers(1, 14))
def test_watches_and_gaps_fill_the_time_exactly(of: list[Turn], since: datetime, days: int) -> None:
    until = since + timedelta(days=days)
    found = rota.watches(of, since, until)
    gaps = rota.gaps(of, since, until)
    for begins, ends in gaps:
        assert since <= begins < ends <= until
        assert not [watch for watch in found if watch.begins < ends and watch.ends > begins]
    probe = since
    while probe < until:
        covered = bool(rota.on_duty(of, probe))
        assert covered != any(begins <= probe < ends for begins, ends in gaps)
        probe += timedelta(hours=11)


@given(st.builds(Turn, st.integers(0, 6), hours, hours, st.sampled_from(ZONES)), moments)
def test_a_weekly_turn_falls_once_a_week(turn: Turn, since: datetime) -> None:
    found = rota.watches([turn], since, since + timedelta(days=70))
    assert 10 <= len(found) <= 12


def test_a_turn_keeps_its_hour_when_the_clocks_change() -> None:
    turn = Turn(6, time(8), time(20), "Europe/Brussels")
    found = rota.watches([turn], datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC))
    assert [watch.begins.hour for watch in found] == [7, 6, 6]


@pytest.mark.django_db
def test_a_contact_plans_the_rota_of_their_own_administration(people: SimpleNamespace) -> None:
    client = Client()
    assert client.login(username=people.contact.username, password=PASSWORD)
    said = {
        "officer": people.officer.username,
        "weekday": ["0", "1", "2", "3", "4", "5", "6"],
        "starts": "00:00",
        "ends": "00:00",
        "time_zone": "Africa/Nairobi",
    }
    assert client.post("/people/duty/give/", said).status_code == 302
    page = client.get("/people/duty/").content.decode()
    assert "Nobody is on duty now" not in page
    assert client.post("/people/duty/give/", {**said, "officer": people.american.username}).status_code == 404
    assert client.post("/people/duty/give/", {**said, "starts": "8 o'clock"}).status_code == 400
    far = Client()
    assert far.login(username=people.american.username, password=PASSWORD)
    shift = Shift.objects.first()
    assert shift
    assert far.post("/people/duty/end/", {"shift": shift.pk}).status_code == 404
    assert client.post("/people/duty/end/", {"shift": shift.pk}).status_code == 302
    assert Shift.objects.count() == 6


# The nights in which clocks change, in five zones, and a zone in which they never do. Each expectation is written out:
# what a wall clock of that place shows, looked up by hand, and not asked of the code.
NIGHTS = (
    # zone, day the watch begins, starts, ends, begins in UTC, ends in UTC, hours it lasts
    ("Europe/Brussels", "2026-03-28", "22:00", "06:00", "2026-03-28T21:00", "2026-03-29T04:00", 7),
    ("Europe/Brussels", "2026-10-24", "22:00", "06:00", "2026-10-24T20:00", "2026-10-25T05:00", 9),
    ("America/New_York", "2026-03-07", "22:00", "06:00", "2026-03-08T03:00", "2026-03-08T10:00", 7),
    ("America/New_York", "2026-10-31", "22:00", "06:00", "2026-11-01T02:00", "2026-11-01T11:00", 9),
    ("Australia/Lord_Howe", "2026-10-03", "22:00", "06:00", "2026-10-03T11:30", "2026-10-03T19:00", 7.5),
    ("Australia/Lord_Howe", "2026-04-04", "22:00", "06:00", "2026-04-04T11:00", "2026-04-04T19:30", 8.5),
    ("America/Santiago", "2026-09-05", "22:00", "06:00", "2026-09-06T02:00", "2026-09-06T09:00", 7),
    ("America/Santiago", "2026-04-04", "22:00", "06:00", "2026-04-05T01:00", "2026-04-05T10:00", 9),
    ("Africa/Casablanca", "2026-02-14", "22:00", "06:00", "2026-02-14T21:00", "2026-02-15T06:00", 9),
    ("Africa/Casablanca", "2026-03-21", "22:00", "06:00", "2026-03-21T22:00", "2026-03-22T05:00", 7),
    ("Africa/Nairobi", "2026-03-28", "22:00", "06:00", "2026-03-28T19:00", "2026-03-29T03:00", 8),
    ("Africa/Nairobi", "2026-10-24", "22:00", "06:00", "2026-10-24T19:00", "2026-10-25T03:00", 8),
)


@pytest.mark.parametrize(("zone", "day", "starts", "ends", "begins_utc", "ends_utc", "lasts"), NIGHTS)
def test_a_night_watch_keeps_its_hours_when_the_clocks_change(
    zone: str, day: str, starts: str, ends: str, begins_utc: str, ends_utc: str, lasts: float
) -> None:
    begins = datetime.fromisoformat(f"{begins_utc}+00:00")
    turn = Turn(datetime.fromisoformat(day).weekday(), time.fromisoformat(starts), time.fromisoformat(ends), zone)
    [watch] = rota.watches([turn], begins - timedelta(hours=1), begins + timedelta(hours=1))
    assert watch.begins == begins
    assert watch.ends == datetime.fromisoformat(f"{ends_utc}+00:00")
    assert (watch.ends - watch.begins) / timedelta(hours=1) == lasts
    assert watch.day.isoformat() == day


HANDOVERS = (
    # zone, the night, the hour at which one gives over to the next, and when that is: it does not exist, or comes twice
    ("Europe/Brussels", "2026-03-28", "02:30", "2026-03-29T01:30"),
    ("Europe/Brussels", "2026-10-24", "02:30", "2026-10-25T00:30"),
    ("America/New_York", "2026-03-07", "02:00", "2026-03-08T07:00"),
    ("America/New_York", "2026-10-31", "01:30", "2026-11-01T05:30"),
    ("Australia/Lord_Howe", "2026-10-03", "02:15", "2026-10-03T15:45"),
    ("Australia/Lord_Howe", "2026-04-04", "01:45", "2026-04-04T14:45"),
    ("America/Santiago", "2026-09-05", "00:00", "2026-09-06T04:00"),
    ("America/Santiago", "2026-04-04", "23:30", "2026-04-05T02:30"),
    ("Africa/Casablanca", "2026-03-21", "02:30", "2026-03-22T02:30"),
    ("Africa/Nairobi", "2026-03-28", "02:30", "2026-03-28T23:30"),
)


@pytest.mark.parametrize(("zone", "day", "hour", "at"), HANDOVERS)
def test_a_handover_in_a_changed_hour_leaves_no_gap_and_no_two(zone: str, day: str, hour: str, at: str) -> None:
    weekday, hand = datetime.fromisoformat(day).weekday(), time.fromisoformat(hour)
    late = hand.hour >= 12  # the handover is before midnight: the next begins on the same day
    first = Turn(weekday, time(18), hand, zone)
    second = Turn(weekday if late else (weekday + 1) % 7, hand, time(9), zone)
    moment = datetime.fromisoformat(f"{at}+00:00")
    since, until = moment - timedelta(hours=3), moment + timedelta(hours=3)
    found = rota.watches([first, second], since, until)
    assert [(watch.begins, watch.ends) for watch in found] == [(found[0].begins, moment), (moment, found[1].ends)]
    assert rota.gaps([first, second], since, until) == []
    assert rota.overlaps_of(found, since, until) == []


@dataclass(frozen=True)
class Round(Turn):
    since: Any = None
    until: Any = None
    every: int = 1
    in_turn: tuple[str, ...] = ()
    pk: int = 1


def test_people_take_a_turn_one_after_the_other_between_two_days_and_a_swap_is_for_one_day() -> None:
    turn = Round(2, time(8), time(20), "Africa/Nairobi", date(2026, 5, 6), date(2026, 6, 10), 1, ("amy", "ben", "cas"))
    since, until = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    found = rota.watches([turn], since, until)
    assert [(watch.day.isoformat(), watch.who) for watch in found] == [
        ("2026-05-06", "amy"),
        ("2026-05-13", "ben"),
        ("2026-05-20", "cas"),
        ("2026-05-27", "amy"),
        ("2026-06-03", "ben"),
        ("2026-06-10", "cas"),
    ]
    swapped = rota.watches([turn], since, until, {(1, date(2026, 5, 13)): "cas", (1, date(2026, 5, 20)): None})
    assert [(watch.day.day, watch.who) for watch in swapped][:3] == [(6, "amy"), (13, "cas"), (27, "amy")]
    fortnight = Round(2, time(8), time(20), "Africa/Nairobi", date(2026, 5, 6), None, 2, ("amy", "ben"))
    assert [(watch.day.day, watch.who) for watch in rota.watches([fortnight], since, until)][:4] == [
        (6, "amy"),
        (20, "ben"),
        (3, "amy"),
        (17, "ben"),
    ]


def test_hours_of_a_contact_point_are_those_of_its_wall_clock() -> None:
    def answers(moment: str, opens: time | None, closes: time | None, days: list[int]) -> bool:
        at = datetime.fromisoformat(f"{moment}+00:00")
        return rota.is_open(at, opens=opens, closes=closes, weekdays=days, time_zone="Asia/Seoul")

    week = [0, 1, 2, 3, 4]
    assert answers("2026-11-30T00:30", time(9), time(18), week)  # Monday, 09:30 in Seoul
    assert not answers("2026-11-30T09:30", time(9), time(18), week)  # 18:30
    assert not answers("2026-11-28T00:30", time(9), time(18), week)  # Saturday
    assert answers("2026-11-28T00:30", None, None, [])
    assert answers("2026-11-27T15:30", time(22), time(6), week)  # the night of Friday, Saturday 00:30 there
    assert not answers("2026-11-28T15:30", time(22), time(6), week)  # the night of Saturday
