"""The library: what is new, one item, writing it, its feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.called import typed
from tidewaiter.cases.photos.photo_wall import visible_photos
from tidewaiter.cases.route_maps import route_of
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Outdated
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.library import policy
from tidewaiter.library.actions import (
    HANDLING,
    KINDS,
    TOPICS,
    move,
    read_item,
    say_of_item,
    visited,
    write,
)
from tidewaiter.library.as_read import digest_of, must_be_as_read
from tidewaiter.library.fields import read_written
from tidewaiter.library.files import attach_file, drop_file, file_of_item
from tidewaiter.library.models import Item, Text
from tidewaiter.library.pictures import attach_picture, bytes_of, drop_picture
from tidewaiter.library.queries import (
    item_named,
    last_visit,
    linked_cases,
    partners_of,
    readers_of,
    sought_items,
    talk_of,
    text_of,
)
from tidewaiter.people.models import Administration, Officer

PAGE, FOUND, NEWS = 50, 6, 5
DIGESTED = timedelta(days=7)


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """What one may read, newest first; what is new since the last visit says so."""
    by = actor_of(request)
    wanted = {
        name: values
        for name in ("kind", "commodity", "status", "q")
        if (values := [v for v in request.GET.getlist(name) if v.strip()])
    }
    if not request.GET.get("all") and "status" not in wanted:
        wanted["current"] = ["1"]
    visited(by=by)
    since = last_visit(by)
    items = list(sought_items(by, wanted)[: PAGE + 1])
    rows = [_row(item, since) for item in items[:PAGE]]
    waiting, drafts = _work(by)
    return render(
        request,
        "library/library.html",
        {
            "rows": rows,
            "more": len(items) > PAGE,
            "waiting": waiting,
            "drafts": drafts,
            "fresh": sum(row["new"] for row in rows),
            "kinds": list_view(KINDS).current(),
            "wanted": wanted,
            "writes": policy.writes(by),
            "every": bool(request.GET.get("all")),
        },
    )


def _row(item: Item, since: Any) -> dict[str, Any]:
    text = text_of(item, get_language() or "en")
    return {"item": item, "text": text, "new": bool(since and item.published_at and item.published_at > since)}


def found_panel(request: HttpRequest, wanted: dict[str, list[str]]) -> str:
    """The items that have the words of a search, for the page of the search box."""
    if not wanted.get("q"):
        return ""
    found = sought_items(actor_of(request), {"q": wanted["q"], "current": ["1"]})
    rows = [_row(item, None) for item in found[:FOUND]]
    shown = {"list": rows, "words": wanted["q"][-1], "number": found.count() if len(rows) == FOUND else len(rows)}
    return render_to_string("library/_found.html", shown, request=request) if rows else ""


def news_panel(request: HttpRequest, _thing: Any) -> str:
    """What was published lately, for the start page."""
    by = actor_of(request)
    since = last_visit(by)
    rows = [_row(item, since) for item in sought_items(by, {"current": ["1"]})[:NEWS]]
    return render_to_string("library/_news.html", {"rows": rows}, request=request)


def _work(by: Actor) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What waits for one's approval, and drafts that one may finish."""
    waiting = sought_items(by, {"status": ["submitted"]})[:PAGE] if policy.approves(by) else []
    drafts = sought_items(by, {"status": ["draft"]})[:PAGE] if policy.writes(by) else []
    return (
        [_row(item, None) for item in waiting if policy.allowed("publish", item, by)],
        [_row(item, None) for item in drafts if policy.allowed("amend", item, by)],
    )


def work_panel(request: HttpRequest, _thing: Any) -> str:
    """The same for the start page; nothing where nothing waits."""
    waiting, drafts = _work(actor_of(request))
    shown = {"waiting": waiting[:NEWS], "drafts": drafts[:NEWS]}
    return render_to_string("library/_work.html", shown, request=request) if waiting or drafts else ""


@require_GET
def item_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One item in the reader's language, or in one that was asked for."""
    by = actor_of(request)
    return _item_page(request, item_named(by, ref), by)


def _item_page(
    request: HttpRequest, item: Item, by: Actor, outdated: Outdated | None = None, deed: str = ""
) -> HttpResponse:
    """The page; with `outdated` why the deed that was asked for was not done, and what was typed for it."""
    typed = {deed: request.POST.get("reason", "")} if deed else {}
    texts = sorted(item.texts.all(), key=lambda one: one.lang)
    text = next((one for one in texts if one.lang == request.GET.get("lang")), text_of(item, get_language() or "en"))
    customs = policy.works_here(by)
    cases = linked_cases(item, by)
    read, every, unread = readers_of(item) if customs and item.status == "published" else (0, 0, [])
    return render(
        request,
        "library/item.html",
        {
            "item": item,
            "text": text,
            "texts": [(one, _language(one)) for one in texts],
            "cases": cases,
            "photos": list(visible_photos(by).filter(case__in=cases).order_by("-pk")[:2]),
            "route": route_of(cases, get_language() or "en"),
            "may": {deed: policy.allowed(deed, item, by) for deed in policy.MAY},
            "has_read": item.receipts.filter(username=by.username).exists(),
            "read": read,
            "every": every,
            "partners": partners_of(item) if customs and item.status == "published" else (0, 0),
            "not_read": unread[:60] if policy.is_close(by, item) else [],
            "customs": customs,
            "thread": talk_of(item, by),
            "close": policy.is_close(by, item),
            "nation": policy.is_of_a_nation(),
            "digest": digest_of(item),
            "outdated": outdated.sentence if outdated else "",
            "typed": typed,
        },
        status=409 if outdated else 200,
    )


def _language(text: Text) -> str:
    return dict(settings.LANGUAGES).get(text.lang, text.lang)


def new_item(request: HttpRequest) -> HttpResponse:
    """An empty item, or one that was posted."""
    by = actor_of(request)
    policy.may_write(by)
    return _written(request, by, None)


def edit_item(request: HttpRequest, ref: str) -> HttpResponse:
    """A draft, written anew."""
    by = actor_of(request)
    item = item_named(by, ref)
    policy.may_amend(by, item)
    return _written(request, by, item)


def _written(request: HttpRequest, by: Actor, item: Item | None) -> HttpResponse:
    refusal, wrong, values = "", "", _values(item, by)
    if request.method == "POST":
        try:
            kept = write(said=read_written(request.POST), by=by, item=item)
        except BadInput as error:  # what was typed stays on the page
            refusal, wrong = error.sentence, error.code
            values = {name: request.POST.get(name, "") for name in request.POST} | {
                "countries": request.POST.getlist("countries"),
                "agencies": request.POST.getlist("agencies"),
                "partners": request.POST.getlist("partners"),
            }
        else:
            if request.POST.get("deed") == "submit":
                move(item=kept, deed="submit", by=by)
                messages.info(request, _("Submitted."))
            else:
                messages.info(request, _("Saved as a draft."))
            return redirect("library_item", ref=kept.ref)
    lang = get_language() or "en"
    partners = Officer.objects.filter(grants__role="partner", is_active=True).distinct().order_by("username")
    languages = [
        {
            "code": code,
            "name": name,
            "title": values.get(f"title.{code}", ""),
            "body": values.get(f"body.{code}", ""),
            "open": code in ("en", lang) or bool(values.get(f"title.{code}")),
        }
        for code, name in settings.LANGUAGES
    ]
    return render(
        request,
        "library/write.html",
        {
            "item": item,
            "values": values,
            "refusal": refusal,
            "wrong": wrong,
            "tongues": languages,
            "kinds": list_view(KINDS).current(),
            "topics": list_view(TOPICS).current(),
            "marks": list_view(HANDLING).current(),
            "commodities": list_view("commodity").current(),
            "audiences": policy.audiences(),
            "nation": policy.is_of_a_nation(),
            "agencies": Administration.objects.filter(officers__is_active=True).distinct().order_by("name")
            if policy.is_of_a_nation()
            else (),
            "partners": partners,
            "countries": sorted(
                ((one.code, one.label(lang)) for one in list_view("country").current()), key=lambda row: row[1]
            ),
        },
        status=400 if refusal else 200,
    )


def _values(item: Item | None, by: Actor) -> dict[str, Any]:
    if item is None:
        return {"audience": "members", "handling": "AMBER", "kind": "alert:modus_operandi", "countries": []}
    said: dict[str, Any] = {
        name: getattr(item, name)
        for name in ("kind", "topic", "commodity", "countries", "audience", "partner", "handling", "link")
    }
    said |= {"agencies": item.agency_codes, "partners": item.partner_names}
    said["kind"] = f"{item.kind}:{item.topic}" if item.topic else item.kind
    said |= {
        name: getattr(item, name).isoformat() if getattr(item, name) else "" for name in ("valid_from", "valid_to")
    }
    for one in item.texts.all():
        said |= {f"title.{one.lang}": one.title, f"body.{one.lang}": one.body}
    seen = {case.ref: typed(case) for case in linked_cases(item, by)}
    return said | {"cases": "\n".join(seen.get(ref, ref) for ref in item.cases)}


def _attach(request: HttpRequest, item: Item, by: Actor) -> None:
    with on_disk(request.FILES.getlist("picture")[:1]) as paths:
        if not paths:
            raise BadInput("no_file", _("Choose a file."))
        attach_picture(item=item, path=paths[0], caption=request.POST.get("caption", ""), by=by)


def _attach_file(request: HttpRequest, item: Item, by: Actor) -> None:
    uploads = request.FILES.getlist("file")[:1]
    with on_disk(uploads) as paths:
        if not paths:
            raise BadInput("no_file", _("Choose a file."))
        attach_file(item=item, path=paths[0], name=uploads[0].name or "", by=by)


_DEEDS: dict[str, Callable[[HttpRequest, Item, Actor], object]] = {
    "read": lambda _request, item, by: read_item(item=item, by=by),
    "say": lambda request, item, by: say_of_item(item=item, text=request.POST.get("text", ""), by=by),
    "picture": _attach,
    "attach": _attach_file,
    "drop_file": lambda request, item, by: drop_file(item=item, digest=request.POST.get("digest", ""), by=by),
    "drop_picture": lambda request, item, by: drop_picture(item=item, digest=request.POST.get("digest", ""), by=by),
}
"""Deeds that change nothing of where an item stands; the moves are those of the policy."""


@takes_files
@require_POST
def item_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Submitting, sending back, publishing, withdrawing; pictures of a draft; saying
    that one has read it; saying something.
    """
    by = actor_of(request)
    item = item_named(by, ref)
    if deed in _DEEDS:
        _DEEDS[deed](request, item, by)
        return redirect("library_item", ref=ref)
    if deed not in policy.MAY or deed == "amend":
        raise Missing("missing", _("There is no such page."))
    policy.MAY[deed](by, item)
    try:
        must_be_as_read(item, request.POST.get("digest", ""))
        moved = move(item=item, deed=deed, by=by, reason=request.POST.get("reason", ""))
    except Outdated as outdated:
        return _item_page(request, item_named(by, ref), by, outdated, deed)
    if moved.status == "withdrawn" or deed == "send_back":
        return redirect("library")
    return redirect("library_item", ref=ref)


@require_GET
def item_picture(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """A picture of an item one reads: small, or whole."""
    by = actor_of(request)
    content = bytes_of(item_named(by, ref), digest, small=bool(request.GET.get("small")), by=by)
    headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, max-age=86400"}
    return attached(HttpResponse(content, content_type="image/jpeg", headers=headers), f"{digest[:12]}.jpg")


@require_GET
def item_file(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """A file of an item one reads: to be kept, never opened in the page."""
    content, file = file_of_item(item_named(actor_of(request), ref), digest)
    headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-store"}
    return attached(HttpResponse(content, content_type=file["type"], headers=headers), file["name"])


def feed(request: HttpRequest, by: Actor) -> HttpResponse:
    """The latest items this person may read, as an Atom feed."""
    rows = [_row(item, None) for item in sought_items(by, {"current": ["1"]})[:PAGE]]
    shown = {
        "rows": rows,
        "address": settings.TIDEWAITER_URL,
        "updated": rows[0]["item"].published_at if rows else None,
    }
    return render(request, "library/feed.xml", shown, content_type="application/atom+xml; charset=utf-8")


@require_GET
def atom(request: HttpRequest) -> HttpResponse:
    """The feed for a browser that is signed in; programs ask `/api/v1/library/feed.atom` with their token."""
    return feed(request, actor_of(request))


@require_GET
def digest(request: HttpRequest) -> HttpResponse:
    """What was published in the last seven days as plain text, ready for a mail."""
    by = actor_of(request)
    rows = [
        _row(item, None)
        for item in sought_items(by, {"current": ["1"]}).filter(published_at__gte=now() - DIGESTED)[:PAGE]
    ]
    return render(
        request,
        "library/digest.txt",
        {"rows": rows, "address": settings.TIDEWAITER_URL},
        content_type="text/plain; charset=utf-8",
    )
