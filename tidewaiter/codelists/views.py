"""The reference lists, and type-ahead."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.queries import code_views, suggest

FIRST = 200


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
    """The options of a field's list for what is typed so far."""
    target = request.GET.get("target", "")
    said = request.GET.get(target, request.GET.get("q", ""))[:100]
    hits = suggest(name, said, lang=get_language() or "en", limit=12) if said.strip() else []
    return render(request, "codelists/options.html", {"hits": hits})
