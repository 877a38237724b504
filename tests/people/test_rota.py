"""The duty rota: turns keep their wall-clock hours, gaps and watches fill the time between them without holes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

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
