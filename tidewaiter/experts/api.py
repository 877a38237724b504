"""The JSON door of the experts' room."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Status

from tidewaiter.experts import needs_queries, policy, queries, states
from tidewaiter.experts.actions import define_questionnaire, open_group
from tidewaiter.experts.api_schemas import (
    AnswersOut,
    GroupDeedIn,
    GroupDoneOut,
    GroupIn,
    GroupOut,
    GroupReportOut,
    GroupRowOut,
    MeetingOut,
    QuestionnaireIn,
    QuestionnaireOut,
    RoundOut,
    SaidInThreadOut,
)
from tidewaiter.experts.group_deeds import do_deed, ref_of
from tidewaiter.experts.models import Meeting, Response, Round, Thread
from tidewaiter.experts.needs_deeds import do_needs_deed
from tidewaiter.experts.opening import read_group
from tidewaiter.experts.papers import report_seen
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.tasks import make_group_report
from tidewaiter.foundation.moments import now
from tidewaiter.notices.documents import document_asked
from tidewaiter.people.tokens import reader, writer
from tidewaiter.threads.queries import thread_of

router = Router(tags=["experts"])


def group_row(seat: Seat) -> dict[str, Any]:
    """A group as programs list it."""
    group = seat.group
    standing = "secretariat" if seat.secretariat else seat.member.standing if seat.member else ""
    return {
        "code": group.pk,
        "title": group.title,
        "parent": group.parent_id,
        "begins_on": group.begins_on,
        "ends_on": group.ends_on,
        "standing": standing,
        "accepted": seat.accepted,
        "terms_version": group.terms_version,
    }


def group_out(seat: Seat) -> dict[str, Any]:
    """A group as programs get it: before its terms are accepted, these alone."""
    told = {**group_row(seat), "terms": seat.group.terms}
    if not seat.accepted:
        return told
    offices = {one.member_id: one.office for one in queries.leaders_of(seat.group)}
    names = ("username", "country", "agency", "sector", "standing")
    return told | {
        "reports_to": seat.group.reports_to,
        "paragraphs": [
            {"number": one.number, "title": one.title, "text": one.text}
            for one in seat.group.paragraphs.order_by("number")
        ],
        "members": [
            {name: getattr(one, name) for name in names} | {"office": offices.get(one.pk, "")}
            for one in queries.members_seen(seat)
        ],
        "work": [
            {name: getattr(one, name) for name in ("ref", "title", "owner", "due_on", "state")}
            | {"paragraph": one.paragraph.number}
            for one in queries.work_of(seat, now().year)
        ],
        "action_points": [
            {name: getattr(one, name) for name in ("ref", "reference", "text", "owner", "due_on", "done_at")}
            for one in queries.action_points_of(seat)[:200]
        ],
        "recommendations": [
            {name: getattr(one, name) for name in ("ref", "reference", "text", "state", "on")}
            | {"paragraph": one.paragraph.number}
            for one in queries.recommendations_of(seat)[:200]
        ],
        **_things(seat),
    }


def _things(seat: Seat) -> dict[str, Any]:
    return {
        "meetings": [_thing(one, one.begins_at) for one in queries.meetings_of(seat)[:100]],
        "polls": [_thing(one, one.closes_at, "closed" * bool(one.closed_at)) for one in queries.polls_of(seat)[:100]],
        "threads": [_thing(one, one.said_at) for one in queries.threads_of(seat)[:200]],
        "practice": [_thing(one, one.changed_at, one.kind) for one in queries.practice_of(seat)[:300]],
        "reports": [
            {"ref": one.pk, "title": one.title("en"), "state": one.state, "at": one.begun_at}
            for one in queries.reports_of(seat)[:100]
        ],
        "rounds": [_thing(one, one.opened_at) for one in needs_queries.rounds_of(seat)[:100]],
    }


def _thing(one: Any, at: Any, state: str = "") -> dict[str, Any]:
    return {"ref": one.pk, "title": one.title, "state": state or getattr(one, "state", ""), "at": at}


@router.get(
    "/experts/groups", response=list[GroupRowOut], operation_id="list_expert_groups", summary="Groups of experts"
)
def list_expert_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Those in which one has a seat."""
    return [group_row(one) for one in queries.seats_of(reader(request))]


@router.post(
    "/experts/groups", response={201: GroupOut}, operation_id="open_expert_group", summary="Open a group of experts"
)
def opened_expert_group(request: HttpRequest, said: Body[GroupIn]) -> Status[Any]:
    """The secretariat opens groups."""
    by = writer(request)
    policy.must_open_groups(by)
    made = open_group(by=by, **read_group(by, said.model_dump()))
    return Status(201, group_out(queries.seat_in(by, made.pk)))


@router.get("/experts/groups/{code}", response=GroupOut, operation_id="get_expert_group", summary="A group of experts")
def get_expert_group(request: HttpRequest, code: str) -> dict[str, Any]:
    """What one's seat lets one see."""
    return group_out(queries.seat_in(reader(request), code))


@router.post(
    "/experts/groups/{code}/{deed}",
    response=GroupDoneOut,
    operation_id="do_in_expert_group",
    summary="A deed in a group",
)
def done_in_expert_group(request: HttpRequest, code: str, deed: str, said: Body[GroupDeedIn]) -> dict[str, Any]:
    """`accept admit end_membership appoint mend paragraph close` · `convene put_item answer_call note_attendance decide
    hold call_off set_action answer_action` · `plan_work move_work ask_poll vote close_poll open_thread say watch
    write_procedure keep_liaison recommend move_recommendation` · `begin_report give_section write_section
    freeze_figures move_report` · `offer_practice use_practice plan_session enrol complete` · `open_round close_round`:
    each with the fields of its page.
    """
    return {"ref": ref_of(do_deed(writer(request), code, deed, said.fields)), "deed": deed}


@router.get("/experts/meetings/{ref}", response=MeetingOut, operation_id="get_expert_meeting", summary="A meeting")
def get_expert_meeting(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Agenda, decisions, how many come and came."""
    group = Meeting.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = queries.seat_within(reader(request), group)
    one = queries.thing_of(queries.meetings_of(seat), ref)
    names = ("ref", "number", "title", "begins_at", "ends_at", "place", "state")
    return {name: getattr(one, name) for name in names} | {
        "group": one.group_id,
        "agenda": [item.title for item in one.agenda.order_by("number")],
        "decisions": [some.text for some in one.decisions.order_by("number")],
        "come": one.attendance.filter(comes=True).count(),
        "came": one.attendance.filter(came=True).count(),
    }


@router.get(
    "/experts/threads/{ref}", response=list[SaidInThreadOut], operation_id="get_expert_thread", summary="A thread"
)
def get_expert_thread(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """What was said, newest first."""
    group = Thread.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = queries.seat_within(reader(request), group)
    thread = queries.thing_of(queries.threads_of(seat), ref)
    return [{"by": one.by, "at": one.at, "text": one.text} for one in thread_of(thread.ref)]


@router.get("/experts/reports/{ref}", response=GroupReportOut, operation_id="get_expert_report", summary="A report")
def get_expert_report(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Chapters by language, and the figures as they were frozen."""
    _seat, one = report_seen(reader(request), ref)
    names = ("ref", "kind", "titles", "year", "state", "figures", "item")
    sections = [
        {"number": some.number, "titles": some.titles, "texts": some.texts, "author": some.author}
        for some in one.sections.order_by("number")
    ]
    return {name: getattr(one, name) for name in names} | {"group": one.group_id, "sections": sections}


@router.post(
    "/experts/reports/{ref}/file",
    response={202: dict[str, Any]},
    operation_id="ask_expert_report_file",
    summary="A report as PDF or HTML",
)
def asked_expert_report_file(
    request: HttpRequest, ref: str, kind: Literal["pdf", "html"] = "pdf", lang: Literal["en", "fr", "es"] = "en"
) -> HttpResponse:
    """The worker makes it; 202 with the job's ref."""
    by = writer(request)
    _seat, report = report_seen(by, ref)
    asked = {"report": report.pk, "kind": kind, "lang": lang}
    return document_asked(task=make_group_report, subject=ref, asked=asked, by=by)


def round_out(seat: Seat, one: Round) -> dict[str, Any]:
    """A round as programs get it."""
    responses = list(needs_queries.visible_responses(seat.by).filter(round=one))
    return {
        "ref": one.pk,
        "group": one.group_id,
        "title": one.title,
        "questionnaire": one.code,
        "version": one.version,
        "closes_on": one.closes_on,
        "closed_at": one.closed_at,
        "invited": one.responses.count(),
        "answered": one.responses.filter(state=states.SUBMITTED).count(),
        "regions": needs_queries.regional_picture(one),
        "responses": [{"ref": some.pk, "title": some.country, "state": some.state} for some in responses],
    }


@router.get("/experts/rounds/{ref}", response=RoundOut, operation_id="get_expert_round", summary="A round")
def get_expert_round(request: HttpRequest, ref: str) -> dict[str, Any]:
    """How many answer; the regions once it is closed, where at least three countries stand behind a figure."""
    group = Round.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = queries.seat_within(reader(request), group)
    return round_out(seat, queries.thing_of(needs_queries.rounds_of(seat), ref))


def answers_out(one: Response) -> dict[str, Any]:
    """A country's answers as programs get them."""
    names = ("domain", "now", "was", "region", "papers", "asked", "answered")
    plan = ("ref", "domain", "gap", "kind", "what", "owner", "cost", "currency", "donor", "by_day", "state")
    return {
        "ref": one.pk,
        "round": one.round_id,
        "country": one.country,
        "lead": one.lead,
        "state": one.state,
        "answers": dict(one.answers.values_list("question", "value")),
        "profile": [{name: getattr(some, name) for name in names} for some in needs_queries.profile_of(one)],
        "plan": [{name: getattr(some, name) for name in plan} for some in one.plan.order_by("by_day")],
    }


@router.get(
    "/experts/answers/{ref}", response=AnswersOut, operation_id="get_expert_answers", summary="A country's answers"
)
def get_expert_answers(request: HttpRequest, ref: str) -> dict[str, Any]:
    """One's own country's; all for the secretariat."""
    return answers_out(needs_queries.response_named(reader(request), ref))


@router.post(
    "/experts/answers/{ref}/{deed}", response=GroupDoneOut, operation_id="do_with_expert_answers", summary="Answering"
)
def done_with_expert_answers(request: HttpRequest, ref: str, deed: str, said: Body[GroupDeedIn]) -> dict[str, Any]:
    """`answer` (`question` and `value`, or `answers` at once), `share`, `evidence`, `submit`, `plan`, `move_plan`."""
    return {"ref": ref_of(do_needs_deed(writer(request), ref, deed, said.fields)), "deed": deed}


@router.post(
    "/experts/questionnaires", response=QuestionnaireOut, operation_id="define_questionnaire", summary="A questionnaire"
)
def defined_questionnaire(request: HttpRequest, said: Body[QuestionnaireIn]) -> dict[str, Any]:
    """Takes a version into use; rounds that run keep theirs."""
    made = define_questionnaire(text=said.toml, by=writer(request))
    return {"code": made.code, "version": made.version, "questions": len(made.questions)}
