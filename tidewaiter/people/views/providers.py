"""The steward's page of providers of sign-in: rules of claims, people by a file, accounts that are linked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import Actor, stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people import policy
from tidewaiter.people.actions import bring_people, link_identity, map_claim, unmap_claim
from tidewaiter.people.four_eyes import NeedsAnother
from tidewaiter.people.models import Administration, ClaimRule, Identity
from tidewaiter.people.people_file import read_people
from tidewaiter.people.queries import officer_for
from tidewaiter.people.views.again import must_be_fresh
from tidewaiter.people.views.four_eyes import asked_another


@require_GET
def sign_on(request: HttpRequest) -> HttpResponse:
    """Each provider with its addresses and rules."""
    stewards_page(actor_of(request))
    return _page(request)


def _page(request: HttpRequest, **more: object) -> HttpResponse:
    people = dict(
        Identity.objects.filter(officer__is_active=True).values_list("provider").annotate(n=Count("pk")).order_by()
    )
    rules: dict[str, list[ClaimRule]] = {}
    for rule in ClaimRule.objects.select_related("administration").order_by("value", "role"):
        rules.setdefault(rule.provider, []).append(rule)
    providers = [
        {
            "provider": one,
            "people": people.get(one.id, 0),
            "rules": rules.get(one.id, []),
            "back": request.build_absolute_uri(reverse("sign_on_back", args=[one.id])),
            "out": request.build_absolute_uri(reverse("sign_on_out", args=[one.id])),
        }
        for one in settings.SIGN_ON.values()
    ]
    homes = Administration.objects.order_by("name")
    said = {"providers": providers, "roles": policy.ROLES, "administrations": homes, **more}
    return render(request, "people/sign_on.html", said)


def _map(request: HttpRequest, by: Actor) -> HttpResponse | None:
    said = {name: request.POST.get(name, "") for name in ("provider", "value", "role", "administration")}
    try:
        map_claim(by=by, **said)
    except NeedsAnother:
        return asked_another(request, "map_claim", said["provider"], said)
    return None


def _unmap(request: HttpRequest, by: Actor) -> HttpResponse | None:
    ref = request.POST.get("rule", "")
    try:
        unmap_claim(ref=ref, by=by)
    except NeedsAnother:
        return asked_another(request, "unmap_claim", ref, {})
    return None


def _link(request: HttpRequest, by: Actor) -> HttpResponse | None:
    officer = officer_for(by, request.POST.get("username", "").strip().lower())
    said = {name: request.POST.get(name, "") for name in ("provider", "subject")}
    try:
        link_identity(officer=officer, by=by, **said)
    except NeedsAnother:
        return asked_another(request, "link_identity", officer.username, said)
    return None


def _bring(request: HttpRequest, by: Actor) -> HttpResponse | None:
    given = request.FILES.get("file")
    if given is None or given.size is None or given.size > most("side_table_bytes"):
        raise BadInput("file", _("Give a table of people, not larger than the table of limits allows."))
    rows = read_people(given.read(most("side_table_bytes")))
    whole = request.POST.get("whole") == "1"
    brought = bring_people(provider=request.POST.get("provider", ""), rows=rows, whole=whole, by=by)
    return _page(request, brought=brought)


_DEEDS: dict[str, Callable[[HttpRequest, Actor], HttpResponse | None]] = {
    "map": _map,
    "unmap": _unmap,
    "link": _link,
    "bring": _bring,
}
"""What a steward does about providers; an answer is the page that follows."""


@require_POST
def sign_on_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """One deed with a rule, an account or a file."""
    by = actor_of(request)
    if deed not in _DEEDS:
        raise Http404
    policy.must_be_steward(by)
    must_be_fresh(request)
    answer = _DEEDS[deed](request, by)
    if answer is None:
        messages.info(request, _("Saved."))
    return answer or redirect("sign_on")
