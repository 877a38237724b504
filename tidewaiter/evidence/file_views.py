"""Doors of files: taking one away, the picture on a page, and the two people of a restricted one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.evidence import actions
from tidewaiter.evidence.queries import exhibit_named, party_of
from tidewaiter.evidence.views import of_the_room, purpose_here
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.refusals import Missing

_HEADERS = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-store"}


@require_GET
def exhibit_file(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """A file byte for byte as it came: to be kept, never opened in the page."""
    by = of_the_room(request)
    content, _kind, name = actions.open_file(
        exhibit=exhibit_named(by, ref), digest=digest, purpose=purpose_here(request), by=by
    )
    return attached(HttpResponse(content, content_type="application/octet-stream", headers=_HEADERS), name)


@require_GET
def exhibit_picture(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """The copy of a picture that a page shows."""
    by = of_the_room(request)
    content, kind, _name = actions.open_file(
        exhibit=exhibit_named(by, ref), digest=digest, purpose=purpose_here(request), by=by, view=True
    )
    return HttpResponse(content, content_type=kind, headers=_HEADERS)


@require_POST
def party_page(request: HttpRequest, ref: str, party: str) -> HttpResponse:
    """The name of somebody who signed without an account: asked for by a button, and with a purpose."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    purpose = request.POST.get("purpose", "") or str(request.session.get("registry_purpose", ""))
    found = party_of(exhibit, party)
    read = None
    if purpose:
        read = actions.read_party(party=found, exhibit=exhibit, purpose=purpose, by=by)
    return render(request, "evidence/party.html", {"exhibit": exhibit, "party": read, "ref": found.ref})


_DEEDS: dict[str, Callable[..., object]] = {
    "ask": lambda exhibit, digest, _asker, by: actions.ask_to_look(exhibit=exhibit, digest=digest, by=by),
    "allow": lambda exhibit, digest, asker, by: actions.allow_look(exhibit=exhibit, digest=digest, asker=asker, by=by),
}


@require_POST
def look_deed(request: HttpRequest, ref: str, digest: str, deed: str) -> HttpResponse:
    """Asking to open a restricted file, and letting somebody else do so."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    if deed not in _DEEDS:
        raise Missing("missing", _("There is no such page."))
    _DEEDS[deed](exhibit, digest, request.POST.get("asker", ""), by)
    messages.info(request, _("%(ref)s: written down.") % {"ref": exhibit.reference})
    return redirect("evidence_exhibit", ref=exhibit.ref)
