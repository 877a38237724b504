"""A steward's page of what the node does by itself: when each deed was last done, and what was set aside."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import Actor, stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.jobs.models import FailedItem
from tidewaiter.site.failed_items import drop, retry, retry_all
from tidewaiter.site.readiness import readiness

SHOWN = 200


@require_GET
def clock(request: HttpRequest) -> HttpResponse:
    """The deeds of the schedule, who follows the ledger, and the items that failed,
    those that wait for a steward first.
    """
    stewards_page(actor_of(request))
    rows = FailedItem.objects.order_by("state", "since", "pk")
    return render(
        request,
        "clock.html",
        {
            "state": readiness(),
            "items": list(rows.exclude(state="dropped")[:SHOWN]),
            "dropped": list(rows.filter(state="dropped")[:SHOWN]),
            "shown": SHOWN,
        },
    )


_DEEDS: dict[str, tuple[Callable[[int, Actor], object], Promise]] = {
    "retry": (lambda item, by: retry(item=item, by=by), _("It is tried at the next turn.")),
    "retry_all": (lambda _item, by: retry_all(by=by), _("All are tried at the next turn.")),
    "drop": (lambda item, by: drop(item=item, by=by), _("It is left alone until its record changes.")),
}
"""What a steward does with work that was set aside, and what the page says then."""


@require_POST
def clock_deed(request: HttpRequest, deed: str) -> HttpResponse:
    """Lets one item be tried again, or all; or drops one."""
    by = actor_of(request)
    stewards_page(by)
    item = whole(request.POST.get("item", "")) or 0
    if deed not in _DEEDS:
        raise Http404
    do, done = _DEEDS[deed]
    do(item, by)
    messages.info(request, str(done))
    return redirect("clock")
