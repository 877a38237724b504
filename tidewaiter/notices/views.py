"""The page of one's notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.doors import actor_of
from tidewaiter.notices.actions import mark_seen
from tidewaiter.notices.models import Notice

SHOWN = 200


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices, those not read first marked."""
    rows = list(Notice.objects.filter(to=actor_of(request).username).order_by("-at", "-pk")[:SHOWN])
    return render(request, "notices/notices.html", {"rows": rows, "unread": sum(row.seen_at is None for row in rows)})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """All are read."""
    mark_seen(by=actor_of(request))
    return redirect("notices")
