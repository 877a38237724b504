"""The page of requests for information: asking another node in words, and replying; and the end of an agreement."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.exchange import policy
from tidewaiter.exchange.actions.ending import end_agreement
from tidewaiter.exchange.actions.inquiring import inquire, read_inquiries, reply_to_inquiry
from tidewaiter.exchange.models import Inquiry, Peer
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Missing, passes

PAGE = 30


def _by(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not passes(policy.may_ask, by) or not settings.HOLDS_NAMES:
        raise Missing("missing", _("There is no such page."))
    return by


@require_http_methods(["GET", "POST"])
def requests_page(request: HttpRequest) -> HttpResponse:
    """What was asked and what was replied; posted, one request more."""
    by = _by(request)
    if request.method == "POST":
        said = {name: request.POST.get(name, "").strip() for name in ("to", "subject", "text", "concerns", "due")}
        inquire(said=said, by=by)
        messages.success(request, _("Asked: the reply stands here when it has come."))
        return redirect("exchange_requests")
    rows = list(Inquiry.objects.select_related("peer").order_by("-at")[:PAGE])
    read_inquiries(rows=rows, by=by)
    return render(
        request,
        "exchange/requests.html",
        {
            "rows": rows,
            "peers": Peer.objects.filter(revoked_at=None).exclude(shape="central").order_by("title"),
            "releases": policy.sees(by),
            "holds_names": True,
        },
    )


@require_POST
def reply_deed(request: HttpRequest, ref: str) -> HttpResponse:
    """Replies to a request of another node."""
    by = _by(request)
    reply_to_inquiry(ref=ref, text=request.POST.get("text", ""), by=by)
    messages.success(request, _("Replied: it leaves by itself."))
    return redirect("exchange_requests")


@require_POST
def end_deed(request: HttpRequest) -> HttpResponse:
    """Leaves an agreement."""
    held = end_agreement(code=request.POST.get("code", "")[:60], by=actor_of(request))
    messages.success(
        request, _("«%(code)s» has ended: nothing leaves under it, and what came is erased.") % {"code": held.code}
    )
    return redirect("exchange_nodes")
