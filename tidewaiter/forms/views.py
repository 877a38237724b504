"""The forms in use, with their templates and schemas."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.forms.schemas import json_schema, xsd
from tidewaiter.forms.workbook import template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """Every form with its files."""
    lang = get_language() or "en"
    rows = [{"form": form, "title": form.title(lang), "fields": len(form.columns)} for form in forms_in_use()]
    return render(request, "forms/list.html", {"rows": rows})


@require_GET
def template_file(request: HttpRequest, code: str) -> HttpResponse:
    """The Excel template in the reader's language."""
    form = form_named(code)
    simple = bool(request.GET.get("simple"))
    answer = HttpResponse(template(form, lang=get_language() or "en", simple=simple), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{form.code}-{form.version}.xlsx"'
    return answer


@require_GET
def schema_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The XML Schema or the JSON Schema."""
    form = form_named(code)
    if kind == "xsd":
        return HttpResponse(xsd(form), content_type="application/xml")
    if kind == "json":
        return HttpResponse(
            json.dumps(json_schema(form), ensure_ascii=False, indent=1),
            content_type="application/schema+json",
        )
    raise Http404
