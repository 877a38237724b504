"""The page of questions to other nodes: hit or no hit, and sending what was hit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.exchange import policy
from tidewaiter.exchange.actions.asking import ask, reply
from tidewaiter.exchange.models import Peer, Question
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Missing, passes

PAGE = 50
SOUGHT: tuple[tuple[str, Any], ...] = (
    ("person", gettext_lazy("Person")),
    ("company", gettext_lazy("Company")),
    ("vessel", gettext_lazy("Vessel")),
    ("vehicle", gettext_lazy("Vehicle")),
    ("aircraft", gettext_lazy("Aircraft")),
    ("container", gettext_lazy("Container")),
)


@require_http_methods(["GET", "POST"])
def questions_page(request: HttpRequest) -> HttpResponse:
    """What was asked, by whom, and how many were known; posted, one question more."""
    by = actor_of(request)
    asks = passes(policy.may_ask, by)
    if not asks or not settings.HOLDS_NAMES:
        raise Missing("missing", _("There is no such page."))
    if request.method == "POST":
        said = {name: request.POST.get(name, "").strip() for name in ("to", "kind", "name", "number", "text")}
        ask(said=said, by=by)
        messages.success(request, _("Asked: the answer stands here when it has come."))
        return redirect("exchange_questions")
    return render(
        request,
        "exchange/questions.html",
        {
            "rows": Question.objects.select_related("peer").order_by("-at")[:PAGE],
            "peers": Peer.objects.filter(revoked_at=None, shape="national").order_by("title"),
            "kinds": SOUGHT,
            "asks": asks,
            "releases": policy.sees(by),
            "holds_names": True,
        },
    )


@require_POST
def reply_deed(request: HttpRequest, ref: str) -> HttpResponse:
    """Sends what a question has hit, as far as the agreement lets it go."""
    by = actor_of(request)
    policy.must_see(by)
    reply(ref=ref, by=by)
    messages.success(request, _("What the agreement lets go is sent."))
    return redirect("exchange_questions")
