"""Pages of groups: the list, a new one, one, its terms, its members; and the one door of all deeds in a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.experts import needs_views, policy, queries, report_views, states, work_views
from tidewaiter.experts.actions import open_group
from tidewaiter.experts.calendars import calendar_of
from tidewaiter.experts.frames import entered, frame_of, of_the_room, page, said_in
from tidewaiter.experts.group_deeds import DEEDS, do_deed, ref_of
from tidewaiter.experts.models import ActionPoint
from tidewaiter.experts.opening import read_group
from tidewaiter.experts.policy import TERMS, Seat
from tidewaiter.experts.presenters import action_rows, mandate_rows, next_step, term_rows, work_rows
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.people.queries import zone_of


@require_GET
def experts(request: HttpRequest) -> HttpResponse:
    """The groups one has a seat in; whoever has one alone is led to it."""
    by = of_the_room(request)
    seats = queries.seats_of(by)
    if len(seats) == 1 and not policy.is_secretariat(by):
        return redirect("expert_group", code=seats[0].group.pk)
    today = now().date()
    rows = [{"seat": one, "year": queries.mandate_year(one.group, today)} for one in seats]
    return render(request, "experts/experts.html", {"rows": rows, "opens": policy.is_secretariat(by)})


@require_http_methods(["GET", "POST"])
def new_group(request: HttpRequest) -> HttpResponse:
    """Opens a group, or a sub-group."""
    by = of_the_room(request)
    policy.must_open_groups(by)
    typed: dict[str, Any] = {"terms": TERMS, "begins_on": now().date().isoformat()}
    refusal = ""
    if request.method == "POST":
        typed = said_in(request.POST)
        try:
            return redirect("expert_group", code=open_group(by=by, **read_group(by, typed)).pk)
        except Refusal as wrong:
            refusal = wrong.sentence
    shown = {"typed": typed, "refusal": refusal, "parents": queries.visible_groups(by).filter(parent=None)}
    return render(request, "experts/new.html", shown, status=400 if refusal else 200)


@require_GET
def group_page(request: HttpRequest, code: str) -> HttpResponse:
    """One group."""
    seat = entered(request, code)
    return _group(request, seat) if isinstance(seat, Seat) else seat


def _group(request: HttpRequest, seat: Seat, refusal: str = "", typed: Mapping[str, Any] | None = None) -> HttpResponse:
    group, moment = seat.group, now()
    meeting = queries.meetings_of(seat).filter(state=states.PLANNED, ends_at__gt=moment).order_by("begins_at").first()
    points: list[ActionPoint] = list(queries.action_points_of(seat)[:6])
    said = meeting.attendance.filter(username=seat.by.username).first() if meeting else None
    shown = {
        **frame_of(seat, "group"),
        "step": next_step(seat),
        "mandate_year": queries.mandate_year(group, moment.date()),
        "work": work_rows(queries.work_of(seat, moment.year)),
        "plan_year": moment.year,
        "points": action_rows(points),
        "open_points": queries.action_points_of(seat).filter(done_at=None).count(),
        "recommendations": list(queries.recommendations_of(seat)[:4]),
        "meeting": meeting,
        "agenda": list(meeting.agenda.order_by("number")) if meeting else [],
        "come": meeting.attendance.filter(comes=True).count() if meeting else 0,
        "called": meeting.attendance.count() if meeting else 0,
        "my_answer": said.comes if said else None,
        "zone": zone_of(seat.by.administration_code),
        "mandate": mandate_rows(seat, moment.year),
        "sectors": queries.by_sector(seat),
        "members": queries.members_seen(seat) if seat.private else [],
        "terms": term_rows(queries.leaders_of(group)),
        "parts": queries.visible_groups(seat.by).filter(parent=group),
    }
    return page(request, "experts/group.html", shown, refusal, typed)


@require_GET
def terms_page(request: HttpRequest, code: str) -> HttpResponse:
    """What the group asks one to promise before anything of it is seen: its title and its terms, nothing else."""
    return _terms(request, queries.seat_in(of_the_room(request), code))


def _terms(request: HttpRequest, seat: Seat, refusal: str = "", typed: Mapping[str, Any] | None = None) -> HttpResponse:
    return page(request, "experts/terms.html", {"seat": seat, "group": seat.group}, refusal, typed)


@require_GET
def members_page(request: HttpRequest, code: str) -> HttpResponse:
    """Who is in the group; a private member finds oneself and those who lead it."""
    seat = entered(request, code)
    return _members(request, seat) if isinstance(seat, Seat) else seat


def _members(
    request: HttpRequest, seat: Seat, refusal: str = "", typed: Mapping[str, Any] | None = None
) -> HttpResponse:
    past = [] if seat.private else list(seat.group.members.exclude(ended_at=None).order_by("-ended_at")[:50])
    shown = {
        **frame_of(seat, "members"),
        "members": queries.members_seen(seat),
        "past": past,
        "terms": term_rows(queries.leaders_of(seat.group)),
        "former": []
        if seat.private
        else list(seat.group.terms_of_office.exclude(left_on=None).select_related("member").order_by("-left_on")[:20]),
        "mandate": mandate_rows(seat, now().year),
    }
    return page(request, "experts/members.html", shown, refusal, typed)


@require_GET
def group_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The meetings of a group and one's own open action points, for a calendar."""
    seat = queries.seat_within(of_the_room(request), code)
    meetings = queries.meetings_of(seat).prefetch_related("agenda")
    mine = queries.action_points_of(seat).filter(owner=seat.by.username, done_at=None)
    answer = HttpResponse(calendar_of(seat.group, meetings, mine), content_type="text/calendar; charset=utf-8")
    return attached(answer, f"{seat.group.pk}.ics")


type Again = Callable[[HttpRequest, Seat, str, Mapping[str, Any]], HttpResponse]
"""Draws the page of a deed again: why it was refused, and what was typed."""
PAGES: dict[str, tuple[Again, str]] = {
    "accept": (_terms, "expert_group"),
    "end_membership": (_members, "experts"),
    **dict.fromkeys(("mend", "paragraph", "close", "admit", "appoint"), (_members, "expert_members")),
    **work_views.PAGES,
    **report_views.PAGES,
    **needs_views.PAGES,
}
"""Deed: its page, and the route that it leads to when it is done."""


@require_POST
def group_deed(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """All that is done in a group, by the table that programs and the command line have too."""
    by = of_the_room(request)
    said = said_in(request.POST)
    if deed not in DEEDS:
        raise Missing("missing", _("There is no such page."))
    again, route = PAGES[deed]
    try:
        made = do_deed(by, code, deed, said)
    except policy.TermsFirst:
        return redirect("expert_terms", code=code)
    except Refusal as refusal:
        if isinstance(refusal, Missing):
            raise
        return again(request, queries.seat_in(by, code), refusal.sentence, said)
    if route == "experts":
        return redirect(route)
    return redirect(route, ref=ref_of(made)) if route in REFS else redirect(route, code=code)


REFS = frozenset({"expert_meeting", "expert_thread", "expert_report", "expert_round"})
"""Routes that go by the ref of what was made."""


def start_panel(request: HttpRequest, _thing: object) -> str:
    """On the start page: what the person owes their groups."""
    by = actor_of(request)
    points = ActionPoint.objects.filter(owner=by.username, done_at=None, group__closed_at=None)
    rows = action_rows(list(points.select_related("group").order_by("due_on")[:5]))
    return render_to_string("experts/_start.html", {"rows": rows}) if rows else ""
