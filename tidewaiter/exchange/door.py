"""The door of other nodes: one signed call, one signed answer. No cookie and no token opens it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.exchange.actions.carrying import answer
from tidewaiter.exchange.cards import own_card
from tidewaiter.exchange.jose import NotOurs
from tidewaiter.exchange.keys import has_keys
from tidewaiter.exchange.lines import TYPE
from tidewaiter.foundation.doors import bytes_sent, takes_envelopes
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal


@csrf_exempt  # no cookie is looked at: who calls has signed what they say
@login_not_required
@takes_envelopes
@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Takes the call of a peer and answers it; whatever is not signed by a peer is refused, and told so."""
    if not has_keys():
        return problem(404, "no_exchange", _("This node takes part in no exchange."))
    try:
        token = bytes_sent(request).decode("ascii")
    except (UnicodeDecodeError, BadInput):
        return problem(401, "unsigned", _("This is no call of a node."))
    try:
        return HttpResponse(answer(token=token), content_type=TYPE)
    except NotOurs as refusal:
        return problem(401, refusal.code, refusal.sentence)
    except Refusal as refusal:
        return problem(409, refusal.code, refusal.sentence)


@login_not_required
@require_GET
def card(request: HttpRequest) -> HttpResponse:
    """This node's own card, for whoever wants to join: its fingerprint is compared by telephone all the same."""
    if not has_keys():
        raise Missing("no_exchange", _("This node takes part in no exchange."))
    return HttpResponse(own_card(), content_type="application/json")
