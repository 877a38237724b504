"""What every page of a group begins with: who asks, their seat, the head and the tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tidewaiter.advisories.queries import visible_advisories
from tidewaiter.experts import policy, queries
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.words import OFFICES, SECTORS, STANDINGS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing

LISTS = frozenset({"came", "completed"})
"""Fields of pages in which several are ticked."""


def of_the_room(request: HttpRequest) -> Actor:
    """The person who asks. Raises `Missing` for whoever has no seat anywhere."""
    by = actor_of(request)
    if not policy.has_groups(by):
        raise Missing("missing", _("There is no such page."))
    return by


def said_in(post: QueryDict) -> dict[str, Any]:
    """What a page posted, by field."""
    return {name: post.getlist(name) if name in LISTS else str(post[name]) for name in post}


def entered(request: HttpRequest, code: str) -> Seat | HttpResponse:
    """The seat of whoever asks; or the page of the terms, where they were not accepted yet."""
    seat = queries.seat_in(of_the_room(request), code)
    return seat if seat.accepted else redirect("expert_terms", code=code)


def frame_of(seat: Seat, tab: str) -> dict[str, Any]:
    """What every page of a group shows: its head and its tabs."""
    warnings = visible_advisories(seat.by).filter(collection__code=seat.group.pk)
    return {
        "seat": seat,
        "group": seat.group,
        "tab": tab,
        "warnings": warnings.count(),
        "polls_open": queries.polls_of(seat).filter(closed_at=None, closes_at__gt=now()).count(),
        "may": {deed: policy.allowed(deed, seat) for deed in policy.MAY},
        "sector_words": SECTORS,
        "standing_words": STANDINGS,
        "office_words": OFFICES,
    }


def page(
    request: HttpRequest,
    template: str,
    shown: dict[str, Any],
    refusal: str = "",
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A page; where a deed was refused it says why and keeps what was typed."""
    shown |= {"refusal": refusal, "typed": typed or {}}
    return render(request, template, shown, status=400 if refusal else 200)
