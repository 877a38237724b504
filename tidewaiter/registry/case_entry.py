"""The registry's part of a case's page of entry: the annex of its card, and what it shows there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tidewaiter.cases.leaving import may_leave
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.room_cards import Annex
from tidewaiter.registry.actions.annexing import add_to_case, names_of_case
from tidewaiter.registry.actions.reading import screen_names
from tidewaiter.registry.entry_rows import BEGINS, FIELDS, Row, fill_persons, read_rows, wrong_in
from tidewaiter.registry.models import CaseTie
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.policy import INT, may_read, reads
from tidewaiter.registry.purposes import purpose_of
from tidewaiter.registry.reading.pairs import countries_of
from tidewaiter.registry.screening import Screened
from tidewaiter.registry.vocabulary import CONVEYANCES, KIND_WORDS, PART_WORDS, WORDS

MOST_SHOWN = 5


def enters(by: Actor) -> bool:
    """Whether the person names people on the page of entry: who reads names, in an administration of a country."""
    return reads(by) and by.administration_code != INT


def purpose_for_case(request: HttpRequest, reference: str) -> str:
    """What names are read for here: what was said in this session, else the case that is being entered."""
    return purpose_of(request) or _entering(reference)


def _entering(reference: str) -> str:
    return f"entering {reference}" if reference else "entering a new case"


def _fill(posted: Mapping[str, str], header: dict[str, str], by: Actor, ref: str) -> None:
    if enters(by):
        before = CaseTie.objects.filter(case=ref, entity__kind="person").count() if ref else 0
        fill_persons(read_rows(posted), header, before)


def _wrong(posted: Mapping[str, str], by: Actor) -> list[tuple[str, str]]:
    return [(key, str(word)) for key, word in wrong_in(read_rows(posted))] if enters(by) else []


def _names(posted: Mapping[str, str], ref: str) -> dict[str, str]:
    """Names of the annex, each with what others get instead: persons and firms by number, a conveyance by kind."""
    named: list[tuple[str, list[str]]] = []
    if ref:
        for tie in CaseTie.objects.filter(case=ref).select_related("entity").order_by("pk"):
            said = tie.entity.statements.filter(prop__in=("name", "alias", "registrationNumber")).order_by("pk")
            named.append((tie.entity.kind, [*said.values_list("value", flat=True)]))
    for row in read_rows(posted):
        texts = [row.texts.get(name, "") for name in ("name", "alias", "registration_number")]
        named.append((row.kind, [part.strip() for text in texts for part in text.split(";") if part.strip()]))
    made: dict[str, str] = {}
    numbers = {"person": 0, "company": 0}
    for kind, names in named:
        if kind in numbers:
            numbers[kind] += 1
        words = {"person": _("person %(n)s"), "company": _("company %(n)s")}
        said_instead = words[kind] % {"n": numbers[kind]} if kind in words else str(KIND_WORDS[kind]).lower()
        made |= dict.fromkeys(names, said_instead)
    return made


def _keep(ref: str, posted: Mapping[str, str], by: Actor) -> None:
    if not enters(by):
        return
    rows = [row for row in read_rows(posted) if not row.is_empty]
    if rows:
        purpose = _entering(case_by_ref(by, ref).reference)
        for row in rows:
            add_to_case(case=ref, said=row.said(), role=row.texts["role"], by=by, purpose=purpose)


def what_may_leave(*, case: str, by: Actor) -> dict[str, Any]:
    """A case as others can be given it: no nominal field, texts without names; and how many stay beside it by name.

    Raises `Missing` for a case that is not seen.
    """
    may_read(by)
    held = case_by_ref(by, case)
    lines = [line.document for line in held.lines.order_by("number")]
    names = _names({}, held.ref)
    return {
        "leaves": may_leave(form_named(held.form, held.form_version), held.header, lines, names),
        "stays": CaseTie.objects.filter(case=held.ref).count(),
    }


ANNEX = Annex(begins=BEGINS, fill=_fill, wrong=_wrong, names=_names, keep=_keep)


def look_up(row: Row, by: Actor, purpose: str) -> Screened:
    """Who the one of a row may be, of those known; written down as read."""
    document = row.texts.get("document") or row.texts.get("registration_number", "")
    known = Known(
        name=row.texts["name"],
        kind=row.kind,
        birth=row.texts.get("birth_date", ""),
        countries=countries_of(row.texts.get("nationality") or row.texts.get("country", "")),
        numbers=frozenset({"".join(document.upper().split())} - {""}),
    )
    [found] = screen_names(names=[(known, document)], by=by, purpose=purpose)
    return found


def entry_panel(request: HttpRequest, about: Any) -> str:
    """Persons, firms and conveyances with their names, on the page on which a case is entered."""
    by = actor_of(request)
    case = about["case"]
    if not enters(by) or (case is not None and case.administration != by.administration_code):
        return ""
    purpose = purpose_for_case(request, case.reference if case is not None else "")
    rows = read_rows(request.POST, deed=True)
    wrong = {key for key, _word in wrong_in(rows)} if request.POST.get("deed") in ("check", "keep", "submit") else set()
    focus = request.POST.get("deed", "").removeprefix("change:")
    looks = request.POST.get("deed", "").startswith(BEGINS)
    shown = {
        "rows": [
            row_shown(row, wrong, look_up(row, by, purpose) if looks and row.texts.get("name") else None, focus)
            for row in rows
        ],
        "ties": names_of_case(case=case.ref, by=by, purpose=purpose) if case is not None else [],
        "case": case,
        "post_to": about["post_to"],
        "part_words": PART_WORDS,
        "conveyances": [(kind, KIND_WORDS[kind]) for kind in CONVEYANCES],
    }
    return render_to_string("registry/_entry.html", shown, request=request)


def entry_nav_panel(request: HttpRequest, about: Any) -> str:
    """The block of names among the blocks of the form."""
    by, case = actor_of(request), about["case"]
    if not enters(by) or (case is not None and case.administration != by.administration_code):
        return ""
    return render_to_string("registry/_entry_nav.html", {"filled": bool(read_rows(request.POST))}, request=request)


def row_shown(row: Row, wrong: set[str], found: Screened | None, focus: str = "") -> dict[str, Any]:
    """A row as its template has it; `focus`: the field that the cursor goes to."""
    key = f"{BEGINS}{row.number}"
    return {
        "key": key,
        "number": row.number,
        "of_kind": row.of_kind,
        "kind": row.kind,
        "asked": row.asked,
        "word": KIND_WORDS[row.kind],
        "name": row.texts.get("name", ""),
        "role": row.texts.get("role", ""),
        "fields": [
            {"key": f"{key}.{name}", "word": word, "value": row.texts.get(name, ""), "most": most, "name": name}
            for name, word, most in FIELDS[row.asked]
        ],
        "no_name": f"{key}.name" in wrong,
        "no_role": f"{key}.role" in wrong,
        "focus": focus == f"{key}.name",
        "found": found,
        "hits": found.hits[:MOST_SHOWN] if found else [],
    }


def answers_panel(request: HttpRequest, about: Any) -> str:
    """What stays on this node, where all answers are read before they are submitted: each name with its fields and
    whom it may mean; parts of the texts that do not leave.
    """
    by = actor_of(request)
    if not enters(by):
        return ""
    case = about["case"]
    purpose = purpose_for_case(request, case.reference if case is not None else "")
    rows = [row for row in read_rows(request.POST) if not row.is_empty]
    stays = []
    for row in rows:
        found = look_up(row, by, purpose)
        fields = [(word, row.texts[name]) for name, word, _most in FIELDS[row.asked] if row.texts.get(name)]
        stays.append(row_shown(row, set(), found) | {"said": fields})
    shown = {
        "rows": stays,
        "ties": names_of_case(case=case.ref, by=by, purpose=purpose) if case is not None else [],
        "typed": [(name, text) for name, text in request.POST.items() if name.startswith(BEGINS)],
        "masked": about.get("leaving", []),
        "part_words": PART_WORDS,
        "words": WORDS,
    }
    return render_to_string("registry/_entry_answers.html", shown, request=request)
