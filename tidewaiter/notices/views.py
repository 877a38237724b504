"""The page of one's notices, and of what rings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.doors import actor_of
from tidewaiter.notices.actions import mark_seen
from tidewaiter.notices.models import Notice, Ringing
from tidewaiter.notices.policy import allowed
from tidewaiter.notices.queries import heard, ringing_named, still_ringing
from tidewaiter.notices.ringing import acknowledge

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


def _about(one: Ringing) -> Notice:
    """What rings as a notice of its deed: so that its words and its page are those of the thing's room."""
    return Notice(to="", at=one.at, deed=one.deed, by=one.by, ref=one.about)


@require_GET
def ringing(request: HttpRequest) -> HttpResponse:
    """What rings for a person, and what has rung."""
    by = actor_of(request)
    rows = [(one, _about(one), allowed("acknowledge", one, by)) for one in heard(by)[:SHOWN]]
    rows.sort(key=lambda row: row[0].ended_at is not None)
    shown = {"rows": rows, "still": sum(row[0].ended_at is None for row in rows)}
    return render(request, "notices/ringing.html", shown)


@require_GET
def ringing_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One thing that rings: since when, who was told at which level, who has it."""
    by = actor_of(request)
    one = ringing_named(by, ref)
    shown = {
        "one": one,
        "about": _about(one),
        "rung": list(one.rung.order_by("at", "pk")),
        "may_acknowledge": allowed("acknowledge", one, by),
    }
    return render(request, "notices/ringing_one.html", shown)


@require_POST
def acknowledge_ringing(request: HttpRequest, ref: str) -> HttpResponse:
    """One has it: it is quiet for everybody."""
    by = actor_of(request)
    acknowledge(ringing=ringing_named(by, ref), by=by)
    messages.info(request, _("You have it. It rings no more."))
    return redirect("ringing_page", ref=ref)


def ringing_panel(request: HttpRequest, _thing: Any) -> str:
    """What rings for a person and nobody has yet."""
    by = actor_of(request)
    rows = [(one, _about(one), allowed("acknowledge", one, by)) for one in still_ringing(by)[:6]]
    return render_to_string("notices/_ringing.html", {"rows": rows}, request=request) if rows else ""
