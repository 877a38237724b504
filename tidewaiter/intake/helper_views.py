"""The page on which a foreign file is mapped, tried and kept for the administration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.cases.policy import INT, may_file
from tidewaiter.forms.engine import Form
from tidewaiter.forms.problems import SENTENCES
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.uploads import forget_sealed, seal
from tidewaiter.intake.actions import drop_mapping, keep_mapping
from tidewaiter.intake.mapping.helper import (
    EncodingUnsure,
    FormUnsure,
    Looked,
    Tried,
    form_for,
    look,
    opened,
    proposed,
    tried,
)
from tidewaiter.intake.proposals.found import Said
from tidewaiter.intake.proposals.keys import KEY
from tidewaiter.intake.proposals.writing import mapping_text
from tidewaiter.intake.proposing import LINES, Choice, Proposed, mapped, targets_of
from tidewaiter.vault.storage import must_fit

_CONSTANTS = ("country", "subtype", "unit", "location_type", "direction", "conveyance.mode", "currency")


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page shows of a file: what was looked at, proposed and chosen."""

    sealed: str
    form: Form
    looked: Looked
    proposed: Proposed
    said: Said
    encoding: str


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def map_file(request: HttpRequest) -> HttpResponse:
    """Brings a file, shows a proposal, tries choices, keeps the mapping."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    if request.method != "POST":
        return _begin(request, "")
    sealed, encoding = request.POST.get("sealed", ""), request.POST.get("encoding", "")
    country = "" if by.administration_code == INT else by.administration_code
    try:
        sealed = sealed or _sealed(request)
        with opened(sealed) as path:
            looked = look(path, country=country, encoding=encoding)
        form = form_for(looked, request.POST.get("form", ""))
    except EncodingUnsure as unsure:
        return _begin(request, unsure.sentence, sealed=sealed, encodings=unsure.choices)
    except FormUnsure as unsure:
        return _begin(request, unsure.sentence, sealed=sealed, likely=unsure.choices, encoding=encoding)
    except BadInput as refusal:
        forget_sealed(sealed)
        return _begin(request, refusal.sentence)
    answer, said = proposed(looked, form, country), Said()
    if request.POST.get("chosen"):
        choice = _choice(request, looked, _same_for_all(form))
        answer, said = mapped(form, answer, looked.rows, choice), choice.said
    page = _Page(sealed, form, looked, answer, said, encoding)
    if request.POST.get("deed") == "keep":
        return _keep(request, by, page)
    return _show(request, page, "")


def _keep(request: HttpRequest, by: Actor, page: _Page) -> HttpResponse:
    name = request.POST.get("name", "").strip()
    try:
        keep_mapping(name=name, text=mapping_text(page.proposed.mapping), by=by)
    except BadInput as refusal:
        return _show(request, page, refusal.sentence)
    forget_sealed(page.sealed)
    messages.info(request, _("The mapping is kept for your administration. Choose it when you bring such a file."))
    return redirect(f"{reverse('intake')}?{urlencode({'mapping': name})}")


def _sealed(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise BadInput("no_file", _("Choose a file."))
    must_fit(actor_of(request), upload.size or 0)
    return seal(upload)


def _begin(
    request: HttpRequest,
    refusal: str,
    *,
    sealed: str = "",
    encoding: str = "",
    encodings: list[tuple[str, str]] | None = None,
    likely: list[str] | None = None,
) -> HttpResponse:
    """The page that asks for a file; or, of one that was brought, for what it does not tell."""
    lang = get_language() or "en"
    forms = [(form.code, form.title(lang)) for form in forms_in_use()]
    forms.sort(key=lambda one: one[0] not in (likely or ()))
    shown = {
        "forms": forms,
        "form": request.POST.get("form", ""),
        "refusal": refusal,
        "sealed": sealed,
        "encoding": encoding,
        "encodings": encodings or [],
        "ask_form": likely is not None,
    }
    return render(request, "intake/map_begin.html", shown, status=400 if refusal and not sealed else 200)


def _same_for_all(form: Form) -> list[str]:
    return [path for path in _CONSTANTS if path in form.by_path]


def _choice(request: HttpRequest, looked: Looked, constants: list[str]) -> Choice:
    said = request.POST
    chosen = {head: said.get(f"t{at}", "") for at, head in enumerate(looked.heads)}
    mark: Literal["", ".", ","] = "," if said.get("decimal") == "," else "." if said.get("decimal") == "." else ""
    how = Said(
        said["order"] if said.get("order") in ("dmy", "mdy") else "",
        whole(said.get("fiscal", ""), least=1, most=12) or 0,
        mark,
        said.get("key", "")[:200],
    )
    values: dict[str, dict[str, str]] = {}
    for key in said:
        if key.startswith("v.") and said.get(f"w{key[1:]}") is not None:
            path = key[2:].rsplit(".", 1)[0]
            values.setdefault(path, {})[said.get(f"w{key[1:]}", "")] = said[key].strip()
    same = {path: text for path in constants if (text := said.get(f"c.{path}", "").strip())}
    return Choice(chosen, same, values, how)


def _show(request: HttpRequest, page: _Page, refusal: str) -> HttpResponse:
    form, mapping, lang = page.form, page.proposed.mapping, get_language() or "en"
    try:
        outcome = tried(page.looked, form, mapping)
    except BadInput as problem:
        outcome, refusal = Tried(), refusal or problem.sentence
    titles = {column.path: column.title(lang) for column in targets_of(form)}
    shown = {
        "form": form,
        "title": form.title(lang),
        "sealed": page.sealed,
        "encoding": page.encoding,
        "refusal": refusal,
        "outcome": outcome,
        "mapping": mapping,
        "blocks": _blocks(form, lang),
        "lines": LINES,
        "has_lines": bool(mapping.lines),
        "questions": page.proposed.questions,
        "values": _values(page, outcome, titles),
        "proposals": [{"at": at, "one": one} for at, one in enumerate(page.proposed.columns)],
        "constants": _constants(page, titles),
        "order": page.said.order or _order_of(mapping.formats.date),
        "fiscal": page.said.fiscal_year_starts or mapping.formats.fiscal_year_starts,
        "asks_fiscal": any(one.about == "fiscal_year_starts" for one in page.proposed.questions),
        "months": list(MONTHS.items()),
        "key_columns": next((one.choices for one in page.proposed.questions if one.about == KEY), ()),
        "text": mapping_text(mapping, page.proposed.questions),
        **_outcome(outcome, titles),
    }
    return render(request, "intake/map.html", shown, status=400 if refusal else 200)


def _order_of(formats: tuple[str, ...]) -> str:
    """Which comes first in the formats of days that are three numbers."""
    return "" if not formats else "mdy" if formats[0].startswith("%m") else "dmy"


def _blocks(form: Form, lang: str) -> dict[str, list[tuple[str, str]]]:
    """The fields of a form by the block that they stand in."""
    blocks: dict[str, list[tuple[str, str]]] = {}
    for column in targets_of(form):
        label = form.common.blocks.get(column.block, {})
        named = label.get(lang) or label.get("en", column.block)
        blocks.setdefault(named, []).append((column.path, column.title(lang)))
    return blocks


def _constants(page: _Page, titles: dict[str, str]) -> list[dict[str, str]]:
    mapping = page.proposed.mapping
    return [
        {
            "path": path,
            "title": titles[path],
            "list": page.form.by_path[path].list,
            "value": mapping.constants.get(path, ""),
        }
        for path in _same_for_all(page.form)
        if path not in mapping.columns
    ]


def _values(page: _Page, outcome: Tried, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Words that no list knows, by field, each with the code that was given or is most like it."""
    out: list[dict[str, Any]] = []
    given = page.proposed.mapping.values
    for path in dict.fromkeys([*given, *outcome.unknown]):
        nearest = outcome.unknown.get(path, {})
        rows = {**given.get(path, {}), **dict.fromkeys(nearest, "")}
        shown = [
            {"key": f"{path}.{at}", "said": said, "code": code, "near": nearest.get(said, "")}
            for at, (said, code) in enumerate(rows.items())
        ]
        out.append({"path": path, "title": titles[path], "list": page.form.by_path[path].list, "rows": shown})
    return out


def _outcome(outcome: Tried, titles: dict[str, str]) -> dict[str, Any]:
    """What the mapping does with the first rows, as tables of the page."""
    wrong = [path for row in outcome.rows for path in row["wrong"]]
    columns = list(dict.fromkeys([*wrong, *(path for row in outcome.rows for path in row["cells"])]))
    rows = []
    for row in outcome.rows:
        cells = [(row["cells"].get(path) or row["said"].get(path, ""), row["wrong"].get(path, "")) for path in columns]
        rows.append({"number": row["number"], "cells": cells})
    problems = [
        (titles.get(path, path), _(SENTENCES.get(code, code)), number)
        for (path, code), number in outcome.problems.most_common(12)
    ]
    return {"heads": [titles.get(path, path) for path in columns], "rows": rows, "problems": problems}


@require_POST
def forget_mapping(request: HttpRequest) -> HttpResponse:
    """Drops a mapping of one's administration."""
    drop_mapping(name=request.POST.get("name", ""), by=actor_of(request))
    messages.info(request, _("The mapping is dropped."))
    return redirect("intake")
