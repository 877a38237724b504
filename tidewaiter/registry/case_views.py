"""The page of a case's names: who has part in it, beside what others get of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.refusals import Missing, Refusal, passes
from tidewaiter.registry import policy
from tidewaiter.registry.actions.annexing import Annexed, add_to_case, names_of_case, take_from_case
from tidewaiter.registry.case_entry import MOST_SHOWN, look_up, purpose_for_case
from tidewaiter.registry.entry_rows import read_rows
from tidewaiter.registry.purposes import for_a_purpose, purpose_of
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.reading.tables import PROPERTY
from tidewaiter.registry.vocabulary import KIND_WORDS, PART_WORDS, type_of

LEAST_LOOKED = 3
"""Signs of a name that is looked up while somebody types."""
FIELDS = (
    "name",
    "alias",
    "birth_date",
    "nationality",
    "document",
    "registration_number",
    "address",
    "phone",
    "email",
    "note",
)


@require_http_methods(["GET", "POST"])
@for_a_purpose
def case_names(request: HttpRequest, ref: str) -> HttpResponse:
    """Who has part in a case; posted, one more, whose name is screened at once."""
    by, purpose = actor_of(request), purpose_of(request)
    case = case_by_ref(by, ref)
    typed = {name: request.POST.get(name, "").strip() for name in (*FIELDS, "kind", "role")}
    added: Annexed | None = None
    refused = None
    if request.method == "POST":
        try:
            said = SaidThing(key="", kind=typed["kind"], values=_values(typed), source=request.POST.get("source", ""))
            added = add_to_case(case=ref, said=said, role=typed["role"], by=by, purpose=purpose)
            typed = {}
        except Missing:
            raise
        except Refusal as refusal:
            refused = refusal
    ties = names_of_case(case=ref, by=by, purpose=purpose)
    shown = {
        "case": case,
        "ties": ties,
        "added": added,
        "refused": refused,
        "typed": typed,
        "purpose": purpose,
        "adds": passes(policy.may_annex, by, case.administration),
        "writes": policy.writes(by),
        "persons": case.header.get("persons", []),
        "named": sum(tie.entity.kind == "person" for tie in ties),
        "kind_words": KIND_WORDS,
        "part_words": PART_WORDS,
    }
    return render(request, "registry/case_names.html", shown, status=422 if refused else 200)


@require_POST
def entry_look(request: HttpRequest) -> HttpResponse:
    """Who somebody typed on the page of entry may be, as a piece of that page; the case is what it is read for."""
    by = actor_of(request)
    policy.may_read(by)
    row = next((row for row in read_rows(request.POST) if str(row.number) == request.POST.get("row")), None)
    if row is None or len(row.texts["name"]) < LEAST_LOOKED:
        return HttpResponse("")
    found = look_up(row, by, purpose_for_case(request, request.POST.get("national_ref", "")[:100]))
    return render(request, "registry/_entry_look.html", {"found": found, "hits": found.hits[:MOST_SHOWN]})


def _values(typed: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (PROPERTY[name], part.strip())
        for name in FIELDS
        for part in typed[name].split(";")
        if part.strip() and type_of(typed["kind"], PROPERTY[name])
    ]


@require_POST
@for_a_purpose
def untie(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes back that somebody has part in the case; the record stays."""
    tie = read_whole(request.POST.get("tie", ""), least=1, most=2_000_000_000)
    case = take_from_case(tie=tie, by=actor_of(request))
    messages.success(request, _("Taken back: the record itself stays."))
    return redirect("case_names", case)
