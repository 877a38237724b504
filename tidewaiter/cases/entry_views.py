"""The pages on which a case is entered and amended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.annexes import (
    annexes,
    fill_from_annexes,
    is_of_annex,
    keep_annexes,
    names_in_annexes,
    wrong_in_annexes,
)
from tidewaiter.cases.as_read import overtaken_by
from tidewaiter.cases.entering import rows
from tidewaiter.cases.entering.answers import answers_shown
from tidewaiter.cases.entering.page import LONGEST_READ, entry_shown, field_read, titles_of
from tidewaiter.cases.entering.pictures import must_own, small_copy, taken, without_photo
from tidewaiter.cases.entry import (
    MOST_LINES,
    Entry,
    beside_theirs,
    entry_of,
    photos_of,
    read_entry,
    says_photos,
    take_meaning,
    take_theirs,
)
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
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Outdated, Refusal
from tidewaiter.foundation.uploads import on_disk


def new_case(request: HttpRequest) -> HttpResponse:
    """Which commodity."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    lang = get_language() or "en"
    forms = [
        {
            "code": form.code,
            "version": form.version,
            "simple": len(form.asked(simple=True)),
            "fields": len(form.columns),
            "word": _word(form.code, form.title(lang), lang),
        }
        for form in forms_in_use()
    ]
    return render(request, "cases/choose.html", {"forms": forms})


def _word(code: str, title: str, lang: str) -> str:
    view = code_view("commodity", code)
    return view.spoken(lang) if view else title


def new_case_of(request: HttpRequest, form: str) -> HttpResponse:
    """An empty case by the simple form, or the long one (`long=1`), a copy of another (`from`), or what was posted."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    chosen = form_named(form)
    long = request.GET.get("long") == "1"
    if request.method == "POST":
        return _posted(request, by, read_entry(chosen, request.POST, long=long), None)
    if request.GET.get("from"):
        return _page(request, by, _copy_of(case_by_ref(by, request.GET["from"]), by), None)
    country = "" if by.administration_code == INT else by.administration_code
    return _page(request, by, Entry(chosen, long, {"country": country, "kind": "seizure"}, [{}]), None, focus="date")


def _copy_of(case: Case, by: Actor) -> Entry:
    """A new case that says what another of one's own country says: all but its reference, photos and links."""
    may_file(by, case.administration)
    header = {name: value for name, value in case.header.items() if name not in ("national_ref", "photos", "links")}
    return entry_of(form_named(case.form), header, [line.document for line in case.lines.order_by("number")])


def edit_case(request: HttpRequest, ref: str) -> HttpResponse:
    """A case that is here already: mended while it is a draft or returned, else proposed as a new version. `field`: the
    field that the cursor goes to; without it the first that the reviewer named.
    """
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    if request.method == "POST":
        return _posted(request, by, _entry_posted(request, case), case)
    entry = _stands(case)
    entry.read = (str(case.version), case.digest)
    return _page(request, by, entry, case, focus=request.GET.get("field", ""))


def _entry_posted(request: HttpRequest, case: Case) -> Entry:
    """What was typed of a case; what came by the simple form is not held to the long one."""
    entry = read_entry(form_named(case.form), request.POST, long=bool(case.header.get("long")))
    entry.header["national_ref"] = case.national_ref
    entry.judged = _stands(case).judged
    entry.standing = list(case.header.get("photos", []))
    if not says_photos(request.POST):
        entry.photos = photos_of(case.header)
    entry.read = (request.POST.get("version", ""), request.POST.get("digest", ""))
    return entry


@takes_files
@require_POST
def entry_photos(request: HttpRequest, form: str = "", ref: str = "") -> HttpResponse:
    """Photos added while a new case, or one that is here already, is typed: kept at once, and the page again with all
    that was typed.
    """
    by = actor_of(request)
    case = case_by_ref(by, ref) if ref else None
    if case is not None:
        may_amend(by, case)
        entry, owner = _entry_posted(request, case), case.administration
    else:
        may_file(by, by.administration_code)
        entry, owner = read_entry(form_named(form), request.POST), by.administration_code
        if owner == INT:
            owner = rows.country_named(entry.header.get("country", "")) or INT
    known = len(entry.photos)
    try:
        with on_disk(request.FILES.getlist("pictures")) as paths:
            entry.photos = taken(paths, entry.photos, by, owner)
    except Refusal as refusal:
        return _page(request, by, entry, case, refused=refusal)
    focus = f"photos.{known + 1}.caption" if len(entry.photos) > known else ""
    return _page(request, by, entry, case, focus=focus)


@require_GET
def entry_photo(request: HttpRequest, digest: str) -> HttpResponse:
    """The small copy of a photo of an entry, for the administration that brought it."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    answer = attached(HttpResponse(small_copy(digest, by), content_type="image/jpeg"), f"{digest[:12]}.jpg")
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@require_GET
def read_field(request: HttpRequest, form: str) -> HttpResponse:
    """What the text of one field became (`at`: its key; the others of its row beside it), as a piece of the page."""
    by = actor_of(request)
    may_file(by, by.administration_code)
    key = request.GET.get("at", "")[:80]
    texts = {name: str(text)[:LONGEST_READ] for name, text in request.GET.items()}
    echo, drawn = field_read(form_named(form), texts, key, get_language() or "en")
    return render(request, "cases/_echo.html", {"key": key, "echo": echo, "drawn": drawn, "fresh": True})


def _posted(request: HttpRequest, by: Actor, entry: Entry, case: Case | None) -> HttpResponse:
    deed = request.POST.get("deed", "check")
    ref = case.ref if case is not None else ""
    fill_from_annexes(request.POST, entry.header, by, ref)
    focus = _changed_on_page(entry, deed, case)
    if focus is not None:
        return _page(request, by, entry, case, outdated=deed.startswith("theirs:"), focus=focus)
    entry.check()
    entry.wrong_beside = wrong_in_annexes(request.POST, by)
    wrong = entry.case is None or entry.wrong_beside or any(not question.answer for question in _questions(entry))
    if wrong or deed == "check" or (deed == "submit" and _stops(entry)):
        return _page(request, by, entry, case, checked=True) if wrong else _answers(request, by, entry, case)
    if case is not None and entry.read != (str(case.version), case.digest):
        read_named(request.POST)
        return _overtaken(request, by, entry, case)
    return _kept(request, by, entry, case, deed)


def _changed_on_page(entry: Entry, deed: str, case: Case | None) -> str | None:
    """Does what a button of the page asks that keeps nothing, and gives the field to go to; nothing for another."""
    name, _colon, said = deed.partition(":")
    if is_of_annex(deed):
        return ""
    if name == "theirs" and case is not None:
        take_theirs(entry, said, _stands(case))
        return said
    if name == "take":
        key, _colon, code = said.partition(":")
        take_meaning(entry, key, code)
        return key
    if name == "change":
        return said
    if name in ("long", "simple"):
        entry.long = name == "long"
        return ""
    if name in ("add", "copy", "back") and len(entry.lines) < MOST_LINES:
        if name != "back":
            at = whole(said, least=1)
            entry.lines.append(dict(entry.lines[min(at, len(entry.lines)) - 1]) if at else {})
        return f"lines.{len(entry.lines)}.subtype" if name != "back" else ""
    gone = whole(deed[7:], least=1) if deed.startswith("remove-") else None
    if gone is not None and len(entry.lines) > 1:
        del entry.lines[min(gone, len(entry.lines)) - 1]
        return f"lines.{min(gone, len(entry.lines))}.subtype"
    fewer = without_photo(entry.photos, deed)
    if fewer is not None:
        entry.photos = fewer
        return ""
    return rows.change(entry.header, deed)


def _stops(entry: Entry) -> bool:
    return any(finding.severity == STOP for finding in entry.findings)


def _kept(request: HttpRequest, by: Actor, entry: Entry, case: Case | None, deed: str) -> HttpResponse:
    """The checked entry as a draft, and submitted where that was asked."""
    checked = entry.case
    if checked is None:
        raise ValueError("the entry was not checked")
    if case is not None and "links" in case.header:
        checked.header["links"] = case.header["links"]
    try:
        must_own(entry.photos, entry.standing, str(checked.header["country"]))
    except Refusal as refusal:
        return _page(request, by, entry, case, refused=refusal)
    if not checked.header.get("national_ref"):
        checked.header["national_ref"] = checked.national_ref
    try:
        with transaction.atomic():
            outcome = draft(cases=[checked], by=by, channel="page", read=case)
            ref, word = outcome.refs[0], outcome.words[0]
            if word != "withdrawn":
                keep_annexes(ref, request.POST, by)
    except Outdated:
        return _overtaken(request, by, entry, case_by_ref(by, case.ref) if case is not None else None)
    except Refusal as refusal:
        return _page(request, by, entry, case, refused=refusal)
    if word == "withdrawn":
        messages.info(request, _("A withdrawn case has this reference; give another."))
        return _page(request, by, entry, case, focus="national_ref")
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
    request: HttpRequest,
    by: Actor,
    entry: Entry,
    case: Case | None,
    *,
    checked: bool = False,
    outdated: bool = False,
    focus: str = "",
    refused: Refusal | None = None,
) -> HttpResponse:
    lang = get_language() or "en"
    back = reasons_shown(case, lang) if case is not None else []
    entry.sent_back = {one["path"]: " · ".join(part for part in (one["reason"], one["text"]) if part) for one in back}
    if case is not None:
        entry.header["national_ref"] = case.reference  # as people know it: what is posted of it is not read
    if not focus:
        focus = entry.problems[0].path if entry.problems else back[0]["path"] if back and not checked else ""
    shown = entry_shown(
        entry,
        lang,
        focus=focus,
        administration=case.administration if case is not None else by.administration_code,
        readonly=("national_ref",) if case is not None else (),
    )
    titles = titles_of(entry, lang)
    shown |= _frame(entry, case, lang)
    shown |= {
        "checked": checked,
        "problems": [
            *[(rows.box(problem.path), titles.get(problem.path, problem.path)) for problem in entry.problems],
            *entry.wrong_beside,
        ],
        "reasons": [{**one, "key": rows.box(one["path"])} for one in back],
        "refused": refused,
        "posted": request.method == "POST",
    }
    shown |= _asked(request, entry)
    if outdated and case is not None:
        shown |= {"overtaken": overtaken_by(case), "theirs": beside_theirs(entry, _stands(case), titles, lang)}
    conflict = 409 if outdated and not request.POST.get("deed", "").startswith("theirs:") else 200
    unanswered = request.POST.get("deed") in ("keep", "submit") and shown["open_questions"]
    wrong = checked and (entry.problems or entry.wrong_beside or unanswered)
    return render(request, "cases/entry.html", shown, status=422 if wrong or refused else conflict)


def _answers(request: HttpRequest, by: Actor, entry: Entry, case: Case | None) -> HttpResponse:
    """The page on which all answers are read before they are submitted."""
    lang = get_language() or "en"
    if case is not None:
        entry.header["national_ref"] = case.reference
    names = names_in_annexes(request.POST, case.ref if case is not None else "")
    shown = answers_shown(entry, lang, names) | _frame(entry, case, lang) | _asked(request, entry)
    shown["about"]["leaving"] = [one for section in shown["sections"] for one in section["masked"]]
    return render(request, "cases/answers.html", shown)


def _frame(entry: Entry, case: Case | None, lang: str) -> dict[str, Any]:
    """What stands about either page: the case, where it is posted to, what it is called."""
    word = _word(entry.form.code, entry.form.title(lang), lang)
    waits = case is None or case.status in ("draft", "returned")
    if case is None:
        heading = _("New case: %(commodity)s") % {"commodity": word}
    elif case.status == "returned":
        heading = _("Mend %(ref)s") % {"ref": case.reference}
    else:
        heading = _("Amend %(ref)s") % {"ref": case.reference}
    to = reverse("edit_case", args=[case.ref]) if case else reverse("new_case_of", args=[entry.form.code])
    return {
        "form": entry.form,
        "long": entry.long,
        "case": case,
        "about": {"case": case, "post_to": to, "header": entry.header},
        "annexed": bool(annexes()),
        "read": entry.read,
        "may_submit": waits,
        "heading": heading,
        "post_to": to,
        "photos_to": reverse("edit_photos", args=[case.ref])
        if case
        else reverse("entry_photos", args=[entry.form.code]),
        "read_at": reverse("read_field", args=[entry.form.code]),
    }


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
