"""The registry's pages: lists, one record, screening, doubles. Every name that is shown is written into the ledger."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.registry import policy, states
from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.actions.profiling import print_profile
from tidewaiter.registry.actions.reading import read_names, screen_names
from tidewaiter.registry.agency_views import consulted
from tidewaiter.registry.models import Entity
from tidewaiter.registry.names.comparing import SAME_FROM, Known, compare
from tidewaiter.registry.ownership import owners_named, ownership
from tidewaiter.registry.places import places_of
from tidewaiter.registry.purposes import for_a_purpose, for_agencies_too, purpose_of
from tidewaiter.registry.queries import (
    candidates_of,
    cases_of,
    decisions_of,
    entity_named,
    links_of,
    listed_entities,
    lists_of,
    members_of,
    statements_of,
    visible_candidates,
)
from tidewaiter.registry.reading.pairs import countries_of
from tidewaiter.registry.screening import MOST_HITS
from tidewaiter.registry.suspect_queries import followed, staff_of
from tidewaiter.registry.thresholds import thresholds_of
from tidewaiter.registry.timeline import timeline
from tidewaiter.registry.vocabulary import (
    CONVEYANCES,
    COUNTRIES,
    KIND_WORDS,
    KINDS,
    LINK_WORDS,
    MOVE_WORDS,
    NAMES,
    PART_WORDS,
    WORDS,
    type_of,
)

PAGE = 50


def _list(request: HttpRequest, tab: str, kinds: tuple[str, ...]) -> HttpResponse:
    """A list; words are posted, so that no name stands in an address."""
    by = actor_of(request)
    said = request.POST if request.method == "POST" else request.GET
    words = said.get("q", "") if request.method == "POST" else ""
    listed = said.get("list")
    at = read_whole(said.get("page", "") or "1", least=1, most=10_000)
    found = listed_entities(by, kinds=kinds, words=words, listed=None if listed in (None, "*") else listed)
    rows = list(found[(at - 1) * PAGE : at * PAGE + 1])
    read_names(refs=[one.ref for one in rows[:PAGE]], by=by, purpose=purpose_of(request), deed="registry.listed")
    shown = {
        "rows": rows[:PAGE],
        "more": len(rows) > PAGE,
        "page": at,
        "words": words,
        "tab": tab,
        "listed": listed or "*",
        "lists": lists_of(by),
        "tabs": _tabs(by),
        "writes": policy.writes(by),
        "kind_words": KIND_WORDS,
        "purpose": purpose_of(request),
    }
    return render(request, "registry/list.html", shown)


def _tabs(by: Actor) -> list[tuple[str, str]]:
    made = [
        ("registry", _("All")),
        ("registry_persons", _("Persons")),
        ("registry_companies", _("Companies")),
        ("registry_conveyances", _("Conveyances")),
    ]
    return [*made, ("registry_suspects", _("Suspects"))] if policy.reads(by) else made


@require_http_methods(["GET", "POST"])
@for_agencies_too
def registry(request: HttpRequest) -> HttpResponse:
    """Everything that one sees of the registry, the last changed first."""
    return _list(request, "registry", KINDS)


@require_http_methods(["GET", "POST"])
@for_agencies_too
def persons(request: HttpRequest) -> HttpResponse:
    """Persons."""
    return _list(request, "registry_persons", ("person",))


@require_http_methods(["GET", "POST"])
@for_agencies_too
def companies(request: HttpRequest) -> HttpResponse:
    """Companies."""
    return _list(request, "registry_companies", ("company",))


@require_http_methods(["GET", "POST"])
@for_agencies_too
def conveyances(request: HttpRequest) -> HttpResponse:
    """Vessels, vehicles, aircraft, containers."""
    return _list(request, "registry_conveyances", CONVEYANCES)


@require_GET
@for_agencies_too
def entity(request: HttpRequest, ref: str) -> HttpResponse:
    """One record as it is read: who, what is said by whom, links, cases, what was decided."""
    return consulted(request, ref) if policy.consults(actor_of(request)) else entity_page(request, ref)


def entity_page(request: HttpRequest, ref: str, refused: Refusal | None = None) -> HttpResponse:
    """The same page, after a deed that was not done too: `refused` is said on top, and the answer is a 422."""
    by = actor_of(request)
    one = entity_named(by, ref)
    members = members_of(one, by)
    said = statements_of(members, by)
    links = links_of(members, by)
    decisions = decisions_of(members, by)
    owned = ownership(members, by) if one.kind == "company" else None
    decided = [ref for decision in decisions for ref in (decision.left_id, decision.right_id)]
    read_names(
        refs=[*[member.ref for member in members], *[tied.other.ref for tied in links], *decided, *owners_named(owned)],
        by=by,
        purpose=purpose_of(request),
    )
    cases, suspects = cases_of(members, by), followed(members, by)
    shown = {
        "entity": one,
        "members": members,
        "moments": timeline(cases=cases, links=links, said=said, decisions=decisions, suspects=suspects),
        "places": places_of(said=said, cases=cases, suspects=suspects, home=by.administration_code),
        "said": sorted(said, key=lambda group: (group.prop not in NAMES, not group.contradicts)),
        "links": links,
        "cases": cases,
        "decisions": decisions,
        "statements": sum(len(rows) for group in said for _value, rows in group.values),
        "purpose": purpose_of(request),
        "contradicting": sum(group.contradicts for group in said),
        "writes": policy.writes(by),
        "own": policy.writes(by) and one.administration == by.administration_code and not one.listed,
        "kind_word": KIND_WORDS[one.kind],
        "link_words": LINK_WORDS,
        "part_words": PART_WORDS,
        "properties": [(prop, word) for prop, word in WORDS.items() if type_of(one.kind, prop)],
        "followed": suspects,
        "actions": states.ACTIONS,
        "move_words": MOVE_WORDS,
        "staff": staff_of(by) if policy.writes(by) else [],
        "home": one.listed or one.administration == by.administration_code,
        "owned": owned,
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "registry/entity.html", shown, status=422 if refused else 200)


@require_POST
@for_a_purpose
def profile(request: HttpRequest, ref: str) -> HttpResponse:
    """A numbered copy on paper."""
    by = actor_of(request)
    with heavy_page(by.username):
        answer = HttpResponse(
            print_profile(ref=ref, by=by, purpose=purpose_of(request)), content_type="application/pdf"
        )
    return attached(answer, "profile.pdf")


@require_http_methods(["GET", "POST"])
@for_agencies_too
def screening(request: HttpRequest) -> HttpResponse:
    """One name against all that is held. The name is posted, so that it stands in no address."""
    by = actor_of(request)
    typed = {
        name: request.POST.get(name, "").strip()[:300] for name in ("name", "kind", "birth", "country", "document")
    }
    found = None
    if request.method == "POST" and typed["name"]:
        known = Known(
            name=typed["name"],
            kind=typed["kind"] if typed["kind"] in KINDS else "",
            birth=typed["birth"],
            countries=countries_of(typed["country"]),
            numbers=frozenset({"".join(typed["document"].upper().split())} - {""}),
        )
        [found] = screen_names(names=[(known, typed["document"])], by=by, purpose=purpose_of(request))
    shown = {
        "typed": typed,
        "found": found,
        "kind_words": KIND_WORDS,
        "purpose": purpose_of(request),
        "lists": lists_of(by),
        "most": MOST_HITS,
        "thresholds": thresholds_of(by) if policy.reads(by) else None,
        "groups": _grouped(found.hits) if found else [],
        "sees_red": policy.sees_red(by) or not policy.reads(by),
        "red": policy.open_glass(by),
    }
    return render(request, "registry/screening.html", shown)


def _grouped(hits: list[Any]) -> list[tuple[str, str, list[Any]]]:
    """Hits as a person decides about them: much agrees; only the name could be compared; something contradicts."""
    contradicting = [hit for hit in hits if hit.found.contradicts]
    alone = [hit for hit in hits if not hit.found.contradicts and hit.found.evidence <= 0.45]
    sure = [hit for hit in hits if not hit.found.contradicts and hit.found.evidence > 0.45]
    said = [
        (_("Much agrees"), _("score and evidence high"), sure),
        (_("Same name, nothing to disagree"), _("only the name could be compared: cannot be told apart"), alone),
        (_("Something contradicts"), _("name alike, the rest not"), contradicting),
    ]
    return [group for group in said if group[2]]


@require_http_methods(["GET", "POST"])
@for_a_purpose
def doubles(request: HttpRequest) -> HttpResponse:
    """What may be two records of one: the last run's candidates; posted, a new run."""
    by = actor_of(request)
    policy.may_write(by)
    run = look_for_doubles(by=by) if request.method == "POST" else None
    found = candidates_of(by, PAGE)
    read_names(
        refs=[ref for one in found for ref in (one.left_id, one.right_id)],
        by=by,
        purpose=purpose_of(request),
        deed="registry.listed",
    )
    return render(
        request,
        "registry/doubles.html",
        {"rows": found, "run": run, "purpose": purpose_of(request), "kind_words": KIND_WORDS},
    )


@require_GET
@for_a_purpose
def double(request: HttpRequest, pk: int) -> HttpResponse:
    """Two records side by side, why they may be one, and what a merge would change."""
    by = actor_of(request)
    policy.may_write(by)
    one = visible_candidates(by).filter(pk=pk).first()
    if one is None:
        raise Missing("no_candidate", _("It was decided already, or a new run has taken its place."))
    read_names(refs=[one.left_id, one.right_id], by=by, purpose=purpose_of(request))
    rows = side_by_side(one.left, one.right, by)
    shown = {
        "candidate": one,
        "rows": rows,
        "purpose": purpose_of(request),
        "decisions": decisions_of([one.left, one.right], by),
        "agree": sum(row["sign"] == "y" for row in rows),
        "contradict": sum(row["sign"] == "n" for row in rows),
        "score": round(one.score * 100),
        "evidence": round(one.evidence * 100),
    }
    return render(request, "registry/double.html", shown)


def _agree(kind: str, prop: str, left: set[str], right: set[str]) -> bool:
    """Whether two sides say the same of a property: names as they are compared, dates as precisely as both are."""
    if prop in NAMES:
        pairs = ((Known(name=one, kind=kind), Known(name=other, kind=kind)) for one in left for other in right)
        return any(compare(*pair).score >= SAME_FROM for pair in pairs)
    if type_of(kind, prop) == "date":
        return any(one.startswith(other) or other.startswith(one) for one in left for other in right)
    return bool(left & right)


def side_by_side(left: Entity, right: Entity, by: Actor) -> list[dict[str, Any]]:
    """Of each property the values of both; `sign`: they agree (`y`), contradict (`n`), one has none (`o`)."""
    sides = [{group.prop: group for group in statements_of([one], by)} for one in (left, right)]
    made = []
    for prop in dict.fromkeys([*sides[0], *sides[1]]):
        groups = [side.get(prop) for side in sides]
        values = [{value for value, _rows in group.values} if group else set() for group in groups]
        sign = "o" if not values[0] or not values[1] else "y" if _agree(left.kind, prop, *values) else "n"
        word = next(group.word for group in groups if group)
        made.append(
            {
                "word": word,
                "sign": sign,
                "countries": prop in COUNTRIES,
                "left": groups[0].values if groups[0] else [],
                "right": groups[1].values if groups[1] else [],
            }
        )
    return made
