"""The reference lists, and type-ahead."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tidewaiter.codelists.actions import load_list
from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.places import suggest_places
from tidewaiter.codelists.queries import code_views, list_view, suggest
from tidewaiter.foundation import uploads
from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.sealed_files import opened

FIRST = 200
_USES = {"seaport": "1", "railway_station": "2", "airport": "4"}
"""By type of location: the function that such a place has in UN/LOCODE."""


@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """All lists with their edition, source and licence."""
    return render(request, "codelists/lists.html", {"lists": CodeList.objects.order_by("title")})


@require_GET
def one_list(request: HttpRequest, name: str) -> HttpResponse:
    """One list: its first codes, or those nearest to what is asked for."""
    found = get_object_or_404(CodeList, name=name)
    lang = get_language() or "en"
    said = request.GET.get("q", "").strip()[:100]
    if said:
        codes = [hit["code"] for hit in suggest(name, said, lang=lang, limit=50)]
    else:
        codes = list(found.code_set.order_by("rank").values_list("code", flat=True)[:FIRST])
    views = code_views(name, codes)
    rows = [{"code": code, "label": views[code].label(lang), "view": views[code]} for code in codes if code in views]
    return render(
        request,
        "codelists/one.html",
        {"list": found, "rows": rows, "q": said, "loads": found.loads.order_by("-loaded_at")[:10]},
    )


@require_GET
def suggest_codes(request: HttpRequest, name: str) -> HttpResponse:
    """The options of a field's list for what is typed so far; of places those of the `country` that the form names
    first, and what is of its `location_type`.
    """
    target = request.GET.get("target", "")
    said = request.GET.get(target, request.GET.get("q", ""))[:100]
    lang = get_language() or "en"
    if name == "unlocode":
        near = list_view("country").resolve(request.GET.get("country", "")[:100]).code or ""
        use = _USES.get(request.GET.get("location_type", ""), "")
        hits = suggest_places(said, near=near, only=bool(near) and target == "place", use=use, lang=lang)
    else:
        hits = suggest(name, said, lang=lang, limit=12) if said.strip() else []
    return render(request, "codelists/options.html", {"hits": hits})


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """A steward brings a newer file of a list, sees what it would change, and takes it into use."""
    by = actor_of(request)
    stewards_page(by)
    said = request.POST
    answer: dict[str, Any] = {"lists": CodeList.objects.order_by("title"), "typed": said or request.GET}
    if request.method != "POST":
        return render(request, "codelists/load.html", answer)
    known = CodeList.objects.filter(name=said.get("list", "")).first()
    name = known.name if known else said.get("name", "").strip().lower()
    held = None
    try:
        if known is None and not (name.isidentifier() and len(name) <= 40 and said.get("title", "").strip()):
            raise BadInput("list", _("Choose a list, or give a new one a name (small letters) and a title."))
        held = uploads.hold(request.FILES["file"]) if "file" in request.FILES else uploads.held(said.get("held", ""))
        meta = {
            "title": known.title if known else said["title"].strip()[:200],
            "version": said.get("version", "").strip()[:40] or held.name[:12],
            "source": said.get("source", "").strip()[:300] or (known.source if known else _("loaded by page")),
            "licence": said.get("licence", "").strip()[:100] or (known.licence if known else ""),
        }
        confirmed = said.get("confirmed") == "1"
        with opened(held) as plain:
            difference = load_list(name=name, path=plain, meta=meta, by=by, dry_run=not confirmed)
    except Refusal as refusal:
        if held is not None:
            uploads.forget(held)
        return render(request, "codelists/load.html", {**answer, "refused": refusal}, status=422)
    if confirmed:
        uploads.forget(held)
        messages.info(request, _("The list is in use."))
        return redirect("codelist", name=name)
    return render(
        request,
        "codelists/load.html",
        {**answer, "difference": difference, "held": held.name, "meta": meta, "name": name},
    )
