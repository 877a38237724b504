"""Pages of the court: cases and figures, one case with its way, and its deeds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions.prosecution import DEEDS, open_proceeding
from tidewaiter.evidence.court import (
    proceeding_named,
    proceeding_out,
    statistics_of,
    visible_proceedings,
    way_of,
)
from tidewaiter.evidence.models import Exhibit, Proceeding
from tidewaiter.evidence.queries import visible_exhibits
from tidewaiter.evidence.views import of_the_room
from tidewaiter.evidence.words_of_proof import COURT_STATES, DISCLOSED, ORDERS, OUTCOMES, RESULTS_OF_CHARGES
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.people.queries import zone_of

LISTED = 200


@require_http_methods(["GET", "POST"])
def court_page(request: HttpRequest) -> HttpResponse:
    """The cases before courts, and what the figures say; posted, one more is opened."""
    by = of_the_room(request)
    refusal, wrong = "", {}
    if request.method == "POST":
        try:
            one = open_proceeding(case=request.POST.get("case", "").strip(), said=_typed(request), by=by)
            return redirect("evidence_proceeding", ref=one.ref)
        except (BadInput, Refusal) as found:
            refusal, wrong = found.sentence, found.fields if isinstance(found, WrongFields) else {}
    year = whole(request.GET.get("year", ""))
    rows = visible_proceedings(by).order_by("-made_at")[:LISTED]
    shown = {
        "rows": [(one, COURT_STATES[one.state]) for one in rows],
        "figures": statistics_of(by, year),
        "outcomes": OUTCOMES,
        "may": policy.orders(by),
        "refusal": refusal,
        "wrong": wrong,
        "typed": request.POST or {"case": request.GET.get("case", "")},
    }
    return render(request, "evidence/court.html", shown, status=400 if refusal else 200)


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {name: str(value) for name, value in request.POST.items()}


@require_GET
def proceeding_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One case before a court."""
    by = of_the_room(request)
    return show_proceeding(request, by, proceeding_named(by, ref))


def show_proceeding(
    request: HttpRequest, by: Actor, one: Proceeding, refusal: str = "", deed: str = "", wrong: Any = None
) -> HttpResponse:
    """The page, with what was refused."""
    shown = {
        "one": one,
        "said": proceeding_out(one, by),
        "way": way_of(one),
        "state": COURT_STATES[one.state],
        "may": policy.orders(by) and one.state in ("court_prepared", "court_filed", "in_court"),
        "exhibits": list(visible_exhibits(by).filter(case=one.case).order_by("pk")[:1000]),
        "words": {"orders": ORDERS, "disclosed": DISCLOSED, "outcomes": OUTCOMES, "results": RESULTS_OF_CHARGES},
        "zone": zone_of(one.administration),
        "refusal": refusal,
        "wrong": wrong or {},
        "deed": deed,
        "typed": request.POST,
    }
    return render(request, "evidence/proceeding.html", shown, status=400 if refusal else 200)


@require_POST
def proceeding_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Charging, filing, hearing, ordering, disclosing, judging."""
    by = of_the_room(request)
    one = proceeding_named(by, ref)
    if deed not in DEEDS:
        raise Missing("missing", _("There is no such page."))
    try:
        DEEDS[deed](proceeding=one, said=_typed(request), by=by)
    except (BadInput, Refusal) as found:
        wrong = found.fields if isinstance(found, WrongFields) else {}
        return show_proceeding(request, by, proceeding_named(by, ref), found.sentence, deed, wrong)
    messages.info(request, _("Written down."))
    return redirect("evidence_proceeding", ref=one.ref)


def court_panel(request: HttpRequest, exhibit: Exhibit) -> str:
    """The way to court, beside an exhibit."""
    if not exhibit.case:
        return ""
    one = visible_proceedings(actor_of(request)).filter(case=exhibit.case).first()
    return render_to_string("evidence/_way.html", {"one": one, "way": way_of(one)}, request=request) if one else ""


def court_of_case(request: HttpRequest, case: str) -> str:
    """The way to court on the page of a case's exhibits, or the button that begins it."""
    by = actor_of(request)
    one = visible_proceedings(by).filter(case=case).first() if case else None
    if one is None and not (case and policy.orders(by)):
        return ""
    shown = {"one": one, "way": way_of(one) if one else [], "case": case}
    return render_to_string("evidence/_way.html", shown, request=request)
