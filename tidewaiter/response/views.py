"""Pages of alarms: the board, one alarm, its deeds, a request, a file, the recall, the outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal, passes
from tidewaiter.people.models import Administration, ContactPoint
from tidewaiter.people.queries import zone_of
from tidewaiter.response import actions, policy
from tidewaiter.response.actions.alarms import leg_of
from tidewaiter.response.alarm_deeds import DEEDS, read_answer
from tidewaiter.response.letters.recall import recall_message
from tidewaiter.response.mend_presenters import head_mended, payments_mended
from tidewaiter.response.models import Alarm, Request
from tidewaiter.response.party_presenters import parties_shown
from tidewaiter.response.payments.schemes import eligible
from tidewaiter.response.presenters import (
    answers_waited,
    clock_of,
    counterparts_of,
    money_drawn,
    next_step,
    nodes_for,
    orders_shown,
    steps_of,
)
from tidewaiter.response.queries import (
    BOXES,
    PAGE,
    alarm_named,
    alarms_in,
    counted,
    facts_of_alarm,
    file_named,
    legs_of,
    money_of,
    request_named,
    requests_answered_by,
    requests_asked_of,
    requests_of,
    seen_before,
)
from tidewaiter.response.words import ANSWERS, FRAUD_KINDS, OUTCOMES, PAPER_LANGUAGES
from tidewaiter.response.written import read_before


def of_the_room(request: HttpRequest) -> Actor:
    """The person who asks. Raises `Missing` for whoever has nothing to do with alarms."""
    by = actor_of(request)
    if not policy.raises(by):
        raise Missing("missing", _("There is no such page."))
    return by


@require_GET
def response(request: HttpRequest) -> HttpResponse:
    """The board: what is open, what was asked of one's own desk, and how well it goes."""
    by = of_the_room(request)
    box = request.GET.get("box", "open")
    rows = alarms_in(box, by, before=read_before(request.GET.get("before", "")), most=PAGE + 1)
    moment = now()
    shown = {
        "rows": [(one, clock_of(one, (), moment)) for one in rows[:PAGE]],
        "more": rows[PAGE - 1].reported_at.isoformat() if len(rows) > PAGE else "",
        "box": box,
        "boxes": BOXES,
        "counts": counted(by),
        "asked": requests_asked_of(by),
        "answered": requests_answered_by(by),
        "kinds": FRAUD_KINDS,
        "desk": policy.is_desk(by),
        "zone": zone_of(by.administration_code),
    }
    return render(request, "response/response.html", shown)


@require_GET
def alarm_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One alarm; that its names were read is written down."""
    by = of_the_room(request)
    alarm = alarm_named(by, ref)
    actions.look_at(alarm=alarm, by=by)
    return _page(request, by, alarm)


def _page(request: HttpRequest, by: Actor, alarm: Alarm, refusal: Refusal | None = None, **more: Any) -> HttpResponse:
    legs, requests, moment = legs_of(alarm), requests_of(alarm), now()
    happenings = list(alarm.happenings.order_by("at", "pk"))
    steps, money = steps_of(alarm, legs, requests, moment), money_of(alarm, legs)
    shown = {
        "alarm": alarm,
        "legs": legs,
        "requests": requests,
        "happenings": happenings,
        "clock": clock_of(alarm, happenings, moment),
        "money": money,
        "shares": {name: money.share(getattr(money, name)) for name in ("frozen", "asked", "gone", "returned")},
        "drawn": money_drawn(alarm, legs, requests, seen_before(alarm)),
        "steps": steps,
        "next": next_step(alarm, steps, money),
        "schemes": eligible(facts_of_alarm(alarm, legs)),
        "counterparts": counterparts_of(alarm, legs, moment),
        "points": ContactPoint.objects.order_by("country", "name")[:200],
        "nodes": nodes_for(legs),
        "orders": orders_shown(alarm),
        "parties": parties_shown(legs, more.get("typed") or {}),
        "head": head_mended(alarm, more.get("typed") or {}),
        "mended": payments_mended(alarm, legs, more.get("typed") or {}),
        "waited": answers_waited(requests),
        "administrations": Administration.objects.exclude(code=alarm.administration).order_by("name")[:200],
        "files": alarm.files.order_by("at"),
        "kinds": FRAUD_KINDS,
        "paper_languages": PAPER_LANGUAGES,
        "answers": ANSWERS,
        "outcomes": OUTCOMES,
        "may": {deed: policy.allowed(deed, alarm, by) for deed in policy.MAY},
        "refusal": refusal.sentence if refusal else "",
        **more,
    }
    return render(request, "response/alarm.html", shown, status=400 if refusal else 200)


@takes_files
@require_POST
def alarm_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Taking, timing, naming further payments, asking, closing, opening again."""
    by = of_the_room(request)
    alarm = alarm_named(by, ref)
    post = {name: str(value) for name, value in request.POST.items()}
    more: dict[str, Any] = {}
    if deed not in DEEDS:
        raise Missing("missing", _("There is no such page."))
    try:
        more = DEEDS[deed](request, alarm, by, post) or {}
    except (BadInput, Refusal) as refusal:
        if isinstance(refusal, Missing):
            raise
        return _page(request, by, alarm_named(by, ref), refusal, typed=post)
    if more.get("secret"):
        return _page(request, by, alarm_named(by, ref), **more)
    return redirect("response_alarm", ref=alarm.ref)


@require_http_methods(["GET", "POST"])
def request_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A request: its text, and what is answered; for the desk that asks and for the one that is asked."""
    by = of_the_room(request)
    asked = request_named(by, ref)
    refusal: Refusal | None = None
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            more = _request_deed(request, asked, by) or {}
            if not more:
                return redirect("response_request", ref=ref)
            asked = request_named(by, ref)
        except (BadInput, Refusal) as wrong:
            if isinstance(wrong, Missing):
                raise
            refusal = wrong
            asked = request_named(by, ref)
    else:
        actions.look_at(alarm=asked.alarm, by=by)
    shown = {
        "asked": asked,
        "alarm": asked.alarm,
        "own": asked.alarm.administration == by.administration_code,
        "legs": list(asked.legs.order_by("number")),
        "given": list(asked.answers.select_related("leg", "onward").order_by("at")),
        "answers": ANSWERS,
        "paper_languages": PAPER_LANGUAGES,
        "may_answer": passes(policy.may_answer, by, asked),
        "may_pass_on": passes(policy.may_pass_on, by, asked),
        "passed": list(asked.passed_on.order_by("at")),
        "refusal": refusal.sentence if refusal else "",
        "typed": request.POST,
        "zone": zone_of(by.administration_code),
        **more,
    }
    return render(request, "response/request.html", shown, status=400 if refusal else 200)


def _request_deed(request: HttpRequest, asked: Request, by: Actor) -> dict[str, Any] | None:
    deed = _REQUEST_DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise BadInput("deed", _("Say what to do: acknowledge, answer, pass on or withdraw."))
    told = deed(asked, by, request.POST)
    return told if isinstance(told, dict) else None


def _passed_on(asked: Request, by: Actor, post: Any) -> dict[str, Any]:
    """A bank's link and code are shown once, on the page that answers."""
    _made, secret, code = actions.pass_to_bank(request=asked, bank=post.get("bank", ""), by=by)
    return {"secret": secret, "code": code}


_REQUEST_DEEDS: dict[str, Callable[[Request, Actor, Any], object]] = {
    "pass_on": _passed_on,
    "acknowledge": lambda asked, by, _post: actions.acknowledge_request(request=asked, by=by),
    "withdraw": lambda asked, by, _post: actions.withdraw_request(request=asked, by=by),
    "answer": lambda asked, by, post: actions.answer_request(request=asked, said=read_answer(post, asked), by=by),
}


@require_GET
def response_file(request: HttpRequest, ref: str) -> HttpResponse:
    """A file of an alarm: to be kept, never opened in the page."""
    by = of_the_room(request)
    file = file_named(by, ref)
    headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-store"}
    answer = HttpResponse(actions.take_file(file=file, by=by), content_type="application/octet-stream", headers=headers)
    return attached(answer, file.name)


@require_GET
def recall_page(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The recall of a payment, as the bank's machine reads it (ISO 20022 camt.056)."""
    by = of_the_room(request)
    alarm = alarm_named(by, ref)
    actions.look_at(alarm=alarm, by=by)
    content = recall_message(alarm=alarm, leg=leg_of(alarm, number), moment=now())
    name = f"camt.056-{alarm.reference.replace('/', '-')}-{number}.xml"
    return attached(HttpResponse(content, content_type="application/xml"), name)


def start_panel(request: HttpRequest, _thing: Any) -> str:
    """What waits for a person of the desk: alarms nobody has taken, requests of others."""
    by = actor_of(request)
    if not policy.is_desk(by):
        return ""
    waiting, asked = alarms_in("new", by, most=5), requests_asked_of(by)[:5]
    if not waiting and not asked:
        return ""
    shown = {"waiting": waiting, "asked": asked, "kinds": FRAUD_KINDS, "zone": zone_of(by.administration_code)}
    return render_to_string("response/_start.html", shown, request=request)
