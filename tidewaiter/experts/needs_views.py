"""Pages of needs assessment: rounds, the questionnaire of a country, its profile and plan, the picture of regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.codelists.queries import list_view
from tidewaiter.drawing.radar import radar
from tidewaiter.experts import needs_policy, needs_queries, queries, states
from tidewaiter.experts.frames import entered, frame_of, of_the_room, page, said_in
from tidewaiter.experts.models import Questionnaire, Response, Round
from tidewaiter.experts.needs.maturity import TOP
from tidewaiter.experts.needs.questionnaire import Question, in_language, kept_definition
from tidewaiter.experts.needs_deeds import do_needs_deed
from tidewaiter.experts.policy import Seat, is_secretariat
from tidewaiter.experts.presenters import spokes_of
from tidewaiter.experts.words import PLAN_KINDS
from tidewaiter.experts.work_views import Drawn, Typed
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Missing, Refusal, passes
from tidewaiter.foundation.tables import csv_answer, workbook_answer
from tidewaiter.people.models import Officer


def _lang() -> str:
    return get_language() or "en"


@require_GET
def needs_page(request: HttpRequest, code: str) -> HttpResponse:
    """The rounds of a group, and a place to open one."""
    seat = entered(request, code)
    return _needs(request, seat, "", {}) if isinstance(seat, Seat) else seat


def _needs(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    rounds = list(needs_queries.rounds_of(seat).prefetch_related("responses"))
    questionnaires = {}
    for one in Questionnaire.objects.order_by("code", "version"):
        questionnaires[one.code] = (one, in_language(kept_definition(one.text).label, _lang()))
    shown = {
        **frame_of(seat, "needs"),
        "rows": [_round_row(one) for one in rounds],
        "questionnaires": list(questionnaires.values()),
        "countries": sorted({one.country for one in queries.members_seen(seat)}) if seat.manages else [],
    }
    return page(request, "experts/needs.html", shown, refusal, typed)


def _round_row(one: Round) -> dict[str, Any]:
    responses = list(one.responses.all())
    handed_in = sum(1 for some in responses if some.state == states.SUBMITTED)
    return {"one": one, "invited": len(responses), "answered": handed_in}


def _round_seen(by: Actor, ref: str) -> tuple[Seat, Round]:
    group = Round.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = queries.seat_within(by, group)
    return seat, queries.thing_of(needs_queries.rounds_of(seat), ref)


@require_GET
def round_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One round: who has answered, one's own answers, the picture of the regions once it is closed."""
    mine = _part_of(actor_of(request), ref)
    if mine is not None:  # a colleague to whom a section was given need not be of the group
        return redirect("expert_answers", ref=mine.pk)
    seat, _one = _round_seen(of_the_room(request), ref)
    return _round(request, seat, "", {"round": ref})


def _part_of(by: Actor, ref: str) -> Response | None:
    one = Round.objects.filter(pk=ref, closed_at=None).first()
    found = needs_queries.response_of(by, one) if one is not None else None
    return found if found is not None and found.state != states.SUBMITTED else None


def _round(request: HttpRequest, seat: Seat, refusal: str, typed: Typed) -> HttpResponse:
    one: Round = queries.thing_of(needs_queries.rounds_of(seat), str(typed.get("round", "")))
    definition, lang = kept_definition(one.frozen), _lang()
    seen = list(needs_queries.visible_responses(seat.by).filter(round=one))
    own = needs_queries.response_of(seat.by, one)
    picture = needs_queries.regional_picture(one)
    domains = [(domain.code, in_language(domain.label, lang)) for domain in definition.domains]
    shown = {
        **frame_of(seat, "needs"),
        "round": one,
        "title_of_form": in_language(definition.label, lang),
        "row": _round_row(one),
        "questions": len(definition.questions),
        "responses": seen,
        "own": own,
        "domains": domains,
        "picture": [
            {"region": row["region"], "cells": [row["domains"].get(code) for code, _label in domains]}
            for row in picture
        ],
    }
    return page(request, "experts/round.html", shown, refusal, typed)


@require_GET
def answers_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The questionnaire of a country, section by section; each answer is kept as its field is left."""
    response = needs_queries.response_named(actor_of(request), ref)
    return _answers(request, response)


def _answers(request: HttpRequest, response: Response, refusal: str = "", typed: Typed | None = None) -> HttpResponse:
    by, lang = actor_of(request), _lang()
    definition = kept_definition(response.round.frozen)
    known = {one.question: one for one in response.answers.all()}
    shares = {one.domain: one for one in response.shares.all()}
    papers: dict[str, list[Any]] = {}
    for one in response.evidence.order_by("at"):
        papers.setdefault(one.question, []).append(one)
    sections = []
    for domain in definition.domains:
        asked = definition.of_domain(domain.code)
        sections.append(
            {
                "code": domain.code,
                "label": in_language(domain.label, lang),
                "share": shares.get(domain.code),
                "mine": passes(needs_policy.may_answer, by, response, domain.code),
                "answered": sum(1 for one in asked if one.name in known),
                "asked": len(asked),
                "questions": [_question_row(one, lang, known, papers) for one in asked],
            }
        )
    leads = passes(needs_policy.may_lead, by, response)
    colleagues = Officer.objects.filter(administration=response.country, is_active=True).exclude(username=by.username)
    shown = {
        "response": response,
        "round": response.round,
        "group": response.round.group,
        "sections": sections,
        "leads": leads,
        "colleagues": list(colleagues.order_by("name")[:200]) if leads else [],
        "answered": sum(1 for one in definition.questions if one.name in known),
        "asked": len(definition.questions),
        "languages_mixed": sorted({one.lang for one in known.values()}),
    }
    return page(request, "experts/answers.html", shown, refusal, typed)


def _question_row(
    one: Question, lang: str, known: Mapping[str, Any], papers: Mapping[str, list[Any]]
) -> dict[str, Any]:
    codes = [(some.code, some.label(lang)) for some in list_view(one.list_name).current()] if one.list_name else []
    return {
        "one": one,
        "label": in_language(one.label, lang),
        "value": known[one.name].value if one.name in known else "",
        "codes": codes,
        "papers": papers.get(one.name, []),
    }


@require_GET
def profile_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A country's profile: radar and table, round against round, and from gap to plan."""
    return _profile(request, needs_queries.response_named(actor_of(request), ref))


def _profile(request: HttpRequest, response: Response, refusal: str = "", typed: Typed | None = None) -> HttpResponse:
    by, lang = actor_of(request), _lang()
    definition = kept_definition(response.round.frozen)
    scores = needs_queries.profile_of(response)
    labels = {domain.code: in_language(domain.label, lang) for domain in definition.domains}
    plan = list(response.plan.order_by("state", "by_day"))
    shown = {
        "response": response,
        "round": response.round,
        "group": response.round.group,
        "rows": [{"score": one, "label": labels[one.domain]} for one in scores],
        "radar": radar(label=_("Maturity by domain"), spokes=spokes_of(scores, labels), top=TOP),
        "answered": sum(one.answered for one in scores),
        "asked": len(definition.questions),
        "plan": [(one, labels.get(one.domain, ""), _agrees(by, one)) for one in plan],
        "donors": sum(1 for one in plan if one.donor),
        "plans": passes(needs_policy.may_plan, by, response),
        "labels": labels,
        "kinds": PLAN_KINDS,
        "compared": any(one.was is not None for one in scores),
        "secretariat": is_secretariat(by),
    }
    return page(request, "experts/profile.html", shown, refusal, typed)


def _agrees(by: Actor, line: Any) -> bool:
    return line.state == states.PROPOSED and passes(needs_policy.must_be_other_side, by, line)


@require_GET
def profile_table(request: HttpRequest, ref: str, kind: str) -> Any:
    """The profile as CSV or Excel."""
    response = needs_queries.response_named(actor_of(request), ref)
    labels = {one.code: in_language(one.label, _lang()) for one in kept_definition(response.round.frozen).domains}
    rows = [
        (labels[one.domain], one.was, one.now, one.change, one.region, one.papers)
        for one in needs_queries.profile_of(response)
    ]
    answer = {"csv": csv_answer, "xlsx": workbook_answer}.get(kind, csv_answer)
    return answer(f"needs-{response.country}", ("domain", "before", "now", "change", "region", "papers"), rows)


AGAIN = {"plan": _profile, "move_plan": _profile}
"""Deeds that stand on the page of the profile; all others stand on that of the answers."""


@require_POST
def needs_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Answering, sharing sections, papers, handing in, planning."""
    by = actor_of(request)
    response = needs_queries.response_named(by, ref)
    said = said_in(request.POST)
    try:
        do_needs_deed(by, ref, deed, said)
    except Refusal as refusal:
        if isinstance(refusal, Missing):
            raise
        if request.headers.get("HX-Request") and deed == "answer":
            return render(request, "experts/_kept.html", {"refusal": refusal.sentence})
        return AGAIN.get(deed, _answers)(request, needs_queries.response_named(by, ref), refusal.sentence, said)
    if request.headers.get("HX-Request") and deed == "answer":
        return render(request, "experts/_kept.html", {"refusal": ""})
    if deed in AGAIN or deed == "submit":
        return redirect("expert_profile", ref=ref)
    return redirect("expert_answers", ref=response.pk)


PAGES: dict[str, tuple[Drawn, str]] = {
    "open_round": (_needs, "expert_round"),
    "close_round": (_round, "expert_round"),
}
"""Deed in a group: the page that shows it, and the route that it leads to."""
