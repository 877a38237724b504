"""Pages of the exchange: what waits and what stays, who has not confirmed, peers and agreements, what was set aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.exchange import policy, states
from tidewaiter.exchange.actions.notes import NOTES
from tidewaiter.exchange.actions.receiving import KEPT_SEALED
from tidewaiter.exchange.actions.sending import hold, recall, release, see_names
from tidewaiter.exchange.actions.trying_again import try_again
from tidewaiter.exchange.cards import own_document
from tidewaiter.exchange.keys import fingerprint_of, has_keys, newest
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Peer
from tidewaiter.exchange.presenters import agreement_shown, called, kind_said, may_name, peer_shown, row_shown
from tidewaiter.exchange.queries import outbox, unconfirmed, why_said
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, Refusal

PAGE, LAST = 50, 8
DAY = timedelta(days=1)


def _by(request: HttpRequest) -> Actor:
    by = actor_of(request)
    policy.must_see(by)
    return by


@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    """What waits, for whom, under which agreement, and what of it stays here by which rule."""
    by = _by(request)
    rows = outbox(by)
    waits = rows.filter(status=states.WAITS)
    first = [*waits[:PAGE], *rows.exclude(status=states.WAITS)[:PAGE]]
    answered, recalls = list(_answered()[:LAST]), unconfirmed()[:LAST]
    names = policy.reads_names(by)
    if names:
        told = [*first, *answered, *(one["row"] for one in recalls)]
        see_names(rows=[row for row in told if may_name(row)], by=by)
    today = Outgoing.objects.exclude(kind__in=NOTES).filter(sent_at__gt=now() - DAY)
    return render(
        request,
        "exchange/outbox.html",
        {
            "rows": [row_shown(row, names=names) for row in first],
            "waits": waits.count(),
            "oldest": waits.values_list("made_at", flat=True).first(),
            "more": rows.count() > len(first),
            "sent": today.count(),
            "received": Incoming.objects.exclude(kind__in=NOTES).filter(came_at__gt=now() - DAY).count(),
            "on_the_way": rows.filter(status=states.ON_THE_WAY).count(),
            "answered": [
                (row, called(row, names=names), kind_said(row.kind), why_said(row.reason)) for row in answered
            ],
            "peers": [peer_shown(peer) for peer in Peer.objects.order_by("name")],
            "recalls": [{**one, "called": called(one["row"], names=names)} for one in recalls],
            "set_aside": Incoming.objects.filter(status=states.QUARANTINED).count(),
            "takes_part": has_keys(),
            "holds_names": settings.HOLDS_NAMES,
        },
    )


def _answered() -> QuerySet[Outgoing]:
    answered = Outgoing.objects.filter(status__in=(states.ARRIVED, states.REFUSED)).exclude(kind__in=NOTES)
    return answered.select_related("peer").order_by("-answered_at", "-pk")


@require_POST
def outbox_deed(request: HttpRequest) -> HttpResponse:
    """Releases or holds what is chosen, or calls back a record."""
    by = _by(request)
    deed = request.POST.get("deed", "")
    if deed == "recall":
        rows = recall(ref=request.POST.get("ref", ""), reason=request.POST.get("reason", ""), by=by)
        messages.success(
            request,
            ngettext("%(n)s copy is called back.", "%(n)s copies are called back.", len(rows)) % {"n": len(rows)},
        )
        return redirect("exchange")
    move = {"release": release, "hold": hold}.get(deed)
    chosen = request.POST.getlist("ref")[: 2 * PAGE]
    if move is None or not chosen:
        raise Refusal("chosen", _("Choose what is to be released or held."))
    done = 0
    for ref in chosen:
        done += len(move(ref=ref, by=by))
    said = {
        "release": ngettext("%(n)s is released.", "%(n)s are released.", done),
        "hold": ngettext("%(n)s is held.", "%(n)s are held.", done),
    }
    messages.success(request, said[deed] % {"n": done})
    return redirect("exchange")


@require_GET
def nodes_page(request: HttpRequest) -> HttpResponse:
    """This node's own card, its peers with their fingerprints, and the agreements with each."""
    by = _by(request)
    own: dict[str, Any] = {}
    if has_keys():
        key = newest("sig")
        own = {**own_document(), "fingerprint": fingerprint_of(key.public()["x"]), "since": key.since[:10]}
    return render(
        request,
        "exchange/nodes.html",
        {
            "own": own,
            "peers": [peer_shown(peer) for peer in Peer.objects.order_by("name")],
            "agreements": [agreement_shown(one) for one in Agreement.objects.order_by("code")],
            "steward": is_steward(by),
            "holds_names": settings.HOLDS_NAMES,
        },
    )


@require_GET
def set_aside_page(request: HttpRequest) -> HttpResponse:
    """What came and was not taken, with the reason that its sender was told."""
    by = _by(request)
    rows = Incoming.objects.filter(status=states.QUARANTINED).select_related("peer").order_by("-pk")[:PAGE]
    shown = [(row, kind_said(row.kind), why_said(row.reason), row.reason in KEPT_SEALED) for row in rows]
    return render(
        request,
        "exchange/set_aside.html",
        {"rows": shown, "steward": is_steward(by), "holds_names": settings.HOLDS_NAMES},
    )


@require_POST
def set_aside_deed(request: HttpRequest) -> HttpResponse:
    """Tries an envelope again whose kind this release may know by now."""
    by = _by(request)
    try_again(ref=request.POST.get("ref", ""), by=by)
    return redirect("exchange_set_aside")


@require_GET
def receipt_file(request: HttpRequest, ref: str) -> HttpResponse:
    """The signed receipt of an envelope as a file, for whoever verifies it without this node."""
    _by(request)
    row = Outgoing.objects.filter(ref=ref).exclude(receipt="").first()
    if row is None:
        raise Missing("no_receipt", _("There is no such receipt."))
    return attached(HttpResponse(row.receipt, content_type="application/jose"), f"{ref}.receipt")
