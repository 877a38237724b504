"""Stewards' pages: administrations, offices, regions, what roles demand."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import available_timezones

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import Actor, stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people import policy
from tidewaiter.people.actions import add_office, demand_second_factor, name_region, place_administration, rename_office
from tidewaiter.people.four_eyes import NeedsAnother
from tidewaiter.people.models import Administration, Cover, Grant, Office, Region, RoleRule
from tidewaiter.people.views.again import must_be_fresh
from tidewaiter.people.views.four_eyes import asked_another


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Regions with who reviews them, administrations, and what each role demands."""
    stewards_page(actor_of(request))
    reviewers: dict[str, list[str]] = {}
    named = set()
    for officer, region in Cover.objects.values_list("officer__username", "region_id").order_by("officer__username"):
        named.add(officer)
        reviewers.setdefault(region, []).append(officer)
    for officer, region in (
        Grant.objects.filter(role="reviewer", officer__is_active=True)
        .exclude(officer__administration__region=None)
        .values_list("officer__username", "officer__administration__region_id")
        .order_by("officer__username")
    ):
        if officer not in named:
            reviewers.setdefault(region, []).append(officer)
    regions = [
        {"region": region, "reviewers": reviewers.get(region.code, [])}
        for region in Region.objects.annotate(n=Count("administrations")).order_by("name")
    ]
    demanded = set(RoleRule.objects.filter(second_factor=True).values_list("role", flat=True))
    answer = {
        "regions": regions,
        "administrations": Administration.objects.select_related("region")
        .annotate(n=Count("officers"))
        .order_by("name"),
        "roles": [(role, role in demanded) for role in policy.ROLES],
    }
    return render(request, "people/places.html", answer)


@require_GET
def administration(request: HttpRequest, code: str) -> HttpResponse:
    """One administration: its name, region, time zone, offices."""
    stewards_page(actor_of(request))
    home = Administration.objects.select_related("region").filter(code=code).first()
    if home is None:
        raise Missing("no_administration", _("There is no such administration."))
    answer = {
        "home": home,
        "regions": Region.objects.order_by("name"),
        "zones": sorted(available_timezones()),
        "offices": home.offices.annotate(n=Count("officers")).order_by("name"),
    }
    return render(request, "people/administration.html", answer)


def _name_region(request: HttpRequest, by: Actor) -> None:
    name_region(code=request.POST.get("code", "").strip().upper(), name=request.POST.get("name", ""), by=by)


def _demand_second_factor(request: HttpRequest, by: Actor) -> HttpResponse | None:
    policy.must_be_steward(by)
    must_be_fresh(request)
    roles = request.POST.getlist("role")
    try:
        demand_second_factor(roles=roles, by=by)
    except NeedsAnother:
        return asked_another(request, "demand_second_factor", "roles", {"roles": sorted(set(roles))})
    return None


def _place_administration(request: HttpRequest, by: Actor) -> HttpResponse:
    policy.must_be_steward(by)
    said = request.POST
    code, placed = said.get("code", ""), {name: said.get(name, "") for name in ("region", "time_zone", "name")}
    try:
        place_administration(code=code, by=by, **placed)
    except NeedsAnother:
        return asked_another(request, "place_administration", code, placed)
    return _kept(request, code)


def _add_office(request: HttpRequest, by: Actor) -> HttpResponse:
    said = request.POST
    office = add_office(
        administration=said.get("code", ""), name=said.get("name", ""), place=said.get("place", ""), by=by
    )
    return _kept(request, office.administration_id)


def _rename_office(request: HttpRequest, by: Actor) -> HttpResponse:
    policy.must_be_steward(by)
    said = request.POST
    asked = whole(said.get("office", ""))
    found = Office.objects.filter(pk=asked).first() if asked is not None else None
    if found is None:
        raise Missing("no_office", _("There is no such office."))
    rename_office(office=found, name=said.get("name", ""), place=said.get("place", ""), by=by)
    return _kept(request, found.administration_id)


def _kept(request: HttpRequest, administration: str = "") -> HttpResponse:
    """Says so, on the page of the administration, or on that of all."""
    messages.info(request, _("Saved."))
    if administration:
        return redirect("people_administration", code=administration)
    return redirect("people_places")


_DEEDS: dict[str, Callable[[HttpRequest, Actor], HttpResponse | None]] = {
    "name_region": _name_region,
    "demand_second_factor": _demand_second_factor,
    "place_administration": _place_administration,
    "add_office": _add_office,
    "rename_office": _rename_office,
}
"""What a steward does with places and roles; an answer is the page that follows, where it is not that of all places."""


@require_POST
def place_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """One deed with a region, an administration, an office or a role."""
    by = actor_of(request)
    if deed not in _DEEDS:
        raise Http404
    return _DEEDS[deed](request, by) or _kept(request)
