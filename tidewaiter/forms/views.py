"""The forms in use, with their templates and schemas."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.forms.actions import define, retire
from tidewaiter.forms.preview import difference
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.forms.schemas import json_schema
from tidewaiter.forms.workbook import template
from tidewaiter.forms.xml import example_xml, xsd
from tidewaiter.foundation.actors import must_be_steward, stewards_page
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.tables import XLSX


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
    return attached(answer, f"{form.code}-{form.version}.xlsx")


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


@require_GET
def example_file(request: HttpRequest, code: str) -> HttpResponse:
    """The form's example as XML."""
    return HttpResponse(example_xml(form_named(code)), content_type="application/xml")


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """A steward brings a definition, sees what it would change, and takes it into use."""
    by = actor_of(request)
    stewards_page(by)
    if request.method != "POST":
        return render(request, "forms/load.html")
    given = request.FILES.get("file")
    longest = most("toml_bytes")
    text = given.read(longest + 1).decode("utf-8", "replace") if given else request.POST.get("text", "")
    try:
        if request.POST.get("confirmed") == "1":
            definition = define(text=text, by=by)
            messages.info(request, _("The form is in use."))
            return redirect("form_list")
        definition, changes = difference(text)
    except Refusal as refusal:
        return render(request, "forms/load.html", {"refused": refusal}, status=422)
    return render(request, "forms/load.html", {"definition": definition, "changes": changes, "text": text})


@require_POST
def retire_form(request: HttpRequest, code: str) -> HttpResponse:
    """A steward takes a form out of use for new cases."""
    by = actor_of(request)
    must_be_steward(by)
    retire(code=code, by=by)
    messages.info(request, _("The form is retired; cases that were filed with it stay readable."))
    return redirect("form_list")
