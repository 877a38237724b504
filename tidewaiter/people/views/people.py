"""Accounts: the list, one account and its deeds, inviting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.foundation.tables import csv_answer
from tidewaiter.ledger.queries import history
from tidewaiter.people import policy
from tidewaiter.people.actions import (
    cover,
    drop_second_factor,
    grant,
    invite,
    reset,
    resume,
    revoke,
    revoke_token,
    sign_out,
    suspend,
)
from tidewaiter.people.actions.four_eyes import take_up
from tidewaiter.people.four_eyes import NeedsAnother
from tidewaiter.people.keys import waits_for_code
from tidewaiter.people.models import Administration, Office, Officer, Region
from tidewaiter.people.queries import (
    has_second_factor,
    officer_for,
    sessions_of,
    tokens_of,
    user_statistics,
    visible_officers,
)
from tidewaiter.people.views.again import must_be_fresh
from tidewaiter.people.views.four_eyes import asked_another, say_keys_ended

PAGE = 100
GRAVE = ("reset", "resume", "grant", "revoke", "cover", "drop_second_factor")
"""Deeds with an account that ask whether it is still oneself."""


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """The accounts this person sees, by administration and name."""
    by = actor_of(request)
    found = visible_officers(by).prefetch_related("grants")
    said = request.GET.get("q", "").strip()[:100]
    role, home, state = (request.GET.get(name, "") for name in ("role", "administration", "state"))
    if said:
        found = found.filter(Q(username__icontains=said) | Q(name__icontains=said))
    if role:
        found = found.filter(grants__role=role)
    if home:
        found = found.filter(administration=home)
    if state in ("open", "closed"):
        found = found.filter(is_active=state == "open")
    after = request.GET.get("after", "")
    rows = list(found.filter(username__gt=after).order_by("username")[: PAGE + 1])
    query = request.GET.copy()
    query["after"] = rows[PAGE - 1].username if len(rows) > PAGE else ""
    answer = {
        "rows": rows[:PAGE],
        "more": query.urlencode() if len(rows) > PAGE else "",
        "total": found.count(),
        "q": said,
        "role": role,
        "home": home,
        "state": state,
        "roles": policy.ROLES,
        "manages": policy.may_manage_people(by),
        "steward": policy.is_steward(by),
        "administrations": Administration.objects.order_by("name") if policy.is_steward(by) else (),
    }
    return render(request, "people/list.html", answer)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest) -> HttpResponse:
    """Inviting: the code is shown on the answer, once."""
    by = actor_of(request)
    if not policy.may_manage_people(by):
        raise NotAllowed("role", _("Contact points and stewards manage accounts."))
    steward = policy.is_steward(by)
    home = request.POST.get("administration", "") if steward else by.administration_code
    answer: dict[str, Any] = {
        "typed": request.POST,
        "steward": steward,
        "roles": [role for role in policy.ROLES if role in policy.grantable(by)],
        "administrations": Administration.objects.order_by("name") if steward else (),
        "offices": Office.objects.filter(administration=home).order_by("name"),
    }
    if request.method == "POST":
        policy.may_invite(by, home, request.POST.get("role", ""))
        must_be_fresh(request)
        username, role = request.POST.get("username", "").strip().lower(), request.POST.get("role", "")

        def make(who: Actor) -> tuple[Officer, str]:
            return invite(
                username=username,
                administration=home,
                role=role,
                name=request.POST.get("name", ""),
                email=request.POST.get("email", ""),
                office=whole(request.POST.get("office", "")),
                by=who,
            )

        try:
            officer, code = _by_two("invite", username, {"administration": home.upper(), "role": role}, by, make)
        except NeedsAnother as refusal:
            if role == "steward":
                return render(request, "people/invite.html", {**answer, "refused": refusal}, status=422)
            return asked_another(request, "invite", username, {"administration": home.upper(), "role": role})
        except Refusal as refusal:
            return render(request, "people/invite.html", {**answer, "refused": refusal}, status=422)
        return render(request, "people/code.html", {"officer": officer, "code": code, "invited": True})
    return render(request, "people/invite.html", answer)


def _by_two[T](deed: str, subject: str, data: dict[str, Any], by: Actor, do: Callable[[Actor], T]) -> T:
    """Does a deed whose answer only the asker may see: alone, or with what another steward has confirmed to them."""
    try:
        return do(by)
    except NeedsAnother:
        with transaction.atomic():  # what refuses now leaves what was confirmed to be taken up
            both = take_up(deed=deed, subject=subject, data=data, by=by)
            if both is None:
                raise
            return do(both)


@require_GET
def person_page(request: HttpRequest, username: str) -> HttpResponse:
    """One account: who it is, what it may do, what was done to it, and the deeds open to the reader."""
    by = actor_of(request)
    return render(request, "people/person.html", _shown(by, officer_for(by, username)))


def _shown(by: Actor, officer: Officer) -> dict[str, Any]:
    manages = policy.allowed("sign_out", officer, by)
    grants = list(officer.grants.order_by("role"))
    held = {row.role for row in grants}
    givable = [role for role in policy.ROLES if role not in held and policy.allowed("grant", officer, by, role)]
    takable = [role for role in held if policy.allowed("revoke", officer, by, role)]
    return {
        "officer": officer,
        "grants": grants,
        "givable": givable,
        "takable": takable,
        "manages": manages,
        "why_not": policy.why_not("sign_out", officer, by)
        if policy.may_manage_people(by) and officer.username != by.username
        else "",
        "may": {deed: policy.allowed(deed, officer, by) for deed in policy.MAY},
        "second_factor": has_second_factor(officer),
        "sessions": len(sessions_of(officer)) if manages else None,
        "tokens": tokens_of(officer) if manages else [],
        "history": list(reversed(history(f"officer:{officer.username}")))[:50] if manages else [],
        "waits_for_code": waits_for_code(officer),
        "regions": Region.objects.order_by("name"),
        "covered": set(officer.covers.values_list("region_id", flat=True)),
    }


def _reset(request: HttpRequest, officer: Officer, by: Actor) -> HttpResponse:
    code = _by_two("reset", officer.username, {}, by, lambda who: reset(officer=officer, by=who))
    said = {"officer": officer, "code": code, "factors": has_second_factor(officer)}
    return render(request, "people/code.html", said)


def _sign_out(_request: HttpRequest, officer: Officer, by: Actor) -> None:
    sign_out(officer=officer, by=by)


def _revoke_token(request: HttpRequest, officer: Officer, by: Actor) -> None:
    token = next((one for one in tokens_of(officer) if one.ref == request.POST.get("token")), None)
    if token is None:
        raise Http404
    revoke_token(token=token, by=by)


def _role(request: HttpRequest) -> str:
    return request.POST.get("role", "")


_DEEDS: dict[str, Callable[[HttpRequest, Officer, Actor], HttpResponse | None]] = {
    "reset": _reset,
    "suspend": lambda _request, officer, by: suspend(officer=officer, by=by),
    "resume": lambda _request, officer, by: resume(officer=officer, by=by),
    "drop_second_factor": lambda _request, officer, by: drop_second_factor(officer=officer, by=by),
    "sign_out": _sign_out,
    "grant": lambda request, officer, by: grant(officer=officer, role=_role(request), by=by),
    "revoke": lambda request, officer, by: revoke(officer=officer, role=_role(request), by=by),
    "cover": lambda request, officer, by: cover(officer=officer, regions=request.POST.getlist("region"), by=by),
    "revoke_token": _revoke_token,
}
"""What can be done with an account; an answer is the page that follows, where it is not the person's own."""
_DETAILS: dict[str, Callable[[HttpRequest], dict[str, Any]]] = {
    "grant": lambda request: {"role": _role(request)},
    "revoke": lambda request: {"role": _role(request)},
    "cover": lambda request: {"regions": sorted(request.POST.getlist("region"))},
}
"""What another steward, who must confirm a deed, is told of it."""


@require_POST
def person_deed(request: HttpRequest, username: str, deed: str) -> HttpResponse:
    """One deed with one account."""
    by = actor_of(request)
    officer = officer_for(by, username)
    if deed in GRAVE:
        if refusal := policy.refusal_of(deed, officer, by, _role(request)):
            raise refusal
        must_be_fresh(request)
    if deed not in _DEEDS:
        raise Http404
    try:
        answer = _DEEDS[deed](request, officer, by)
    except NeedsAnother:
        return asked_another(request, deed, username, _DETAILS[deed](request) if deed in _DETAILS else {})
    if answer is not None:
        return answer
    messages.info(request, _("Done. It stands in the ledger, and both of you are told."))
    if deed == "grant":
        say_keys_ended(request, username, _role(request))
    return redirect("person_page", username=username)


@require_GET
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Accounts by administration and role, as a page or as CSV."""
    by = actor_of(request)
    rows = user_statistics(by)
    if request.GET.get("format") == "csv":
        heads = list(rows[0]) if rows else ["administration"]
        return csv_answer("people", heads, ([row[head] for head in heads] for row in rows))
    totals = {
        name: sum(row[name] or 0 for row in rows) for name in ("accounts", "open", "used_30_days", "second_factor")
    }
    return render(
        request, "people/statistics.html", {"rows": rows, "totals": totals, "manages": policy.may_manage_people(by)}
    )
