"""Marks of the clock: rung at each until somebody acts, right in nights when clocks change."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.response.conftest import ALARM, LEG, page_of, program_of
from tidewaiter.foundation.moments import now
from tidewaiter.notices.models import Ringing
from tidewaiter.response.actions import call_at_marks
from tidewaiter.response.models import Alarm, Happening

pytestmark = pytest.mark.django_db


def test_the_clock_rings_at_each_mark_until_somebody_acts_and_closes_nothing(
    staff: SimpleNamespace, alarm: Alarm
) -> None:
    Ringing.objects.all().delete()

    def hours_ago(hours: float, acted: float) -> list[str]:
        moment = now()
        Alarm.objects.filter(pk=alarm.pk).update(
            transferred_at=moment - timedelta(hours=hours), acted_at=moment - timedelta(hours=acted)
        )
        call_at_marks()
        return list(Happening.objects.filter(what="rung").order_by("pk").values_list("note", flat=True))

    assert hours_ago(0.9, 0.9) == []
    assert hours_ago(1.1, 1.1) == ["1 h"]
    assert hours_ago(1.2, 1.2) == ["1 h"], "a mark rings once"
    assert hours_ago(3.1, 0.05) == ["1 h"], "somebody acted after the mark"
    assert hours_ago(24.1, 24.1) == ["1 h", "24 h"]
    assert hours_ago(200, 200) == ["1 h", "24 h", "72 h"]
    alarm.refresh_from_db()
    assert alarm.state == "alarm_new"


@pytest.mark.parametrize(
    ("zone", "went", "mark", "wall"),
    [
        # clocks back in Vilnius at 04:00 on 25 October 2026: three hours after 02:30 it is 04:30
        ("Europe/Vilnius", "2026-10-24T23:30:00+00:00", 3, "2026-10-25 04:30"),
        ("Europe/Vilnius", "2026-10-24T23:30:00+00:00", 24, "2026-10-26 01:30"),
        # clocks forward in New York at 02:00 on 8 March 2026: an hour after 01:30 it is 03:30
        ("America/New_York", "2026-03-08T06:30:00+00:00", 1, "2026-03-08 03:30"),
        ("America/New_York", "2026-03-08T06:30:00+00:00", 24, "2026-03-09 02:30"),
        ("Africa/Nairobi", "2026-10-24T23:30:00+00:00", 3, "2026-10-25 05:30"),
    ],
)
def test_marks_are_right_in_nights_when_clocks_change(zone: str, went: str, mark: int, wall: str) -> None:
    from datetime import datetime

    from tidewaiter.response.presenters import clock_of

    begun = datetime.fromisoformat(went)
    alarm = Alarm(zone=zone, transferred_at=begun, reported_at=begun)
    clock = clock_of(alarm, (), begun + timedelta(hours=mark))
    [shown] = [one for one in clock["marks"] if one["hours"] == mark]
    assert (f"{shown['at']:%Y-%m-%d %H:%M}", shown["over"]) == (wall, True)
    assert f"{clock['now']:%Y-%m-%d %H:%M}" == wall
    early = clock_of(alarm, (), begun + timedelta(hours=mark, seconds=-1))
    assert [one["over"] for one in early["marks"] if one["hours"] == mark] == [False]


def test_an_hour_that_never_was_is_asked_about(staff: SimpleNamespace) -> None:
    said = {**ALARM, "zone": "America/New_York", "transferred_at": "2026-03-08T02:30", "legs": [LEG]}
    done = program_of(staff.officer).post("/api/v1/response/alarms", said, content_type="application/json")
    assert done.status_code == 422
    assert "was no time in America/New_York" in done.content.decode()


def test_a_closed_alarm_promises_no_ringing(staff: SimpleNamespace, alarm: Alarm) -> None:
    page = page_of(staff.desk)
    assert "then the duty desk is rung" in page.get(f"/response/{alarm.ref}/").content.decode()
    assert page.post(f"/response/{alarm.ref}/close/", {"outcome": "lost"}).status_code == 302
    shown = page.get(f"/response/{alarm.ref}/").content.decode()
    assert "then the duty desk is rung" not in shown
    assert "closed: nobody is rung" in shown
