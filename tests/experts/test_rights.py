"""Every door of the room × every kind of person: who has a seat, who has another, who has none."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.experts.conftest import do, page_of, program_of
from tidewaiter.experts.models import Enrolment, Meeting, Report, Response, Round, Thread
from tidewaiter.experts.room import ROOM
from tidewaiter.foundation.moments import now

pytestmark = pytest.mark.django_db
INSIDE = ("editor", "ghana", "kenya", "police", "tanzania")
PRIVATE = ("bank",)
STRANGERS = ("outsider", "steward", "kenya_officer")


@pytest.fixture
def things(group: SimpleNamespace) -> dict[str, str]:
    """A thing behind each page that shows one."""
    soon = (now() + timedelta(days=9)).date().isoformat()
    begins = {"begins_at": f"{soon}T09:00", "ends_at": f"{soon}T10:00"}
    do(group.ghana, "convene", title="Tenth", **begins)
    do(group.ghana, "open_thread", title="Inner", text="x")
    do(group.ghana, "begin_report", kind="annual", title="Report", sections="One")
    do(group.ghana, "open_round", questionnaire="electronic_crime", title="Needs", countries="UG", closes_on=soon)
    return {
        "meeting": Meeting.objects.get().ref,
        "thread": Thread.objects.get().ref,
        "report": Report.objects.get().ref,
        "round": Round.objects.get().ref,
        "answers": Response.objects.get().ref,
    }


def _doors(things: dict[str, str]) -> dict[str, tuple[str, set[int], set[int]]]:
    """By route: its address, and what those inside and a private member are answered."""
    yes, no = {200}, {404}
    meeting, thread, report = things["meeting"], things["thread"], things["report"]
    return {
        "expert_group": ("/experts/eceg/", yes, yes),
        "expert_terms": ("/experts/eceg/terms/", yes, yes),
        "expert_members": ("/experts/eceg/members/", yes, yes),
        "expert_work": ("/experts/eceg/work/", yes, yes),
        "expert_work_table": ("/experts/eceg/work/csv/", yes, yes),
        "expert_meetings": ("/experts/eceg/meetings/", yes, yes),
        "expert_polls": ("/experts/eceg/polls/", yes, yes),
        "expert_threads": ("/experts/eceg/threads/", yes, yes),
        "expert_practice": ("/experts/eceg/practice/", yes, yes),
        "expert_reports": ("/experts/eceg/reports/", yes, yes),
        "expert_needs": ("/experts/eceg/needs/", yes, yes),
        "expert_calendar": ("/experts/eceg/calendar.ics", yes, yes),
        "expert_meeting": (f"/experts/meeting/{meeting}/", yes, no),
        "expert_meeting_calendar": (f"/experts/meeting/{meeting}/calendar.ics", yes, no),
        "expert_thread": (f"/experts/thread/{thread}/", yes, no),
        "expert_report": (f"/experts/report/{report}/", yes, no),
        "expert_report_file": (f"/experts/report/{report}/pdf/", yes, no),
        "expert_round": (f"/experts/round/{things['round']}/", yes, no),
    }


def test_every_door_answers_by_the_seat(group: SimpleNamespace, things: dict[str, str]) -> None:
    doors = _doors(things)
    stranger = Client()
    for name, (address, inside, private) in doors.items():
        assert stranger.get(address).status_code == 302, name
        for who in INSIDE:
            assert page_of(getattr(group, who)).get(address).status_code in inside, (name, who)
        for who in PRIVATE:
            assert page_of(getattr(group, who)).get(address).status_code in private, (name, who)
        for who in STRANGERS:
            assert page_of(getattr(group, who)).get(address).status_code == 404, (name, who)
    own = {"expert_answers", "expert_profile", "expert_profile_table", "expert_needs_deed"}
    others = own | {"experts", "new_expert_group", "expert_deed", "expert_certificate"}
    assert set(doors) | others == set(ROOM.rights.pages), "every door of the card was asked"


def test_every_operation_answers_by_the_seat(group: SimpleNamespace, things: dict[str, str]) -> None:
    asked: dict[str, tuple[str, Any]] = {
        "get_expert_group": ("groups/eceg", 200),
        "get_expert_meeting": (f"meetings/{things['meeting']}", 404),
        "get_expert_thread": (f"threads/{things['thread']}", 404),
        "get_expert_report": (f"reports/{things['report']}", 404),
        "get_expert_round": (f"rounds/{things['round']}", 404),
    }
    for name, (address, private) in asked.items():
        full = f"/api/v1/experts/{address}"
        assert Client().get(full).status_code == 401, name
        assert program_of(group.kenya, "read").get(full).status_code == 200, name
        assert program_of(group.bank, "read").get(full).status_code == private, name
        assert program_of(group.outsider, "read").get(full).status_code == 404, name
    deeds = "/api/v1/experts/groups/eceg/close"
    assert program_of(group.ghana, "read").post(deeds, "{}", content_type="application/json").status_code == 403
    assert program_of(group.kenya).post(deeds, '{"fields": {}}', content_type="application/json").status_code == 403
    assert program_of(group.outsider).post(deeds, '{"fields": {}}', content_type="application/json").status_code == 404


def test_every_deed_is_refused_to_who_has_no_seat_and_to_who_manages_nothing(
    group: SimpleNamespace, things: dict[str, str]
) -> None:
    from tidewaiter.experts.group_deeds import DEEDS

    fields = {"meeting": things["meeting"], "report": things["report"], "round": things["round"]}
    for deed in DEEDS:
        assert page_of(group.outsider).post(f"/experts/eceg/do/{deed}/", fields).status_code == 404, deed
        answer = page_of(group.tanzania).post(f"/experts/eceg/do/{deed}/", fields)
        assert answer.status_code in (302, 400, 404), (deed, answer.status_code)
    assert Enrolment.objects.count() == 0
    assert page_of(group.kenya).post("/experts/eceg/do/hack/").status_code == 404
