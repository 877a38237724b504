"""The search page, watch lists, similar cases and photos, two cases side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.called import case_called
from tidewaiter.cases.facets import facets_of
from tidewaiter.cases.filter_params import read_filters
from tidewaiter.cases.models import Case, SavedFilter
from tidewaiter.cases.photos.photo_wall import photos_of, visible_photos
from tidewaiter.cases.presenters import word
from tidewaiter.cases.queries import add_duplicate_findings, case_by_ref, page_of, sought
from tidewaiter.cases.side_by_side import differences
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.jobs.set_aside import set_aside_refs
from tidewaiter.people.policy import is_customs
from tidewaiter.search.actions import DEED, ref_of_watch, unwatch, watch
from tidewaiter.search.linking import KINDS, link, linked_to, unlink
from tidewaiter.search.pictures import photos_like
from tidewaiter.search.queries import refs_told, watches_of, watches_told_lately
from tidewaiter.search.similar import Alike, reasons, similar_to
from tidewaiter.vault.actions import hashes_of_file
from tidewaiter.vault.models import Picture

FIRST, MOST_PHOTOS = 12, 1000
SAVED = 6
"""Watches and saved narrowings on the start page."""
_CHIPS = ("form", "country", "status", "mode", "year")


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Cases and photos that have the words; one's watches."""
    by = actor_of(request)
    wanted = read_filters(request.GET)
    shown: dict[str, Any] = {"wanted": wanted, "query": request.GET.urlencode(), "customs": is_customs(by)}
    if not is_customs(by):  # what other rooms find is all that is theirs
        return render(request, "search/search.html", shown)
    shown["watches"] = _watches(request, by)
    if wanted:
        found = sought(by, wanted)
        page = page_of(found.cases, size=FIRST, few=found.keys is not None)
        add_duplicate_findings(by, page.cases)
        total, facets = facets_of(by, wanted, found.keys)
        lang = get_language() or "en"
        chips = [
            {"name": name, "value": value, "word": word(name, str(value), lang) or str(value), "n": number}
            for name in _CHIPS
            for value, number in facets[name].most_common(4)
            if value not in ("", None) and name not in wanted
        ]
        of_photos = {name: values for name, values in wanted.items() if name in (*_CHIPS, "q")}
        pictures = photos_of(by, of_photos, found.keys)
        photos = list(pictures.order_by("-pk")[:FIRST])
        shown["of_photos"] = pictures.order_by()[:MOST_PHOTOS].count() if len(photos) == FIRST else len(photos)
        shown |= {"cases": page.cases, "total": total, "more": found.more, "photos": photos, "chips": chips}
    return render(request, "search/search.html", shown)


def _watches(request: HttpRequest, by: Actor) -> list[dict[str, Any]]:
    opened, failed = request.GET.get("watch", ""), set_aside_refs(DEED)
    return [
        {
            "watch": one,
            "cases": refs_told(one.name, by) if one.name == opened else [],
            "failed": ref_of_watch(one) in failed,
        }
        for one in watches_of(by)
    ]


def saved_panel(request: HttpRequest, _thing: Any) -> str:
    """One's watches with how many new cases each has told of lately, and one's saved narrowings of the list."""
    by = actor_of(request)
    if not is_customs(by):
        return ""
    shown = {
        "watches": watches_told_lately(by)[:SAVED],
        "filters": list(SavedFilter.objects.filter(username=by.username).order_by("name")[:SAVED]),
    }
    return render_to_string("search/_saved.html", shown, request=request)


@require_POST
def watch_deed(request: HttpRequest) -> HttpResponse:
    """Begins or ends a watch."""
    by = actor_of(request)
    name = request.POST.get("name", "")
    if request.POST.get("deed") == "drop":
        unwatch(name=name, by=by)
        return redirect("search")
    made = watch(name=name, query=request.POST.get("query", ""), by=by)
    messages.info(request, _("You will be told when a new case matches."))
    return redirect(f"{reverse('search')}?{made.query}")


@require_GET
def similar(request: HttpRequest, ref: str) -> HttpResponse:
    """Cases like one, with the reasons: a page, or a panel on the page of the case."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    rows = _in_words(similar_to(case, by))
    template = "search/_similar.html" if request.headers.get("HX-Request") else "search/similar.html"
    return render(request, template, {"case": case, "rows": rows})


def _in_words(found: list[Alike]) -> list[dict[str, Any]]:
    lang = get_language() or "en"
    return [{"case": one.case, "share": round(100 * one.score), "why": reasons(one, lang)} for one in found]


def similar_panel(request: HttpRequest, case: Case) -> str:
    """The place on a case's page that similar cases fill, once the page is there; without script a link."""
    return render_to_string("search/_similar_panel.html", {"case": case}, request=request)


@takes_files
def like(request: HttpRequest) -> HttpResponse:
    """Photos like one that is here (`photo`, of a case one sees), or like one that was brought."""
    by = actor_of(request)
    found, photo = [], None
    if request.method == "POST":
        upload = request.FILES.get("picture")
        if upload is None:
            raise BadInput("no_file", _("Choose a picture."))
        with on_disk([upload]) as (path,):
            hashes, quality = hashes_of_file(path=path)
        found = photos_like(hashes, by)
    else:
        digest = request.GET.get("photo", "")
        photo = visible_photos(by).filter(digest=digest).order_by("-pk").first()
        picture = Picture.objects.filter(digest=digest).first()
        if photo is None or picture is None:
            raise Missing("no_photo", _("The case has no such photo."))
        found, quality = photos_like(picture.hashes, by, but=digest), picture.quality
    return render(request, "search/like.html", {"rows": found, "photo": photo, "quality": quality})


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two cases side by side."""
    by = actor_of(request)
    one, other = (case_called(by, request.GET.get(name, "")) for name in ("one", "other"))
    rows = differences(one, other, get_language() or "en")
    shown = {
        "one": one,
        "other": other,
        "rows": rows,
        "linked": [row for row in linked_to(one, by) if row.case.ref == other.ref],
    }
    return render(
        request, "search/compare.html", {**shown, "kinds": list(list_view(KINDS).codes), "customs": is_customs(by)}
    )


@require_POST
def link_deed(request: HttpRequest) -> HttpResponse:
    """Draws a link between two cases that one sees, or takes it away."""
    by = actor_of(request)
    one, other = (case_called(by, request.POST.get(name, "")) for name in ("one", "other"))
    kind = request.POST.get("kind", "")
    if request.POST.get("deed") == "drop":
        unlink(one=one, other=other, kind=kind, by=by)
        messages.info(request, _("The link is taken away."))
    else:
        made = link(one=one, other=other, kind=kind, reason=request.POST.get("reason", ""), by=by)
        theirs = _("The cases are linked so already, by %(by)s: that link stays as it is.") % {"by": made.by}
        messages.info(request, _("The cases are linked.") if made.by == by.username else theirs)
    return redirect("case_page", ref=one.ref)


def linked_panel(request: HttpRequest, case: Case) -> str:
    """The cases linked to one, and the place to link another."""
    by = actor_of(request)
    rows = linked_to(case, by)
    if not rows and not is_customs(by):
        return ""
    return render_to_string(
        "search/_linked_panel.html", {"case": case, "rows": rows, "customs": is_customs(by)}, request=request
    )
