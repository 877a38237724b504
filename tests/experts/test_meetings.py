"""Meetings: called, answered, held; decisions and action points; reminders and calendars."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from icalendar import Calendar

from tests.experts.conftest import do, page_of, program_of, tell
from tidewaiter.experts.actions import call_for_elections, remind
from tidewaiter.experts.models import ActionPoint, Meeting, Term
from tidewaiter.foundation.moments import now
from tidewaiter.library.actions import Written, write
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db


def _events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def _called(group: SimpleNamespace, **more: Any) -> Meeting:
    begins = now().replace(microsecond=0) + timedelta(days=5)
    said = {
        "title": "Tenth meeting",
        "place": "Nairobi",
        "begins_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=6)).isoformat(),
        "agenda": "Report of the duty\nElection: vice-chair",
        **more,
    }
    assert do(group.ghana, "convene", **said).status_code == 200
    return Meeting.objects.latest("convened_at")


def test_a_meeting_is_called_answered_and_held(group: SimpleNamespace) -> None:
    meeting = _called(group)
    called = set(Notice.objects.filter(deed="experts.meeting_convened").values_list("to", flat=True))
    assert called == {"kenya.ke", "uganda.ug", "tanzania.tz", "police.ke"}, "private members were not called"
    assert page_of(group.bank).get(f"/experts/meeting/{meeting.ref}/").status_code == 404
    do(group.kenya, "answer_call", meeting=meeting.ref, comes="yes")
    do(group.police, "answer_call", meeting=meeting.ref, comes="no")
    do(group.kenya, "put_item", meeting=meeting.ref, title="Recommendation 4")
    text = page_of(group.uganda).get(f"/experts/meeting/{meeting.ref}/").content.decode()
    for said in ("Tenth meeting", "Nairobi", "Election: vice-chair", "Recommendation 4", "1 said they come"):
        assert said in text, said
    do(group.ghana, "decide", meeting=meeting.ref, text="A duty rota of four weeks.")
    done = do(
        group.ghana, "set_action", meeting=meeting.ref, text="Write the rota", owner="kenya.ke", due_on="2030-01-31"
    )
    assert done.status_code == 200
    client = page_of(group.ghana)
    client.post("/experts/eceg/do/note_attendance/", {"meeting": meeting.ref, "came": ["ghana.gh", "kenya.ke"]})
    do(group.ghana, "hold", meeting=meeting.ref)
    told = program_of(group.uganda).get(f"/api/v1/experts/meetings/{meeting.ref}").json()
    assert told["state"] == "meeting_held"
    assert told["decisions"] == ["A duty rota of four weeks."]
    assert (told["come"], told["came"]) == (1, 2)
    late = do(group.uganda, "answer_call", meeting=meeting.ref, comes="yes")
    assert "This meeting is over." in late.content.decode()
    assert do(group.kenya, "decide", meeting=meeting.ref, text="x").status_code == 400


def test_a_paper_of_the_agenda_is_an_item_of_the_library(group: SimpleNamespace) -> None:
    meeting = _called(group)
    item = write(said=Written(kind="report", texts={"en": ("Draft for comment", "…")}), by=group.editor)
    do(group.editor, "put_item", meeting=meeting.ref, title="Insight report", paper=item.ref)
    assert f"/library/{item.ref}/" in page_of(group.editor).get(f"/experts/meeting/{meeting.ref}/").content.decode()
    other = page_of(group.kenya).get(f"/experts/meeting/{meeting.ref}/").content.decode()
    assert "Insight report" in other
    assert item.ref not in other, "who may not read the paper is not led to it"


def test_an_action_point_is_owed_answered_and_reminded_of(group: SimpleNamespace) -> None:
    day = (now() + timedelta(days=3)).date().isoformat()
    do(group.ghana, "set_action", text="Figures on parcels", owner="kenya.ke", due_on=day)
    point = ActionPoint.objects.get()
    assert Notice.objects.filter(to="kenya.ke", deed="experts.action_set", ref="eceg").exists()
    page = page_of(group.kenya).get("/experts/eceg/").content.decode()
    assert "You answer 1 action point" in page
    assert "Figures on parcels" in page_of(group.kenya).get("/").content.decode(), "the start page says it too"
    assert remind() == 1
    assert remind() == 0, "once a week"
    assert Notice.objects.filter(to="kenya.ke", deed="experts.action_due").count() == 1
    refused = do(group.uganda, "answer_action", action_point=point.ref, text="mine")
    assert refused.status_code == 400
    done = tell(group.kenya, "groups/eceg/answer_action", {"fields": {"action_point": point.ref, "text": "Sent."}})
    assert done.json() == {"ref": point.ref, "deed": "answer_action"}
    point.refresh_from_db()
    assert (point.done_by, point.answer) == ("kenya.ke", "Sent.")
    assert "Nothing waits for you" in page_of(group.kenya).get("/experts/eceg/").content.decode()


def test_who_said_they_come_is_reminded_a_week_before(group: SimpleNamespace) -> None:
    meeting = _called(group, for_private="on")
    do(group.police, "answer_call", meeting=meeting.ref, comes="no")
    assert remind() == 1
    told = set(Notice.objects.filter(deed="experts.meeting_near").values_list("to", flat=True))
    assert told == {"ghana.gh", "kenya.ke", "uganda.ug", "tanzania.tz", "bank.ke", "courier.gh"}
    private = page_of(group.bank).get(f"/experts/meeting/{meeting.ref}/").content.decode()
    assert "Tenth meeting" in private
    assert "uganda.ug" not in private, "who else comes is not theirs to see"


def test_meetings_and_own_action_points_are_in_the_calendar(group: SimpleNamespace) -> None:
    meeting = _called(group)
    do(group.ghana, "set_action", text="Write the rota", owner="kenya.ke", due_on="2030-01-31")
    answer = page_of(group.kenya).get("/experts/eceg/calendar.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = _events(answer.content)
    assert [str(one["summary"]) for one in events] == [
        "Electronic crime expert group: Tenth meeting",
        "AP-26-01: Write the rota",
    ]
    assert str(events[0]["description"]) == "1. Report of the duty\n2. Election: vice-chair"
    assert events[0]["dtstart"].dt == meeting.begins_at
    other = _events(page_of(group.uganda).get("/experts/eceg/calendar.ics").content)
    assert len(other) == 1
    do(group.ghana, "call_off", meeting=meeting.ref)
    one = _events(page_of(group.uganda).get(f"/experts/meeting/{meeting.ref}/calendar.ics").content)
    assert str(one[0]["status"]) == "CANCELLED"


def test_a_meeting_that_cannot_be_is_refused_and_what_was_typed_stays(group: SimpleNamespace) -> None:
    said = {"title": "Backwards", "begins_at": "2030-02-02T10:00", "ends_at": "2030-02-02T09:00"}
    answer = do(group.ghana, "convene", **said)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "A meeting ends after it begins" in text
    assert 'value="Backwards"' in text
    assert do(group.ghana, "convene", **said | {"begins_at": "soon"}).status_code == 400
    assert not Meeting.objects.exists()


def test_the_group_is_told_before_a_term_ends(group: SimpleNamespace) -> None:
    assert call_for_elections() == 0
    Term.objects.update(ends_on=(now() + timedelta(days=19)).date())
    assert call_for_elections() == 1
    assert Notice.objects.filter(to="ghana.gh", deed="experts.term_ends", ref="eceg").count() == 1
    assert call_for_elections() == 0
    assert "ends in 19 days" in page_of(group.kenya).get("/experts/eceg/").content.decode()
