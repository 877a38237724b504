"""Pages of evidence between countries: what went and what came, asking, answering, taking over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.evidence import policy
from tidewaiter.evidence.abroad import KINDS, TRANSFER, abroad_named
from tidewaiter.evidence.actions.abroad import accept_transfer, answer_abroad, ask_abroad, send_abroad
from tidewaiter.evidence.models import Abroad
from tidewaiter.evidence.queries import exhibit_named
from tidewaiter.evidence.views import of_the_room
from tidewaiter.evidence.words_of_proof import ABROAD, DECISIONS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.people.models import Administration

LISTED = 200

type _Said = Mapping[str, Any]


def _send(said: _Said, by: Actor) -> object:
    return send_abroad(exhibit=exhibit_named(by, str(said.get("exhibit", ""))), said=said, by=by)


DEEDS: dict[str, Callable[[_Said, Actor], object]] = {
    "send": _send,
    "ask": lambda said, by: ask_abroad(said=said, by=by),
    "answer": lambda said, by: answer_abroad(one=abroad_named(by, str(said.get("ref", ""))), said=said, by=by),
    "accept": lambda said, by: accept_transfer(one=abroad_named(by, str(said.get("ref", ""))), said=said, by=by),
}
"""What pages, programs and commands call them."""


def rows_of(by: Actor) -> list[Abroad]:
    """What went and came, the last first. Raises `NotAllowed`, `Missing`."""
    policy.must_order(by)
    found = Abroad.objects.filter(administration=by.administration_code)
    return list(found.select_related("exhibit", "answers").order_by("-at")[:LISTED])


def abroad_out(one: Abroad) -> dict[str, Any]:
    """As programs and commands get it."""
    names = ("ref", "kind", "came", "country", "peer", "their_ref", "body", "ended", "by", "at")
    return {name: getattr(one, name) for name in names} | {
        "exhibit": one.exhibit.reference if one.exhibit else "",
        "answers": one.answers_id or "",
    }


@require_http_methods(["GET", "POST"])
def abroad_page(request: HttpRequest) -> HttpResponse:
    """The list, and its forms."""
    by = of_the_room(request)
    policy.must_order(by)
    refusal, wrong, deed = "", {}, request.POST.get("deed", "")
    if request.method == "POST":
        if deed not in DEEDS:
            raise Missing("missing", _("There is no such page."))
        try:
            DEEDS[deed]({name: str(value) for name, value in request.POST.items()}, by)
            messages.info(request, _("Written down; it leaves as the agreement with that country says."))
            return redirect("evidence_abroad")
        except (BadInput, Refusal) as found:
            if isinstance(found, Missing) and found.code == "missing":
                raise
            refusal, wrong = found.sentence, found.fields if isinstance(found, WrongFields) else {}
    countries = Administration.objects.exclude(code__in=("INT", by.administration_code)).order_by("code")
    shown = {
        "rows": [(one, ABROAD[one.kind]) for one in rows_of(by)],
        "countries": list(countries.values_list("code", flat=True)),
        "decisions": DECISIONS,
        "transfer": TRANSFER,
        "kinds": KINDS[:2],
        "words": ABROAD,
        "refusal": refusal,
        "wrong": wrong,
        "deed": deed,
        "typed": request.POST or {"exhibit": request.GET.get("exhibit", "")},
    }
    return render(request, "evidence/abroad.html", shown, status=400 if refusal else 200)
