"""Pages of warnings: the list, one warning, its deeds, its bundle and its indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.advisories import actions, policy
from tidewaiter.advisories.drafting import ECRIME, pattern_of_alarm
from tidewaiter.advisories.indicators import defang
from tidewaiter.advisories.models import Advisory
from tidewaiter.advisories.presenters import shown_indicators, shown_reach, shown_versions
from tidewaiter.advisories.queries import (
    BOXES,
    PAGE,
    advisories_in,
    advisory_named,
    counted,
    reach_of,
    sighting_named,
    sightings_of,
    visible_collections,
    waiting_for,
)
from tidewaiter.advisories.stix.writing import bundle_of
from tidewaiter.advisories.words import (
    CHECKS,
    CONFIDENCES,
    FRAUDS,
    HOWS,
    INDICATORS,
    KINDS,
    MAY_PAP,
    MAY_TLP,
    REACHES,
    SECTORS,
    SYSTEMS,
)
from tidewaiter.advisories.written import read_draft, read_moment, read_times
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.tables import csv_answer

WORDS = {
    "kinds": KINDS,
    "frauds": FRAUDS,
    "systems": SYSTEMS,
    "confidences": CONFIDENCES,
    "indicator_kinds": INDICATORS,
    "checks": CHECKS,
    "hows": HOWS,
    "sectors": SECTORS,
    "reach_words": REACHES,
    "may_tlp": MAY_TLP,
    "may_pap": MAY_PAP,
}


def of_the_room(request: HttpRequest) -> Actor:
    """The person who asks. Raises `Missing` for whom no warnings are."""
    by = actor_of(request)
    if not policy.reads(by) and not policy.keeps_collections(by):
        raise Missing("missing", _("There is no such page."))
    return by


@require_GET
def advisories_page(request: HttpRequest) -> HttpResponse:
    """What is current, what waits, what was taken back."""
    by = of_the_room(request)
    box, words = request.GET.get("box", "current"), request.GET.get("q", "")[:200]
    rows = advisories_in(box, by, words=words, most=PAGE + 1)
    waiting = set(waiting_for(by).values_list("pk", flat=True))
    shown = {
        **WORDS,
        "rows": [(one, one.pk in waiting) for one in rows[:PAGE]],
        "more": len(rows) > PAGE,
        "box": box,
        "boxes": BOXES,
        "q": words,
        "counts": counted(by),
        "waiting": len(waiting),
        "collections": list(visible_collections(by).order_by("title")),
        "writes": policy.writes(by),
        "keeps": policy.keeps_collections(by),
    }
    return render(request, "advisories/advisories.html", shown)


@require_GET
def advisory_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One warning; that a country has read it is written down."""
    by = of_the_room(request)
    advisory = advisory_named(by, ref)
    actions.read_warning_of(advisory=advisory, by=by)
    return _page(request, by, advisory)


def _page(request: HttpRequest, by: Actor, advisory: Advisory, refusal: Refusal | None = None) -> HttpResponse:
    holding, revoked = shown_indicators(advisory)
    reached = shown_reach(advisory)
    sightings = sightings_of(advisory, most=12)
    objects = bundle_of(advisory)
    shown = {
        **WORDS,
        "advisory": advisory,
        "indicators": holding,
        "revoked": revoked,
        "defanged": "\n".join(one.text for one in holding),
        "reached": reached,
        "mine": reach_of(advisory, by),
        "versions": shown_versions(advisory, reached),
        "sightings": sightings,
        "seen": sum(one.seen for one in holding),
        "objects": len(objects["objects"]),
        "bytes": len(canonical(objects)),
        "takings": advisory.collection.takings.count(),
        "taken": advisory.collection.takings.filter(until__gte=advisory.changed_at).count(),
        "may": {deed: policy.allowed(deed, advisory, by) for deed in policy.MAY},
        "own_sightings": {one.ref for one in sightings if one.by == by.username},
        "at_home": advisory.made_by == by.username or advisory.administration == by.administration_code,
        "refusal": refusal.sentence if refusal else "",
        "tlp_css": advisory.tlp.partition("+")[0].lower(),
    }
    return render(request, "advisories/advisory.html", shown, status=400 if refusal else 200)


@require_POST
def advisory_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Publishing, declining, revoking, answering, sighting, and taking a sighting back."""
    by = of_the_room(request)
    advisory = advisory_named(by, ref)
    if deed not in _DEEDS:
        raise Missing("missing", _("There is no such page."))
    post = {name: str(value) for name, value in request.POST.items()}
    try:
        _DEEDS[deed](advisory, by, post)
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, by, advisory_named(by, ref), refusal)
    messages.info(request, _DONE[deed]())
    return redirect("advisory", ref=advisory.ref)


def seen_of(said: Mapping[str, str]) -> actions.Seen:
    """A sighting as a page or a command says it. Raises `BadInput`."""
    return actions.Seen(
        times=read_times(said.get("times", "")),
        how=said.get("how", "") or "other",
        note=said.get("note", ""),
        sector=said.get("sector", ""),
        since=read_moment(said.get("since", "")),
        until=read_moment(said.get("until", "")),
    )


def sighted(advisory: Advisory, by: Actor, said: Mapping[str, str]) -> Any:
    """Tells a sighting of a warning, or of one of its indicators by number. Raises `BadInput`, a refusal."""
    number = said.get("indicator", "")
    indicator = None
    if number:
        indicator = advisory.indicators.filter(number=read_draft(number) or 0).first()
        if indicator is None:
            raise BadInput("indicator", _("The warning has no indicator %(n)s.") % {"n": number[:10]})
    return actions.sight(advisory=advisory, seen=seen_of(said), indicator=indicator, by=by)


_DEEDS: dict[str, Callable[[Advisory, Actor, Mapping[str, str]], object]] = {
    "publish": lambda one, by, post: actions.publish_warning(
        advisory=one, by=by, draft=read_draft(post.get("draft", ""))
    ),
    "decline": lambda one, by, post: actions.decline(advisory=one, reason=post.get("reason", ""), by=by),
    "revoke": lambda one, by, post: actions.revoke(advisory=one, reason=post.get("reason", ""), by=by),
    "acknowledge": lambda one, by, post: actions.acknowledge(
        advisory=one, state=post.get("state", ""), note=post.get("note", ""), by=by
    ),
    "sight": sighted,
    "unsight": lambda _one, by, post: actions.withdraw_sighting(
        sighting=sighting_named(by, post.get("sighting", "")), by=by
    ),
}
"""What the page of a warning posts, and the deed."""
_DONE: dict[str, Callable[[], str]] = {
    "publish": lambda: _("It is published, and whom it is for are told."),
    "decline": lambda: _("The draft is put aside, and its author is told."),
    "revoke": lambda: _("It is taken back, and every reader is told."),
    "acknowledge": lambda: _("Your answer stands beside the warning."),
    "sight": lambda: _("The sighting is told."),
    "unsight": lambda: _("The sighting is taken back, here and by machines."),
}


@require_GET
def advisory_bundle(request: HttpRequest, ref: str) -> HttpResponse:
    """The warning as a bundle of STIX 2.1."""
    by = of_the_room(request)
    advisory = advisory_named(by, ref)
    answer = HttpResponse(canonical(bundle_of(advisory)), content_type="application/stix+json;version=2.1")
    return attached(answer, f"{advisory.called}.json")


@require_GET
def advisory_indicators(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Its indicators as CSV, defanged."""
    by = of_the_room(request)
    advisory = advisory_named(by, ref)
    rows = [
        (one.kind, defang(one.kind, one.value), one.checked, one.confidence, advisory.tlp)
        for one in advisory.indicators.filter(revoked_at=None).order_by("number")
    ]
    return csv_answer(advisory.called, ("kind", "value", "checked", "confidence", "tlp"), rows)


def start_panel(request: HttpRequest, _thing: Any) -> str:
    """Warnings of which the person's country has not said yet what they are to it."""
    by = actor_of(request)
    if not policy.reads(by):
        return ""
    rows = list(waiting_for(by).order_by("-urgent", "-published_at")[:5])
    drafts = list(advisories_in("drafts", by, most=5)) if policy.writes(by) else []
    if not rows and not drafts:
        return ""
    return render_to_string("advisories/_start.html", {"rows": rows, "drafts": drafts}, request=request)


def case_panel(request: HttpRequest, thing: Any) -> str:
    """On the page of an electronic-crime case: the way to a warning, without names."""
    by = actor_of(request)
    if not isinstance(thing, Case) or thing.form != ECRIME or not policy.reads(by):
        return ""
    return render_to_string("advisories/_case.html", {"case": thing}, request=request)


def alarm_panel(request: HttpRequest, thing: Any) -> str:
    """On the page of a payment alarm: the way to a draft that tells its pattern, and nobody's name."""
    if not policy.reads(actor_of(request)):
        return ""
    return render_to_string("advisories/_alarm.html", {"query": urlencode(pattern_of_alarm(thing))}, request=request)
