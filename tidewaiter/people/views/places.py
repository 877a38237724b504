"""Stewards' pages: administrations, offices, regions, what roles demand."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import stewards_page
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
        "regions": regions, "administrations": Administration.objects.select_related("region").annotate(n=Count("officers")).order_by("name"),
        "roles": [(role, role in demanded) for role in policy.ROLES],
    }  # fmt: skip
    return render(request, "people/places.html", answer)


@require_GET
def administration(request: HttpRequest, code: str) -> HttpResponse:
    """One administration: its name, region, time zone, offices."""
    stewards_page(actor_of(request))
    home = Administration.objects.select_related("region").filter(code=code).first()
    if home is None:
        raise Missing("no_administration", _("There is no such administration."))
    answer = {
        "home": home, "regions": Region.objects.order_by("name"), "zones": sorted(available_timezones()),
        "offices": home.offices.annotate(n=Count("officers")).order_by("name"),
    }  # fmt: skip
    return render(request, "people/administration.html", answer)


@require_POST
def place_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """One deed with a region, an administration, an office or a role."""
    by = actor_of(request)
    said = request.POST
    after = redirect("people_places")
    if deed == "name_region":
        name_region(code=said.get("code", "").strip().upper(), name=said.get("name", ""), by=by)
    elif deed == "demand_second_factor":
        policy.must_be_steward(by)
        must_be_fresh(request)
        roles = said.getlist("role")
        try:
            demand_second_factor(roles=roles, by=by)
        except NeedsAnother:
            return asked_another(request, "demand_second_factor", "roles", {"roles": sorted(set(roles))})
    elif deed == "place_administration":
        policy.must_be_steward(by)
        code, placed = said.get("code", ""), {name: said.get(name, "") for name in ("region", "time_zone", "name")}
        try:
            place_administration(code=code, by=by, **placed)
        except NeedsAnother:
            return asked_another(request, "place_administration", code, placed)
        after = redirect("people_administration", code=code)
    elif deed == "add_office":
        office = add_office(
            administration=said.get("code", ""), name=said.get("name", ""), place=said.get("place", ""), by=by
        )
        after = redirect("people_administration", code=office.administration_id)
    elif deed == "rename_office":
        policy.must_be_steward(by)
        asked = whole(said.get("office", ""))
        found = Office.objects.filter(pk=asked).first() if asked is not None else None
        if found is None:
            raise Missing("no_office", _("There is no such office."))
        rename_office(office=found, name=said.get("name", ""), place=said.get("place", ""), by=by)
        after = redirect("people_administration", code=found.administration_id)
    else:
        raise Http404
    messages.info(request, _("Kept."))
    return after
