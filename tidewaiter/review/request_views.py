"""Questions to the regional office and their answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tidewaiter.cases.presenters import word
from tidewaiter.cases.queries import visible_cases
from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, Outdated, Refusal
from tidewaiter.people.policy import is_customs
from tidewaiter.review import actions, states
from tidewaiter.review.models import AnalysisRequest
from tidewaiter.review.policy import (
    ABOUT_THE_ANSWER,
    MAY,
    allowed,
    answer_mark,
    may_ask,
    must_be_the_answer,
)
from tidewaiter.review.queries import request_named, requests_of

_SHOWN = 200
_FIRST = 30


def requests(request: HttpRequest) -> HttpResponse:
    """The questions one sees; a contact asks another."""
    by = actor_of(request)
    if not is_customs(by):
        raise Missing("missing", _("There is no such page."))
    if request.method == "POST":
        made = actions.ask(subject=request.POST.get("subject", ""), question=request.POST.get("question", ""), by=by)
        messages.info(request, _("The office of your region has been told."))
        return redirect("analysis_request", ref=made.ref)
    try:
        may_ask(by)
        asks = True
    except Refusal:
        asks = False
    rows = list(requests_of(by)[:_SHOWN])
    return render(request, "review/requests.html", {"rows": rows, "asks": asks, "now": now(), "words": _words()})


def _words() -> dict[str, str]:
    return {
        states.ASKED: _("Waits for the office"),
        states.TAKEN: _("Being answered"),
        states.ANSWERED: _("Answered"),
        states.CLOSED: _("Closed"),
    }


def request_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One question, its clock, its answer and what that rests on."""
    by = actor_of(request)
    asked = request_named(by, ref)
    lang = get_language() or "en"
    first = [pair[0] for pair in asked.cases[:_FIRST]]
    found = {case.ref: case for case in visible_cases(by).filter(ref__in=first)}
    shown = {
        "asked": asked,
        "deeds": {deed for deed in MAY if allowed(deed, asked, by)},
        "now": now(),
        "late": asked.status in (states.ASKED, states.TAKEN) and asked.due_at < now(),
        "word": _words()[asked.status],
        "figures": _figures(asked, lang),
        "cases": [found[one] for one in first if one in found],
        "search": request.GET.get("search", ""),
        "answered": answer_mark(asked),
    }
    return render(request, "review/request.html", shown)


def _figures(asked: AnalysisRequest, lang: str) -> list[dict[str, Any]]:
    titles = {
        "form": _("Commodity"),
        "route": _("Route"),
        "concealment": _("How concealed"),
        "mode": _("Mode of transport"),
        "country": _("Country"),
        "year": _("Year"),
    }
    answer = []
    for name, title in titles.items():
        rows = []
        for value, number in asked.figures.get(name, []):
            if name == "concealment":
                view = code_view("concealment_method", value)
                said = view.label(lang) if view else _("not reported")
            elif name == "route":
                said = value.replace("-", " → ")
            else:
                said = word(name, value, lang) or _("not reported")
            rows.append((said, number, round(100 * number / max(1, asked.figures.get("cases", 1)))))
        if rows:
            answer.append({"title": title, "rows": rows})
    return answer


_DEEDS: dict[str, Callable[[AnalysisRequest, QueryDict, Actor], object]] = {
    "take": lambda asked, _said, by: actions.take(request=asked, by=by),
    "hand_back": lambda asked, _said, by: actions.hand_back(request=asked, by=by),
    "answer": lambda asked, said, by: actions.answer(
        request=asked, text=said.get("text", ""), search=said.get("search", ""), by=by
    ),
    "ask_again": lambda asked, _said, by: actions.ask_again(request=asked, by=by),
    "close": lambda asked, _said, by: actions.close(request=asked, by=by),
}
"""What can be done with a question: each deed of the policy."""


@require_POST
def request_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """One deed with a question."""
    by = actor_of(request)
    asked = request_named(by, ref)
    if deed not in MAY:
        raise Http404
    MAY[deed](by, asked)
    try:
        if deed in ABOUT_THE_ANSWER:
            must_be_the_answer(asked, request.POST.get("answered", ""))
        _DEEDS[deed](asked, request.POST, by)
    except Outdated as outdated:
        messages.warning(request, outdated.sentence)
    return redirect("analysis_request", ref=ref)
