"""The list of cases with its facets, the page of one case, and its deeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases import presenters, states
from tidewaiter.cases.actions import move_one, open_case, return_case, say_of_case, withdraw
from tidewaiter.cases.as_read import must_be_as_read
from tidewaiter.cases.chosen import mark_of
from tidewaiter.cases.export import KINDS
from tidewaiter.cases.facets import FACETS, facets_of
from tidewaiter.cases.filter_params import BESIDE, query_of, read_filters
from tidewaiter.cases.list_map import map_of
from tidewaiter.cases.models import Case, SavedFilter
from tidewaiter.cases.photos.photo_wall import OF_CASE
from tidewaiter.cases.policy import MAY, allowed
from tidewaiter.cases.queries import add_duplicate_findings, case_by_ref, page_of, sought, visible_cases
from tidewaiter.cases.return_form import fields_of_return, read_named, read_return
from tidewaiter.cases.search_index import MOST
from tidewaiter.codelists.queries import code_views
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import Outdated

_SHOWN = 6
_KIND_WORDS = {"xlsx": "Excel", "ndjson": "JSON Lines", "parquet": "Parquet"}


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """What this person sees, narrowed, newest first."""
    by = actor_of(request)
    wanted = read_filters(request.GET)
    found = sought(by, wanted)
    page = page_of(found.cases, request.GET.get("cursor", ""), few=found.keys is not None)
    add_duplicate_findings(by, page.cases)
    total, counts = facets_of(by, wanted, found.keys)
    lang = get_language() or "en"
    places = {
        code: view.label(lang)
        for code, view in code_views("unlocode", {case.place for case in page.cases if case.place}).items()
    }
    chips = [
        {"title": _title(name), "word": presenters.word(name, value, lang), "query": query_of(wanted, name, value)}
        for name, values in wanted.items()
        for value in values
    ]
    ways = (
        []
        if page.cases
        else [
            {
                "title": _title(name),
                "query": query_of({key: values for key, values in wanted.items() if key != name}),
                "n": _without(by, wanted, name),
            }
            for name in wanted
        ]
    )
    as_map = request.GET.get("view") == "map" and bool(page.cases)
    answer = {
        "page": page,
        "total": total,
        "map": map_of(found.cases, total, lang) if as_map else None,
        "steps": {case.pk: presenters.step_in_a_list(case, by, lang) for case in page.cases},
        "most": MOST if found.more else 0,
        "chips": chips,
        "places": places,
        "ways": [way for way in ways if way["n"]],
        "query": query_of(wanted),
        "saved": SavedFilter.objects.filter(username=by.username).order_by("name"),
        "wanted": {**wanted, "cursor": request.GET.get("cursor", "")},
        "kept": [(name, values) for name, values in wanted.items() if name not in BESIDE],
        "marks": {case.pk: mark_of(case) for case in page.cases},
        "wall": _wall_of(wanted),
        "may_judge": "reviewer" in by.role_codes,
        "kinds": [(kind, _KIND_WORDS.get(kind, kind.upper())) for kind in KINDS],
        "facets": [facet for name in FACETS if (facet := _facet(name, counts[name], wanted, lang))["rows"]],
    }
    return render(request, "cases/list.html", answer)


def _wall_of(wanted: dict[str, list[str]]) -> str | None:
    """The query of the photo wall of the same cases; None where the wall cannot be narrowed in this way."""
    return query_of(wanted) if set(wanted) <= {*OF_CASE, "q"} else None


def _without(by: Actor, wanted: dict[str, list[str]], name: str) -> int:
    """How many cases there would be without one of the conditions."""
    rest = {key: values for key, values in wanted.items() if key != name}
    return facets_of(by, rest, sought(by, rest).keys)[0]


def _title(name: str) -> str:
    titles = {
        "status": _("State"),
        "form": _("Commodity"),
        "country": _("Country"),
        "worst": _("Findings"),
        "mode": _("Mode of transport"),
        "year": _("Year"),
        "q": _("Search"),
        "since": _("Seized since"),
        "until": _("Seized until"),
        "receipt": _("File"),
        "administration": _("Administration"),
        "region": _("Region"),
        "place": _("Place"),
        "direction": _("Direction"),
        "location_type": _("Type of location"),
        "departure": _("From"),
        "destination": _("To"),
        "channel": _("How it came"),
        "kind": _("Kind"),
        "national_ref": _("Reference"),
        "commodity": _("Commodity"),
        "ref": _("Case"),
    }
    return titles.get(name, name)


def _facet(name: str, counts: dict[Any, int], wanted: dict[str, list[str]], lang: str) -> dict[str, Any]:
    chosen = wanted.get(name, [])
    order = sorted(counts, key=lambda value: (str(value) not in chosen, -counts[value]))
    if name == "status":
        order = [state for state in states.STATES if counts.get(state)]
    if name == "year":
        order = sorted(counts, reverse=True)
    rows = [
        {
            "word": presenters.word(name, str(value), lang),
            "n": counts[value],
            "on": str(value) in chosen,
            "query": query_of(wanted, name, str(value)),
        }
        for value in order
        if str(value) != ""
    ]
    return {"title": _title(name), "rows": rows[:_SHOWN], "more": rows[_SHOWN:]}


@require_GET
def case_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One case: its goods, route, findings, history and next step."""
    by = actor_of(request)
    return show_case(request, case_by_ref(by, ref), by)


def show_case(
    request: HttpRequest,
    case: Case,
    by: Actor,
    outdated: Outdated | None = None,
    deed: str = "",
    caption: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page; with `outdated` why the deed that was asked for was not done, and what was typed for it; with `caption`
    what was typed for a photo, and the questions about it (`{"photo", "caption", "shows", "tags", "questions"}`).
    """
    open_case(case=case, by=by)
    lang = get_language() or "en"
    typed = request.POST if deed == "return_case" else None
    context = {
        **presenters.case_shown(case, by, lang),
        "back": fields_of_return(case, lang, typed) if allowed("return_case", case, by) else {},
        "outdated": outdated.sentence if outdated else "",
        "asked": caption,
        "why_withdrawn": request.POST.get("reason", "") if deed == "withdraw" else "",
    }
    return render(request, "cases/case.html", context, status=409 if outdated else 200)


@require_POST
def case_say(request: HttpRequest, ref: str) -> HttpResponse:
    """Says something to the other side."""
    by = actor_of(request)
    say_of_case(case=case_by_ref(by, ref), text=request.POST.get("text", ""), by=by)
    return redirect(reverse("case_page", args=[ref]) + "#thread")


def _send_back(case: Case, said: QueryDict, by: Actor) -> None:
    reasons, text = read_return(said)
    return_case(case=case, reason=text, by=by, fields=reasons)


_DEEDS: dict[str, tuple[Callable[[Case, QueryDict, Actor], object], Promise]] = {
    "submit": (lambda case, _said, by: move_one(deed="submit", case=case, by=by), gettext_lazy("Submitted.")),
    "validate": (lambda case, _said, by: move_one(deed="validate", case=case, by=by), gettext_lazy("Validated.")),
    "return_case": (_send_back, gettext_lazy("Returned.")),
    "withdraw": (
        lambda case, said, by: withdraw(case=case, reason=said.get("reason", ""), by=by),
        gettext_lazy("Withdrawn."),
    ),
}
"""What the page of a case can do, and what it says then."""


@require_POST
def case_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """One deed with one case, as the page has shown it; where it was changed since, the
    page as it is now with what was typed.
    """
    by = actor_of(request)
    case = case_by_ref(by, ref)
    if deed not in _DEEDS:
        raise Http404
    do, done = _DEEDS[deed]
    MAY[deed](by, case)
    named = read_named(request.POST)
    try:
        must_be_as_read(case, *named)
        do(case, request.POST, by)
    except Outdated as outdated:
        return show_case(request, case_by_ref(by, ref), by, outdated, deed)
    messages.info(request, str(done))
    if visible_cases(by).filter(ref=ref).exists():
        return redirect("case_page", ref=ref)
    return redirect("case_list")
