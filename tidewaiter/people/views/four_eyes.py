"""What waits for another steward, and deciding it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import Actor, stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.people import policy
from tidewaiter.people.actions.four_eyes import confirm, decline, propose
from tidewaiter.people.keys import last_code, waits_for_code
from tidewaiter.people.models import Officer, Proposal
from tidewaiter.people.views.again import must_be_fresh

SHOWN = 50


def say_keys_ended(request: HttpRequest, username: str, role: str) -> None:
    """Tells whoever gave a role, or confirmed it, what its person must do first."""
    if role in policy.CONTACT_GRANTS:
        return
    officer = Officer.objects.filter(username=username).first()
    if officer is not None and waits_for_code(officer):
        messages.warning(
            request,
            _(
                "Their password came by a code of somebody who does not give this role, so it has ended with everything"
                " that it opened. Reset the account and hand over the new code."
            ),
        )
    else:
        messages.info(request, _("Their sessions and tokens have ended: they sign in again."))


def asked_another(request: HttpRequest, deed: str, subject: str, data: dict[str, Any]) -> HttpResponse:
    """Asks another steward, and leads to what waits."""
    propose(deed=deed, subject=subject, data=data, by=actor_of(request))
    messages.info(request, _("Another steward must confirm this within a day."))
    return redirect("proposals")


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided lately."""
    by = actor_of(request)
    stewards_page(by)
    rows = Proposal.objects.order_by("-pk")
    waiting = list(rows.filter(decided_at=None, expires_at__gt=now()))
    subjects = {one.username: one for one in Officer.objects.filter(username__in={row.subject for row in waiting})}
    for row in waiting:
        officer = subjects.get(row.subject)
        row.person, row.last_code = officer, last_code(officer) if officer else None  # type: ignore[attr-defined]
    decided = list(rows.exclude(pk__in=[row.pk for row in waiting])[:SHOWN])
    return render(request, "people/proposals.html", {"waiting": waiting, "decided": decided})


def _confirm(request: HttpRequest, ref: str, by: Actor) -> None:
    asked = confirm(ref=ref, by=by)
    if asked.deed == "grant":
        say_keys_ended(request, asked.subject, str(asked.data.get("role", "")))


def _decline(_request: HttpRequest, ref: str, by: Actor) -> None:
    decline(ref=ref, by=by)


_DEEDS = {"confirm": _confirm, "decline": _decline}


@require_POST
def decide(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Confirming, or saying no."""
    by = actor_of(request)
    policy.must_be_steward(by)
    must_be_fresh(request)
    if deed not in _DEEDS:
        raise Http404
    _DEEDS[deed](request, ref, by)
    messages.info(request, _("Done. Both of you stand in the ledger."))
    return redirect("proposals")
