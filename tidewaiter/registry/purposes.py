"""What a person reads names for, said once a session on a page, or with each request by a program."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.registry.policy import lets_in, may_consult, may_read, must_have_purpose, purpose_for

KEPT = "registry_purpose"


def purpose_of(request: HttpRequest) -> str:
    """The purpose that was said in this session, or nothing."""
    return str(request.session.get(KEPT, ""))


def keep_purpose(request: HttpRequest, said: str) -> str:
    """Keeps a purpose for this session. Raises `BadInput` where it says too little."""
    purpose = purpose_for(actor_of(request), said)
    request.session[KEPT] = purpose
    return purpose


def told_purpose(request: HttpRequest) -> str:
    """The purpose that a program says with its request (`X-Purpose`). Raises `BadInput` where it says none."""
    return must_have_purpose(request.headers.get("X-Purpose", ""))


def for_a_purpose[**P](
    view: Callable[P, HttpResponse], rule: Callable[[Actor], None] = may_read
) -> Callable[P, HttpResponse]:
    """A page with names: for those who read them (or whom `rule` lets in), and after they have said for what."""

    @wraps(view)
    def asked(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = cast(HttpRequest, args[0])
        rule(actor_of(request))
        if not purpose_of(request):
            agreed = [one for deal in lets_in(actor_of(request)) for one in deal.purposes]
            return render(request, "registry/purpose.html", {"next": request.get_full_path(), "agreed": agreed})
        return view(*args, **kwargs)

    return asked


def for_agencies_too[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """The same for a page that people of another agency open too, by agreement."""
    return for_a_purpose(view, may_consult)
