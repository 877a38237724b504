"""The page on which a foreign file is mapped, tried and kept for the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.cases.policy import INT, may_file
from tidewaiter.forms.engine import Form
from tidewaiter.forms.problems import SENTENCES
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.uploads import forget_sealed, seal
from tidewaiter.intake.actions import drop_mapping, keep_mapping
from tidewaiter.intake.helping import Looked, look, mapping_of, opened, proposed, tried
from tidewaiter.intake.mapping import Formats, Mapping
from tidewaiter.intake.proposing import Proposal, mapping_text, targets_of

_CONSTANTS = ("country", "subtype", "unit", "location_type", "direction", "conveyance.mode", "currency")
DATES = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y%m%d",
    "%d-%b-%Y",
    "%d %B %Y",
    "%Y-%b",
)


@require_http_methods(["GET", "HEAD", "POST"])
def map_file(request: HttpRequest) -> HttpResponse:
    """Brings a file, shows a proposal, tries choices, keeps the mapping."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    if request.method != "POST":
        return _begin(request, "")
    try:
        form = form_named(request.POST.get("form", ""))
        sealed = request.POST.get("sealed") or _sealed(request)
        with opened(sealed) as path:
            looked = look(path, form)
    except BadInput as refusal:
        return _begin(request, refusal.sentence)
    country = "" if by.administration_code == INT else by.administration_code
    proposals, mapping = proposed(looked, form, country)
    if request.POST.get("chosen"):
        mapping = _chosen(request, looked, form)
        for one, head in zip(proposals, looked.heads, strict=True):
            one.path = next((path for path, source in mapping.columns.items() if source == head), "")
    if request.POST.get("deed") == "keep":
        name = request.POST.get("name", "").strip()
        try:
            keep_mapping(name=name, text=mapping_text(mapping), by=by)
        except BadInput as refusal:
            return _page(request, by, form, sealed, looked, proposals, mapping, refusal.sentence)
        forget_sealed(sealed)
        messages.info(request, _("The mapping is kept for your administration. Choose it when you bring such a file."))
        return redirect(f"{reverse('intake')}?mapping={name}")
    return _page(request, by, form, sealed, looked, proposals, mapping, "")


def _sealed(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise BadInput("no_file", _("Choose a file."))
    return seal(upload)


def _begin(request: HttpRequest, refusal: str) -> HttpResponse:
    lang = get_language() or "en"
    forms = [(form.code, form.title(lang)) for form in forms_in_use()]
    return render(
        request, "intake/map_begin.html", {"forms": forms, "refusal": refusal}, status=400 if refusal else 200
    )


def _chosen(request: HttpRequest, looked: Looked, form: Form) -> Mapping:
    said = request.POST
    chosen = {head: said.get(f"t{at}", "") for at, head in enumerate(looked.heads)}
    constants = {path: said.get(f"c.{path}", "").strip() for path in _CONSTANTS}
    dates = tuple(one for one in said.getlist("dates") if one in DATES)
    formats = Formats(date=dates, decimal=said.get("decimal", "") if said.get("decimal") in (".", ",") else "")
    values: dict[str, dict[str, str]] = {}
    for key in said:
        if key.startswith("v.") and said.get(f"w{key[1:]}") is not None:
            path = key[2:].rsplit(".", 1)[0]
            values.setdefault(path, {})[said.get(f"w{key[1:]}", "")] = said[key].strip()
    return mapping_of(looked, form, chosen, constants, formats, values)


def _page(
    request: HttpRequest,
    by: Actor,
    form: Form,
    sealed: str,
    looked: Looked,
    proposals: list[Proposal],
    mapping: Mapping,
    refusal: str,
) -> HttpResponse:
    lang = get_language() or "en"
    outcome = tried(looked, form, mapping)
    titles = {column.path: column.title(lang) for column in targets_of(form)}
    blocks: dict[str, list[tuple[str, str]]] = {}
    for column in targets_of(form):
        label = form.common.blocks.get(column.block, {})
        blocks.setdefault(label.get(lang) or label.get("en", column.block), []).append(
            (column.path, column.title(lang))
        )
    values: list[dict[str, Any]] = []
    for path in dict.fromkeys([*mapping.values, *outcome.unknown]):
        rows = {**mapping.values.get(path, {}), **dict.fromkeys(outcome.unknown.get(path, {}), "")}
        nearest = outcome.unknown.get(path, {})
        values.append({
            "path": path, "title": titles[path], "list": form.by_path[path].list,
            "rows": [{"key": f"{path}.{at}", "said": said, "code": code, "near": nearest.get(said, "")} for at, (said, code) in enumerate(rows.items())],
        })  # fmt: skip
    wrong = [path for row in outcome.rows for path in row["wrong"]]
    columns = list(dict.fromkeys([*wrong, *(path for row in outcome.rows for path in row["cells"])]))
    shown = {
        "form": form, "title": form.title(lang), "sealed": sealed, "refusal": refusal, "outcome": outcome, "mapping": mapping, "blocks": blocks, "values": values,
        "proposals": [{"at": at, "one": one} for at, one in enumerate(proposals)],
        "constants": [{"path": path, "title": titles[path], "list": form.by_path[path].list, "value": mapping.constants.get(path, "")} for path in _CONSTANTS if path not in mapping.columns],
        "dates": [(one, one in mapping.formats.date) for one in dict.fromkeys([*mapping.formats.date, *DATES])],
        "heads": [titles.get(path, path) for path in columns],
        "rows": [{"number": row["number"], "cells": [(row["cells"].get(path) or row["said"].get(path, ""), row["wrong"].get(path, "")) for path in columns]} for row in outcome.rows],
        "problems": [(titles.get(path, path), _(SENTENCES.get(code, code)), number) for (path, code), number in outcome.problems.most_common(12)],
        "text": mapping_text(mapping),
    }  # fmt: skip
    return render(request, "intake/map.html", shown, status=400 if refusal else 200)


@require_POST
def forget_mapping(request: HttpRequest) -> HttpResponse:
    """Drops a mapping of one's administration."""
    drop_mapping(name=request.POST.get("name", ""), by=actor_of(request))
    messages.info(request, _("The mapping is dropped."))
    return redirect("intake")
