"""The door of a bank's fraud desk: no account, one request, and nothing else to see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.people.called import office_called
from tidewaiter.response import actions
from tidewaiter.response.alarm_deeds import read_answer
from tidewaiter.response.models import BankDoor
from tidewaiter.response.words import ANSWERS, FRAUD_KINDS

OPENED = "response_bank_door"
"""In the session of the browser: the request whose door its code opened."""
_SAFE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}
"""The link goes to nobody else; with `no-referrer` a browser posts from the origin `null`, and would be sent away."""


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def bank_door(request: HttpRequest, secret: str) -> HttpResponse:
    """First the code that was told by telephone, then the one payment and two buttons."""
    door = actions.door_named(secret)
    post, refusal = request.POST, ""
    opened = request.session.get(OPENED) == door.request_id and door.opened_at is not None
    if request.method == "POST":
        try:
            if opened:
                actions.answer_by_bank(door=door, said=read_answer(post, door.request))
            else:
                door = actions.open_door(secret=secret, code=post.get("code", ""), desk=post.get("desk", ""))
                request.session.cycle_key()
                request.session[OPENED] = door.request_id
            return redirect("response_bank", secret=secret)
        except (BadInput, Refusal) as wrong:
            refusal = wrong.sentence
    return _answer(request, door, opened, refusal)


def _answer(request: HttpRequest, door: BankDoor, opened: bool, refusal: str) -> HttpResponse:
    asked = door.request
    shown = {"door": door, "opened": opened, "refusal": refusal, "typed": request.POST, "bank": asked.to_name}
    if opened:
        shown |= {
            "asked": asked,
            "alarm": asked.alarm,
            "kind": FRAUD_KINDS[asked.alarm.kind],
            "asking": office_called(asked.alarm.administration),
            "through": office_called(asked.parent.to) if asked.parent else "",
            "legs": list(asked.legs.order_by("number")),
            "answers": ANSWERS,
            "given": list(asked.answers.select_related("leg").order_by("at")),
        }
    answer = render(request, "response/bank.html", shown, status=400 if refusal else 200)
    for name, value in _SAFE.items():
        answer[name] = value
    return answer
