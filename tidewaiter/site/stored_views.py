"""What is stored: one's own things with a way to forget them; for stewards every administration with its bound."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.limits import GIB
from tidewaiter.foundation.parameters import read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Administration
from tidewaiter.site.stored import counted
from tidewaiter.vault.actions import set_stored_bound
from tidewaiter.vault.models import Stored, StoredSum
from tidewaiter.vault.storage import bound_of, stored_of

LARGEST = 200
_MOST_GIB = 2**30


def _about(administration: str) -> dict[str, Any]:
    size = StoredSum.objects.filter(administration=administration).values_list("size", flat=True).first() or 0
    bound = bound_of(administration)
    return {"size": size, "bound": bound, "share": min(100, size * 100 // bound), "kinds": stored_of(administration)}


@require_GET
def own_stored(request: HttpRequest) -> HttpResponse:
    """How much one's administration has stored, and one's own largest things."""
    by = actor_of(request)
    listed = [kind for kind, of_kind in counted().items() if of_kind.listed]
    things = Stored.objects.filter(username=by.username, kind__in=listed).order_by("-size")[:LARGEST]
    return render(request, "stored.html", {"about": _about(by.administration_code), "things": things})


@require_GET
def all_stored(request: HttpRequest) -> HttpResponse:
    """A steward's page: every administration that has stored something, the largest first."""
    stewards_page(actor_of(request))
    names = dict(Administration.objects.values_list("code", "name"))
    sums = StoredSum.objects.order_by("-size")
    rows = [
        {
            "code": one.administration,
            "name": names.get(one.administration, ""),
            "own": one.bound,
            **_about(one.administration),
        }
        for one in sums
    ]
    return render(request, "stored_all.html", {"rows": rows})


@require_POST
def set_bound(request: HttpRequest) -> HttpResponse:
    """Gives an administration a bound of its own, in GiB; nothing typed takes it away again."""
    by = actor_of(request)
    stewards_page(by)
    administration = request.POST.get("administration", "")
    if not Administration.objects.filter(code=administration).exists():
        raise BadInput("administration", _("There is no such administration."))
    set_stored_bound(administration=administration, size=_bytes(request.POST.get("gib", "").strip()), by=by)
    messages.info(request, _("Saved."))
    return redirect("all_stored")


def _bytes(text: str) -> int | None:
    if not text:
        return None
    return round(read_number(text, low=0, high=_MOST_GIB) * GIB)
