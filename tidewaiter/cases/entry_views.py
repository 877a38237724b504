"""The pages on which a case is entered and amended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.as_read import overtaken_by
from tidewaiter.cases.entry import Entry, beside_theirs, entry_of, fields_shown, read_entry, take_theirs
from tidewaiter.cases.models import Case
from tidewaiter.cases.personal_stretches import Question, questions
from tidewaiter.cases.policy import INT, may_amend, may_file
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.return_form import read_named
from tidewaiter.cases.returning import reasons_shown
from tidewaiter.checks.findings import STOP
from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Outdated


def new_case(request: HttpRequest) -> HttpResponse:
    """Which commodity."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    lang = get_language() or "en"
    forms = [
        {
            "code": form.code,
            "version": form.version,
            "fields": len(form.columns),
            "word": _word(form.code, form.title(lang), lang),
        }
        for form in forms_in_use()
    ]
    return render(request, "cases/choose.html", {"forms": forms})


def _word(code: str, title: str, lang: str) -> str:
    view = code_view("commodity", code)
    return view.label(lang) if view else title


def new_case_of(request: HttpRequest, form: str) -> HttpResponse:
    """An empty case, a copy of another (`from`), or one that was posted."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    chosen = form_named(form)
    simple = bool(request.GET.get("simple"))
    if request.method == "POST":
        return _posted(request, by, read_entry(chosen, simple, request.POST), None)
    if request.GET.get("from"):
        return _page(request, by, _copy_of(case_by_ref(by, request.GET["from"]), by), None)
    country = "" if by.administration_code == INT else by.administration_code
    return _page(request, by, Entry(chosen, simple, {"country": country, "kind": "seizure"}, [{}]), None)


def _copy_of(case: Case, by: Actor) -> Entry:
    """A new case that says what another of one's own country says: all but its reference, photos and links."""
    may_file(by, case.administration)
    header = {name: value for name, value in case.header.items() if name not in ("national_ref", "photos", "links")}
    entry = entry_of(form_named(case.form), header, [line.document for line in case.lines.order_by("number")])
    entry.simple = not case.header.get("long")
    return entry


def edit_case(request: HttpRequest, ref: str) -> HttpResponse:
    """A case that is here already: mended while it is a draft or returned, else proposed as a new version."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    form = form_named(case.form)
    if request.method == "POST":
        entry = read_entry(form, False, request.POST)
        entry.long = bool(case.header.get("long"))  # what came by the simple form is not held to the long one
        entry.header["national_ref"] = case.national_ref
        entry.judged = _stands(case).judged
        entry.read = (request.POST.get("version", ""), request.POST.get("digest", ""))
        return _posted(request, by, entry, case)
    header = {**case.header, "national_ref": case.national_ref}
    entry = entry_of(form, header, [line.document for line in case.lines.order_by("number")])
    entry.long = bool(case.header.get("long"))
    entry.read = (str(case.version), case.digest)
    return _page(request, by, entry, case)


def _posted(request: HttpRequest, by: Actor, entry: Entry, case: Case | None) -> HttpResponse:
    deed = request.POST.get("deed", "check")
    if deed.startswith("theirs:") and case is not None:
        take_theirs(entry, deed[7:], _stands(case))
        return _page(request, by, entry, case, outdated=True)
    if deed == "add":
        entry.lines.append({})
        return _page(request, by, entry, case)
    gone = whole(deed[7:], least=1) if deed.startswith("remove-") else None
    if gone is not None and len(entry.lines) > 1:
        del entry.lines[min(gone, len(entry.lines)) - 1]
        return _page(request, by, entry, case)
    entry.check()
    if (
        entry.case is None
        or deed == "check"
        or any(not question.answer for question in _questions(entry))
        or (deed == "submit" and any(finding.severity == STOP for finding in entry.findings))
    ):
        return _page(request, by, entry, case, checked=True)
    if case is not None and entry.read != (str(case.version), case.digest):
        read_named(request.POST)
        return _overtaken(request, by, entry, case)
    if case is not None:
        carried = {name: case.header[name] for name in ("photos", "links") if name in case.header}
        entry.case.header |= carried
    if not entry.case.header.get("national_ref"):
        entry.case.header["national_ref"] = entry.case.national_ref
    try:
        outcome = draft(cases=[entry.case], by=by, channel="page", read=case)
    except Outdated:
        return _overtaken(request, by, entry, case_by_ref(by, case.ref) if case is not None else None)
    ref, word = outcome.refs[0], outcome.words[0]
    if word == "withdrawn":
        messages.info(request, _("A withdrawn case has this reference; give another."))
        return _page(request, by, entry, case)
    if deed == "submit":
        submit(cases=Case.objects.filter(ref=ref, latest=True), by=by)
        messages.info(request, _("Submitted."))
    else:
        messages.info(
            request,
            {"accepted": _("Saved as a draft."), "changed": _("Saved.")}.get(word, _("Nothing was changed.")),
        )
    return redirect("case_page", ref=ref)


def _questions(entry: Entry) -> list[Question]:
    """What the page asks about stretches that may name somebody."""
    return questions(entry.found, entry.answers, entry.form, get_language() or "en")


def _stands(case: Case) -> Entry:
    """What stands of a case, as texts of its entry page."""
    header = {**case.header, "national_ref": case.national_ref}
    return entry_of(form_named(case.form), header, [line.document for line in case.lines.order_by("number")])


def _overtaken(request: HttpRequest, by: Actor, entry: Entry, case: Case | None) -> HttpResponse:
    """The page with what was typed and what stands side by side; whoever keeps now has read what stands."""
    if case is not None:
        entry.read = (str(case.version), case.digest)
    return _page(request, by, entry, case, outdated=True)


def _page(
    request: HttpRequest, by: Actor, entry: Entry, case: Case | None, *, checked: bool = False, outdated: bool = False
) -> HttpResponse:
    lang = get_language() or "en"
    back = reasons_shown(case, lang) if case is not None else []
    entry.sent_back = {one["path"]: " · ".join(part for part in (one["reason"], one["text"]) if part) for one in back}
    readonly = ("national_ref",) if case is not None else ()
    header, lines = fields_shown(entry, lang, readonly)
    titles = {field["key"]: field["title"] for field in [*header, *(field for line in lines for field in line)]}
    titles |= {
        f"lines.{n}.{name}": f"{title}, {n}"
        for n in range(1, len(lines) + 1)
        for name, title in ((c.path, c.title(lang)) for c in entry.form.columns if c.scope != "header")
    }
    blocks: list[dict[str, Any]] = []
    for name, label in entry.form.common.blocks.items():
        fields: list[dict[str, Any]] = (
            [field for line in lines for field in line]
            if name == "goods"
            else [f for f in header if f["block"] == name]
        )
        if fields:
            blocks.append(
                {
                    "name": name,
                    "title": label.get(lang) or label["en"],
                    "fields": fields,
                    "bad": sum(field["bad"] for field in fields),
                    "filled": any(field["value"] and field["value"] != [""] for field in fields),
                }
            )
    word = _word(entry.form.code, entry.form.title(lang), lang)
    shown = {
        "form": entry.form,
        "simple": entry.simple,
        "long": entry.held_long,
        "case": case,
        "blocks": blocks,
        "lines": lines,
        "checked": checked,
        "problems": [(problem.path, titles.get(problem.path, problem.path)) for problem in entry.problems],
        "findings": entry.findings,
        "reasons": back,
        "read": entry.read,
        "stops": any(finding.severity == STOP for finding in entry.findings),
        "heading": _("Amend %(ref)s") % {"ref": case.reference}
        if case
        else _("New case: %(commodity)s") % {"commodity": word},
    }
    shown |= _asked(request, entry)
    if outdated and case is not None:
        shown |= {"overtaken": overtaken_by(case), "theirs": beside_theirs(entry, _stands(case), titles, lang)}
    conflict = 409 if outdated and not request.POST.get("deed", "").startswith("theirs:") else 200
    unanswered = request.POST.get("deed") in ("keep", "submit") and shown["open_questions"]
    status = 422 if checked and (entry.problems or unanswered) else conflict
    return render(request, "cases/entry.html", shown, status=status)


def _asked(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """What the page shows of «A person?»: the questions, those without an
    answer, and answers that are not shown now.
    """
    asked = _questions(entry)
    unanswered = [question for question in asked if not question.answer]
    to_answer = [question for question in unanswered if not question.always and not question.proposed]
    keys = {question.key for question in asked}
    deed = request.POST.get("deed", "")
    return {
        "questions": asked,
        "open_questions": unanswered,
        "to_answer": to_answer,
        "first_open": to_answer[0] if to_answer else None,
        "answers_kept": [(key, said) for key, said in entry.answers.items() if key not in keys],
        "asked_deed": deed if deed in ("keep", "submit") else "check",
    }
