"""Pages of digital evidence: what was acquired of an exhibit, a new acquisition, reading an image again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions.acquisitions import acquire, verify_image
from tidewaiter.evidence.actions.bringing import bring_file
from tidewaiter.evidence.models import Acquisition, Exhibit
from tidewaiter.evidence.queries import exhibit_named
from tidewaiter.evidence.views import of_the_room
from tidewaiter.evidence.words_of_proof import METHODS, RESULTS, ROLES, WHY_VERIFIED
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.foundation.uploads import on_disk


def acquisition_named(exhibit: Exhibit, ref: str) -> Acquisition:
    """An acquisition of an exhibit. Raises `Missing`."""
    found = exhibit.acquisitions.filter(pk=ref).select_related("exhibit", "event").first()
    if found is None:
        raise Missing("no_acquisition", _("The exhibit has no such acquisition."))
    return found


@contextmanager
def _upload(request: HttpRequest, name: str) -> Iterator[tuple[BinaryIO, str] | None]:
    """A file of a form, opened, with its name; nothing where none came."""
    uploads = request.FILES.getlist(name)[:1]
    with on_disk(uploads) as paths:
        if not paths:
            yield None
            return
        with paths[0].open("rb") as file:
            yield file, uploads[0].name or name


@takes_files
@require_http_methods(["GET", "POST"])
def acquire_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Writing down an acquisition: how, with what, protected how, the image, the list of its files."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    policy.may_test(by, exhibit)
    typed: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
    wrong: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        try:
            _acquired(request, exhibit, typed, by)
        except WrongFields as found:
            wrong, refusal = found.fields, found.sentence
        except BadInput as found:
            wrong, refusal = {found.code: found.sentence}, found.sentence
        except Refusal as found:
            refusal = found.sentence
        else:
            messages.info(request, _("%(ref)s: written down.") % {"ref": exhibit.reference})
            return redirect("evidence_exhibit", ref=exhibit.ref)
    shown = {"exhibit": exhibit, "typed": typed, "wrong": wrong, "refusal": refusal, "methods": METHODS, "roles": ROLES}
    return render(request, "evidence/acquire.html", shown, status=400 if refusal else 200)


def _acquired(request: HttpRequest, exhibit: Exhibit, typed: dict[str, Any], by: Actor) -> None:
    with _upload(request, "image") as image, _upload(request, "manifest") as listed:
        if image is not None:
            typed["file"] = bring_file(exhibit=exhibit, file=image[0], name=image[1], by=by).sha256
        acquire(exhibit=exhibit, said=typed, by=by, manifest=listed[0] if listed else None)


@require_POST
def image_verified(request: HttpRequest, ref: str, acquisition: str) -> HttpResponse:
    """Reads the image again, or writes down the digest that was read where it lies."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    policy.may_test(by, exhibit)
    one = acquisition_named(exhibit, acquisition)
    try:
        made = verify_image(acquisition=one, by=by, told_sha256=request.POST.get("sha256", "").strip().lower())
    except BadInput as wrong:
        messages.error(request, wrong.sentence)
    else:
        say = messages.info if made.result in ("whole", "told") else messages.error
        say(request, _("Image: %(result)s.") % {"result": RESULTS[made.result]})
    return redirect("evidence_exhibit", ref=exhibit.ref)


def data_panel(request: HttpRequest, exhibit: Exhibit) -> str:
    """What was acquired of an exhibit, and when it was read last."""
    by = actor_of(request)
    rows = list(exhibit.acquisitions.order_by("-acquired_at")[:50])
    may = policy.allowed("test", exhibit, by)
    if not rows and not (may and exhibit.material in ("data", "ewaste", "")):
        return ""
    shown = {"exhibit": exhibit, "rows": rows, "may": may, "methods": METHODS, "results": RESULTS, "why": WHY_VERIFIED}
    return render_to_string("evidence/_data.html", shown, request=request)
