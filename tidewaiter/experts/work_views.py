"""Pages of the work of a group: plan, meetings, polls, threads, the library of practice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tidewaiter.experts import queries, states
from tidewaiter.experts.calendars import calendar_of
from tidewaiter.experts.frames import entered, frame_of, of_the_room, page
from tidewaiter.experts.models import Meeting, Thread
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.presenters import action_rows, due_of, mandate_rows, poll_row, work_rows
from tidewaiter.experts.words import HORIZONS, INCIDENTS, LEVELS, POLL_KINDS, PRACTICE_KINDS
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.tables import csv_answer, workbook_answer
from tidewaiter.library.queries import visible_items
from tidewaiter.people.called import person_called
from tidewaiter.people.queries import zone_of
from tidewaiter.threads.queries import thread_of

type Typed = Mapping[str, Any]
type Drawn = Callable[[HttpRequest, Seat, str, Typed], HttpResponse]


def _within(request: HttpRequest, code: str, draw: Drawn) -> HttpResponse:
    seat = entered(request, code)
    return draw(request, seat, "", {}) if isinstance(seat, Seat) else seat


@require_GET
def work_page(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of the year, all action points and recommendations, the technology watch, procedures, liaison."""
    return _within(request, code, _work)


def _work(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    group, year = seat.group, now().year
    private = seat.private
    latest: dict[str, Any] = {}
    for one in [] if private else group.procedures.order_by("incident", "version"):
        latest[one.incident] = one
    shown = {
        **frame_of(seat, "work"),
        "year": year,
        "work": work_rows(queries.work_of(seat, year)),
        "mandate": mandate_rows(seat, year),
        "owners": queries.owners_of(seat) if not private else [],
        "points": action_rows(list(queries.action_points_of(seat)[:200])),
        "recommendations": list(queries.recommendations_of(seat)[:200]),
        "work_states": states.WORK_STATES,
        "topics": [] if private else [(one, due_of(one.review_on)) for one in group.topics.order_by("review_on")],
        "procedures": list(latest.values()),
        "liaisons": [] if private else list(group.liaisons.order_by("name")),
        "horizons": HORIZONS,
        "incidents": INCIDENTS,
        "rec_moves": {one.ref: _moves(one.state) for one in queries.recommendations_of(seat)[:200]},
    }
    return page(request, "experts/work.html", shown, refusal, typed)


def _moves(state: str) -> list[str]:
    return [deed for deed, move in states.RECOMMENDATION_MOVES.items() if state in move]


@require_GET
def work_table(request: HttpRequest, code: str, kind: str) -> Any:
    """The work plan of the year as CSV or Excel."""
    seat = queries.seat_within(of_the_room(request), code)
    heads = ("state", "work", "paragraph", "owner", "due")
    rows = [
        (one.state, one.title, f"¶{one.paragraph.number}", person_called(one.owner), one.due_on.isoformat())
        for one in queries.work_of(seat, now().year)
    ]
    answer = {"csv": csv_answer, "xlsx": workbook_answer}.get(kind, csv_answer)
    return answer(f"{code}-work-{now().year}", heads, rows)


@require_GET
def meetings_page(request: HttpRequest, code: str) -> HttpResponse:
    """The meetings of a group, and a place to call one."""
    return _within(request, code, _meetings)


def _meetings(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    shown = {
        **frame_of(seat, "meetings"),
        "meetings": list(queries.meetings_of(seat)[:100]),
        "zone": zone_of(seat.by.administration_code),
    }
    return page(request, "experts/meetings.html", shown, refusal, typed)


def _meeting_of(request: HttpRequest, ref: str) -> tuple[Seat, Meeting]:
    by = of_the_room(request)
    found = Meeting.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = queries.seat_within(by, found)
    return seat, queries.thing_of(queries.meetings_of(seat), ref)


@require_GET
def meeting_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One meeting: agenda with its papers, who comes and came, decisions, action points."""
    seat, meeting = _meeting_of(request, ref)
    return _meeting(request, seat, "", {"meeting": meeting.pk})


def _meeting(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    meeting = queries.thing_of(queries.meetings_of(seat), str(typed.get("meeting", "")))
    attendance = list(meeting.attendance.order_by("username"))
    agenda = list(meeting.agenda.order_by("number"))
    papers = {one.ref: one for one in visible_items(seat.by).filter(pk__in=[one.paper for one in agenda if one.paper])}
    mine = next((one for one in attendance if one.username == seat.by.username), None)
    shown = {
        **frame_of(seat, "meetings"),
        "meeting": meeting,
        "agenda": [(one, papers.get(one.paper)) for one in agenda],
        "attendance": [] if seat.private else attendance,
        "come": sum(1 for one in attendance if one.comes),
        "came": sum(1 for one in attendance if one.came),
        "noted": any(one.noted_at for one in attendance),
        "mine": mine,
        "planned": meeting.state == states.PLANNED,
        "decisions": list(meeting.decisions.order_by("number")),
        "points": action_rows(list(queries.action_points_of(seat).filter(meeting=meeting))),
        "owners": queries.owners_of(seat) if not seat.private else [],
        "items": list(visible_items(seat.by)[:30]) if not seat.private else [],
        "zone": zone_of(seat.by.administration_code),
    }
    return page(request, "experts/meeting.html", shown, refusal, typed)


@require_GET
def meeting_calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """One meeting for a calendar."""
    seat, meeting = _meeting_of(request, ref)
    answer = HttpResponse(calendar_of(seat.group, [meeting]), content_type="text/calendar; charset=utf-8")
    return attached(answer, f"{seat.group.pk}-{meeting.number}.ics")


@require_GET
def polls_page(request: HttpRequest, code: str) -> HttpResponse:
    """Polls and position papers: what is open first."""
    return _within(request, code, _polls)


def _polls(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    rows = sorted((poll_row(seat, one) for one in queries.polls_of(seat)[:100]), key=lambda row: row["over"])
    shown = {**frame_of(seat, "polls"), "rows": rows, "kinds": POLL_KINDS}
    return page(request, "experts/polls.html", shown, refusal, typed)


@require_GET
def threads_page(request: HttpRequest, code: str) -> HttpResponse:
    """Conversations of the group."""
    return _within(request, code, _threads)


def _threads(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    shown = {**frame_of(seat, "threads"), "threads": list(queries.threads_of(seat)[:200])}
    return page(request, "experts/threads.html", shown, refusal, typed)


@require_GET
def thread_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One conversation."""
    by = of_the_room(request)
    found = Thread.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    return _thread(request, queries.seat_within(by, found), "", {"thread": ref})


def _thread(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    thread = queries.thing_of(queries.threads_of(seat), str(typed.get("thread", "")))
    shown = {**frame_of(seat, "threads"), "thread": thread, "messages_said": thread_of(thread.ref)}
    return page(request, "experts/thread.html", shown, refusal, typed)


@require_GET
def practice_page(request: HttpRequest, code: str) -> HttpResponse:
    """What works: best practices, tools, guides, and courses with their sessions."""
    return _within(request, code, _practice)


def _practice(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    rows = []
    for one in queries.practice_of(seat)[:300]:
        sessions = [
            {
                "one": session,
                "taken": len(session.enrolments.all()),
                "mine": next((some for some in session.enrolments.all() if some.username == seat.by.username), None),
                "waiting": [some for some in session.enrolments.all() if some.completed_at is None],
                "over": session.ends_on < now().date(),
            }
            for session in sorted(one.sessions.all(), key=lambda some: some.begins_on)
        ]
        rows.append({"one": one, "uses": sorted(one.uses.all(), key=lambda use: use.country), "sessions": sessions})
    shown = {**frame_of(seat, "practice"), "rows": rows, "kinds": PRACTICE_KINDS, "levels": LEVELS}
    return page(request, "experts/practice.html", shown, refusal, typed)


PAGES: dict[str, tuple[Drawn, str]] = {
    "convene": (_meetings, "expert_meeting"),
    **dict.fromkeys(
        ("put_item", "answer_call", "note_attendance", "decide", "hold", "call_off"), (_meeting, "expert_meeting")
    ),
    **dict.fromkeys(
        (
            *("set_action", "answer_action", "plan_work", "move_work", "watch", "write_procedure"),
            *("keep_liaison", "recommend", "move_recommendation"),
        ),
        (_work, "expert_work"),
    ),
    **dict.fromkeys(("ask_poll", "vote", "close_poll"), (_polls, "expert_polls")),
    "open_thread": (_threads, "expert_thread"),
    "say": (_thread, "expert_thread"),
    **dict.fromkeys(
        ("offer_practice", "use_practice", "plan_session", "enrol", "complete"), (_practice, "expert_practice")
    ),
}
"""Deed: the page that shows it, and the route that it leads to."""
