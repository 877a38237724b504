"""Pages of preservations: the list, a new one, one, its deeds and its paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.room_cards import nodes_reached
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.people.called import office_called
from tidewaiter.response import actions, policy, states
from tidewaiter.response.actions.preserving import PARTS, PRESERVE, missing_of
from tidewaiter.response.letters.bases import bases, in_force
from tidewaiter.response.letters.papers import paper_of
from tidewaiter.response.letters.providers import providers
from tidewaiter.response.models import Preservation
from tidewaiter.response.preservation_checks import checks_of
from tidewaiter.response.preservation_clock import preservation_clock
from tidewaiter.response.queries import PAGE, alarm_named, preservation_named, today_of, visible_preservations
from tidewaiter.response.words import FORMS, GROUNDS, PAPER_LANGUAGES


def _desk(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not policy.is_desk(by):
        raise Missing("missing", _("There is no such page."))
    return by


@require_GET
def preservations(request: HttpRequest) -> HttpResponse:
    """What is kept for us, and what we keep for others: what ends first stands first."""
    by = _desk(request)
    found = visible_preservations(by).order_by(F("expires_on").asc(nulls_first=True), "-made_at")
    running = found.exclude(state=states.ENDED)[:PAGE]
    today = today_of(by.administration_code)
    shown = {
        "rows": [_row(one, today) for one in running],
        "ended": found.filter(state=states.ENDED)[:PAGE],
        "bases": bases(),
    }
    return render(request, "response/preservations.html", shown)


def _row(one: Preservation, today: date) -> dict[str, Any]:
    return {"one": one, "left": (one.expires_on - today).days if one.expires_on else None}


@require_http_methods(["GET", "POST"])
def new_preservation(request: HttpRequest) -> HttpResponse:
    """A request that data be kept, from an alarm where it came of one."""
    by = _desk(request)
    alarm = alarm_named(by, request.GET["alarm"]) if request.GET.get("alarm") else None
    if request.method != "POST":
        typed = {"authority": office_called(by.administration_code), "basis": "budapest_29", "urgent": "on"}
        typed |= {"confidential": "on", "mla_intended": "on"}
        if alarm is not None:
            typed["offence"] = alarm.summary
        return _form(request, by, typed, None)
    typed = {name: str(value) for name, value in request.POST.items()}
    typed |= {name: typed.get(name, "") for name in ("urgent", "confidential", "mla_intended")}
    try:
        made = actions.draft_preservation(said=typed, by=by, alarm=alarm, incoming=typed.get("incoming") == "on")
    except WrongFields as wrong:
        return _form(request, by, typed, None, wrong.fields, wrong.sentence)
    return redirect("response_preservation", ref=made.ref)


def _form(
    request: HttpRequest,
    by: Actor,
    typed: dict[str, Any],
    one: Preservation | None,
    wrong: dict[str, str] | None = None,
    refusal: str = "",
) -> HttpResponse:
    shown = {
        "typed": typed,
        "one": one,
        "parts": [(name, label) for name, label in PARTS if name != "mla_intended"],
        "bases": in_force(today_of(by.administration_code)),
        "wrong": wrong or {},
        "refusal": refusal,
    }
    return render(request, "response/preservation_form.html", shown, status=400 if wrong else 200)


@require_GET
def preservation_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One preservation: its clock, the parts of article 29(2), its chain of renewals."""
    by = _desk(request)
    one = preservation_named(by, ref)
    actions.look_at_preservation(one=one, by=by)
    return _page(request, by, one)


def _page(request: HttpRequest, by: Actor, one: Preservation, refusal: str = "") -> HttpResponse:
    today = today_of(one.administration)
    lacking = missing_of(one)
    chain = list(visible_preservations(by).filter(parent=one))
    shown = {
        "one": one,
        "parts": [
            {"name": name, "label": label, "text": getattr(one, name), "lacks": name in lacking}
            for name, label in PARTS
        ],
        "lacking": lacking,
        "left": (one.expires_on - today).days if one.expires_on else None,
        "clock": preservation_clock(one, today),
        "renewals": chain,
        "along": list(visible_preservations(by).filter(path_of=one)),
        "grounds": GROUNDS,
        "checks": checks_of(one),
        "basis": bases()[one.basis],
        "form": FORMS[one.form],
        "paper_languages": PAPER_LANGUAGES,
        "draft": one.state == states.DRAFT,
        "running": one.state in states.KEEPING,
        "refusal": refusal,
        "node": "" if one.incoming else nodes_reached(PRESERVE).get(one.to_country, ""),
    }
    return render(request, "response/preservation.html", shown, status=400 if refusal else 200)


@require_POST
def preservation_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Mending a draft, sending, what they answer, renewing, the request for assistance, the end."""
    by = _desk(request)
    one = preservation_named(by, ref)
    if deed not in _DEEDS:
        raise Missing("missing", _("There is no such page."))
    try:
        done = _DEEDS[deed](one, by, request.POST)
    except (BadInput, Refusal) as refusal:
        if isinstance(refusal, Missing):
            raise
        return _page(request, by, preservation_named(by, ref), refusal.sentence)
    return redirect("response_preservation", ref=done.ref)


def _mended(one: Preservation, by: Actor, post: QueryDict) -> Preservation:
    typed = {name: str(value) for name, value in post.items()}
    typed |= {name: typed.get(name, "") for name in ("urgent", "confidential", "mla_intended")}
    return actions.mend_preservation(one=one, said=typed, by=by)


_DEEDS: dict[str, Callable[[Preservation, Actor, QueryDict], Preservation]] = {
    "mend": _mended,
    "send": lambda one, by, _post: actions.send_preservation(one=one, by=by),
    "send_by_node": lambda one, by, _post: actions.send_preservation(one=one, by=by, by_node=True),
    "answer": lambda one, by, post: actions.answer_preservation(
        one=one, kind=post.get("kind", ""), text=post.get("text", ""), ground=post.get("ground", ""), by=by
    ),
    "dual": lambda one, by, post: actions.note_dual_criminality(one=one, text=post.get("text", ""), by=by),
    "path": lambda one, by, _post: actions.follow_path(one=one, by=by),
    "renew": lambda one, by, _post: actions.renew_preservation(one=one, by=by),
    "assistance": lambda one, by, post: actions.follow_by_assistance(
        one=one, reference=post.get("reference", ""), by=by
    ),
    "end": lambda one, by, _post: actions.end_preservation(one=one, by=by),
}
"""What the page of a preservation posts; each gives the one whose page comes next."""


@require_GET
def mend_preservation_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The form of a draft, filled with what stands in it."""
    by = _desk(request)
    one = preservation_named(by, ref)
    actions.look_at_preservation(one=one, by=by)
    names = ("basis", "authority", "offence", "data", "custodian", "necessity", "to_country", "to_name", "days")
    typed: dict[str, Any] = {name: getattr(one, name) for name in (*names, "their_reference")}
    typed |= {name: "on" if getattr(one, name) else "" for name in ("urgent", "confidential", "mla_intended")}
    return _form(request, by, typed, one)


@require_GET
def preservation_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The filled form as PDF (`?lang=`, `?form=`)."""
    by = _desk(request)
    one = preservation_named(by, ref)
    language, form = request.GET.get("lang", "") or get_language() or "en", request.GET.get("form", "")
    if language not in PAPER_LANGUAGES or (form and form not in FORMS):
        raise BadInput("lang", _("The paper can be had in %(all)s.") % {"all": ", ".join(PAPER_LANGUAGES)})
    actions.look_at_preservation(one=one, by=by)
    name = f"{one.reference.replace('/', '-')}.pdf"
    return attached(HttpResponse(paper_of(one, language, form), content_type="application/pdf"), name)


@require_http_methods(["GET", "POST"])
def providers_page(request: HttpRequest) -> HttpResponse:
    """The register of providers, and a form to keep one."""
    by = _desk(request)
    typed = {name: str(value) for name, value in request.POST.items()}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            actions.keep_provider(said=typed, by=by)
            return redirect("response_providers")
        except WrongFields as refusal:
            wrong = refusal.fields
    shown = {"rows": providers(), "typed": typed, "wrong": wrong}
    return render(request, "response/providers.html", shown, status=400 if wrong else 200)
