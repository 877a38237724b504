"""The desk's own page and what it needs to run without a line; the page of devices; what came and is to be settled."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.titles import title_of
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.offline import policy, states, wire
from tidewaiter.offline.actions.bringing import bring
from tidewaiter.offline.actions.devices import end_device, enrol
from tidewaiter.offline.actions.settling import differences_of, keep_as_notes, merge_versions, settle_by_hand
from tidewaiter.offline.keys import public_keys
from tidewaiter.offline.models import Item
from tidewaiter.offline.packs import Pack, packs_for
from tidewaiter.offline.presenters import (
    brought_shown,
    device_shown,
    difference_shown,
    item_shown,
    items_shown,
    typed_of,
)
from tidewaiter.offline.queries import arrivals, brought_items, cases_to_carry, device_by_ref, devices_for, item_by_ref
from tidewaiter.offline.words import page_words

APP = Path(__file__).parent / "app"
TYPES = {".js": "text/javascript", ".css": "text/css"}
STYLES = ("vendor/tabler.css", "vendor/tabler.rtl.css", "tidewaiter.css", "icons.svg", "mark.svg", "theme.js")
"""What the page has of the house."""
FOREVER = "public, max-age=31536000, immutable"
RECEIPTS_TYPE = "application/octet-stream"
MOST_SHOWN = 200
DESK_CSP: dict[str, Any] = settings.SECURE_CSP | {
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "img-src": [CSP.SELF, "blob:"],
}
"""The node's own, and what a page that is installed and shows its own photos needs. No script but the node's."""


@cache
def app_files() -> dict[str, bytes]:
    """The desk's scripts and styles by name, as they lie in the room."""
    return {path.name: path.read_bytes() for path in sorted(APP.iterdir()) if path.suffix in TYPES}


@cache
def app_version() -> str:
    """What names this edition of the desk: a digest of its files."""
    return digest([[name, content.hex()] for name, content in app_files().items()])[:16]


@csp_override(DESK_CSP)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The page itself. It holds nothing of anybody, so that the device may keep it."""
    by = actor_of(request)
    if not policy.has_desk(by):
        raise Missing("missing", _("There is no such page."))
    shown = {"version": app_version(), "words": json.dumps(page_words(), ensure_ascii=False)}
    return render(request, "offline/desk.html", shown)


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which says of which edition it is and what belongs to it."""
    version = app_version()
    files = [f"/offline/app/{version}/{name}" for name in app_files() if name != "worker.js"]
    files += [static(name) for name in STYLES] + [reverse("offline_manifest"), reverse("offline_mark")]
    head = f"const VERSION = {json.dumps(version)}, FILES = {json.dumps(files)};\n"
    answer = HttpResponse(head + app_files()["worker.js"].decode(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_GET
def app_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """A script or style of the desk, under its edition."""
    content = app_files().get(name)
    if content is None or version != app_version():
        raise Missing("missing", _("There is no such page."))
    answer = HttpResponse(content, content_type=TYPES[Path(name).suffix])
    answer["Cache-Control"] = FOREVER
    return answer


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser installs the desk by."""
    said = {
        "name": "Tidewaiter · " + _("Off-line desk"),
        "short_name": "Tidewaiter",
        "start_url": reverse("offline_desk"),
        "scope": reverse("offline_desk"),
        "display": "standalone",
        "background_color": "#f3f5f5",
        "theme_color": "#0a5f73",
        "icons": [{"src": "/offline/mark.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@login_not_required
@require_GET
def mark(request: HttpRequest) -> HttpResponse:
    """The mark of the house, for the device's own list of programs."""
    return HttpResponse((APP / "mark.svg").read_bytes(), content_type="image/svg+xml")


def _packs(request: HttpRequest) -> dict[str, Pack]:
    by = actor_of(request)
    policy.may_enrol(by)
    return packs_for(by.administration_code, get_language() or "en")


@require_GET
def pack_index(request: HttpRequest) -> HttpResponse:
    """Which definitions there are for this person's device, and who they are."""
    by = actor_of(request)
    packs = _packs(request)
    said = {
        "version": app_version(),
        "username": by.username,
        "name": by.display_name,
        "administration": by.administration_code,
        "csrf": get_token(request),
        "keys": public_keys(),
        "packs": [pack.entry() for pack in packs.values()],
    }
    return JsonResponse(said)


@require_GET
def pack_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of them."""
    pack = _packs(request).get(name)
    if pack is None:
        raise Missing("missing", _("There is no such page."))
    return HttpResponse(pack.content, content_type="application/json")


@require_GET
def carried(request: HttpRequest) -> HttpResponse:
    """The latest cases of one's own administration, to be looked up and corrected without a line."""
    by = actor_of(request)
    policy.may_enrol(by)
    return JsonResponse({"username": by.username, "cases": cases_to_carry(by)})


@require_POST
def enrol_device(request: HttpRequest) -> HttpResponse:
    """Takes a device into use for who is signed in at it."""
    said = {name: request.POST.get(name, "") for name in ("name", "public_key", "proof")}
    try:
        device = enrol(**said, by=actor_of(request))
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code, "message": refusal.sentence}, status=422)
    return JsonResponse({"device": device.ref, "keys": public_keys()}, status=201)


@require_GET
def devices_page(request: HttpRequest) -> HttpResponse:
    """Devices: when each was last seen, since when its oldest waits, of which edition its page is."""
    by = actor_of(request)
    devices = [device_shown(one, app_version()) for one in devices_for(by)[:MOST_SHOWN]]
    return render(request, "offline/devices.html", {"devices": devices, "has_desk": policy.has_desk(by)})


@require_POST
def end_deed(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes a device out of use, or says that it is lost."""
    by = actor_of(request)
    device = device_by_ref(by, ref)
    lost = request.POST.get("deed") == "lost"
    ended = end_device(device=device, lost=lost, reason=request.POST.get("reason", ""), by=by)
    said = _("«%(name)s» is out of use. What it holds stays sealed.") % {"name": ended.name}
    messages.success(request, said)
    return redirect("offline_devices")


@takes_files
def arrivals_page(request: HttpRequest) -> HttpResponse:
    """What came from devices, and what of it waits for somebody; posted, a saved queue."""
    by = actor_of(request)
    if not policy.has_desk(by):
        raise Missing("missing", _("There is no such page."))
    brought = refusal = None
    if request.method == "POST":
        try:
            brought = _brought(request)
        except BadInput as bad:
            refusal = bad
    rows = arrivals(by)
    bundle = request.GET.get("brought", "") if not brought else brought["receipt"] if brought["receipts"] else ""
    shown = {
        "bundle": brought_shown(bundle, brought_items(by, bundle)) if bundle else None,
        "open": items_shown(by, rows.filter(status__in=states.OPEN)[:MOST_SHOWN]),
        "rows": items_shown(by, rows.exclude(status__in=states.OPEN)[:50]),
        "brought": brought,
        "refusal": refusal,
    }
    return render(request, "offline/arrivals.html", shown, status=400 if refusal else 200)


@require_GET
def receipts_of(request: HttpRequest, bundle: str) -> HttpResponse:
    """The receipts of a saved queue, to be carried back to its device: what is signed for is deleted there."""
    rows = brought_items(actor_of(request), bundle).order_by("came_at", "ref")
    answer = HttpResponse(wire.receipts_file(rows.values_list("receipt", flat=True)), content_type=RECEIPTS_TYPE)
    return attached(answer, f"{bundle}.receipts")


def _brought(request: HttpRequest) -> dict[str, Any]:
    by = actor_of(request)
    uploads = request.FILES.getlist("file")
    if len(uploads) != 1:
        raise BadInput("no_file", _("Choose a file."))
    with on_disk(uploads) as [path]:
        return bring(path=path, by=by).answer()


def item_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One item that waits for somebody: two versions field by field, or what was wrong and what was typed."""
    by = actor_of(request)
    item = item_by_ref(by, ref)
    policy.may_settle(by, item.device)
    refused = None
    if request.method == "POST":
        try:
            _settle(request, item)
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, _("Settled."))
            return redirect("case_page", item.case) if item.case else redirect("offline_arrivals")
        item.refresh_from_db()
    if item.status == states.CONFLICT:
        return _two_versions(request, item, refused)
    return render(
        request,
        "offline/held.html",
        {"item": item_shown(item), "typed": typed_of(item, by), "refused": refused},
        status=422 if refused else 200,
    )


def _settle(request: HttpRequest, item: Item) -> None:
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise BadInput("deed", _("There is no such deed."))
    item.case = deed(item, actor_of(request), request.POST).case


def _merged(item: Item, by: Actor, post: QueryDict) -> Item:
    chosen = {name[5:]: str(side) for name, side in post.items() if name.startswith("take:")}
    version = read_whole(post.get("version", "") or "0")
    return merge_versions(item=item, chosen=chosen, version=version, digest=post.get("digest", ""), by=by)


def _by_hand(item: Item, by: Actor, post: QueryDict) -> Item:
    case = post.get("case", "").strip()
    if not case:
        raise BadInput("case", _("Give the ref of the case that it was entered as."))
    return settle_by_hand(item=item, case=case, by=by)


_DEEDS: dict[str, Callable[[Item, Actor, QueryDict], Item]] = {
    "merge": _merged,
    "notes": lambda item, by, _post: keep_as_notes(item=item, by=by),
    "by_hand": _by_hand,
    "drop": lambda item, by, _post: settle_by_hand(item=item, case="", by=by),
}
"""What a person does with an item that the node could not take by itself."""


def _two_versions(request: HttpRequest, item: Item, refused: Refusal | None) -> HttpResponse:
    case = case_by_ref(actor_of(request), item.case)
    lang = get_language() or "en"
    chosen = {name[5:]: str(side) for name, side in request.POST.items() if name.startswith("take:")}
    form = form_named(case.form, case.form_version)
    rows = [difference_shown(one, case, chosen, lang) for one in differences_of(item, case)]
    shown = {
        "item": item_shown(item),
        "case": case,
        "rows": rows,
        "open": sum(one["open"] and not one["side"] for one in rows),
        "title": title_of(case, [row.document for row in case.lines.order_by("number")], form, lang),
        "photos": len(case.header.get("photos", ())),
        "coming": len(item.manifest),
        "own": item.device.username == actor_of(request).username,
        "next_version": case.version + (case.status in ("submitted", "validated")),
        "refused": refused,
    }
    return render(request, "offline/conflict.html", shown, status=422 if refused else 200)
