"""Pages of suspects: the list by state, and what is decided, given to do, seen and assessed on a record's page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.refusals import Missing, Refusal
from tidewaiter.registry import policy, states
from tidewaiter.registry.actions.erasing import erase
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.actions.suspects import (
    Move,
    add_task,
    assign_suspect,
    finish_task,
    judge_sighting,
    move_suspect,
    report_sighting,
    signal,
)
from tidewaiter.registry.purposes import for_a_purpose, purpose_of
from tidewaiter.registry.queries import entity_named
from tidewaiter.registry.suspect_queries import listed_suspects, next_step_of, states_counted
from tidewaiter.registry.views import entity_page
from tidewaiter.registry.vocabulary import KIND_WORDS

PAGE = 50


@require_GET
@for_a_purpose
def suspects(request: HttpRequest) -> HttpResponse:
    """Whom one's administration looks out for: the next to review first."""
    by = actor_of(request)
    state, mine = request.GET.get("state", ""), request.GET.get("mine") == "1"
    at = read_whole(request.GET.get("page", "") or "1", least=1, most=10_000)
    found = listed_suspects(by, state=state, owner=by.username if mine else "")
    rows = list(found[(at - 1) * PAGE : at * PAGE + 1])
    read_names(refs=[one.pk for one in rows[:PAGE]], by=by, purpose=purpose_of(request), deed="registry.listed")
    counted = states_counted(by)
    shown = {
        "rows": [(one, next_step_of(one, one.unread)) for one in rows[:PAGE]],
        "more": len(rows) > PAGE,
        "page": at,
        "state": state if state in states.STATES else "",
        "mine": mine,
        "counted": list(counted.items()),
        "open": sum(n for name, n in counted.items() if name != states.CLOSED),
        "kind_words": KIND_WORDS,
        "purpose": purpose_of(request),
    }
    return render(request, "registry/suspects.html", shown)


def _signal(request: HttpRequest, ref: str) -> str:
    by = actor_of(request)
    signal(entity=entity_named(by, ref), reason=request.POST.get("reason", ""), by=by)
    return _("Signalled. Investigators are told.")


def _assign(request: HttpRequest, ref: str) -> str:
    said = request.POST
    assign_suspect(
        ref=ref,
        owner=said.get("owner", ""),
        helpers=said.get("helpers", "").replace(";", ",").split(","),
        version=_version(request),
        by=actor_of(request),
    )
    return _("Assigned. They are told.")


def _task(request: HttpRequest, ref: str) -> str:
    said = request.POST
    add_task(
        ref=ref, what=said.get("what", ""), to=said.get("to", ""), due_on=said.get("due_on", ""), by=actor_of(request)
    )
    return _("The task is given.")


def _sighting(request: HttpRequest, ref: str) -> str:
    said = request.POST
    report_sighting(
        ref=ref,
        seen_on=said.get("seen_on", ""),
        place=said.get("place", ""),
        what=said.get("what", ""),
        by=actor_of(request),
    )
    return _("The sighting is kept. Whoever has the suspect is told.")


def _version(request: HttpRequest) -> int:
    return read_whole(request.POST.get("version", ""), least=1, most=2_000_000_000)


def _move(request: HttpRequest, ref: str, deed: str) -> str:
    said = request.POST
    move = Move(
        deed=deed,
        version=_version(request),
        **{
            name: said.get(name, "").strip()
            for name in ("reason", "action", "advice", "owner", "to", "review_on", "expires_on")
        },
    )
    made = move_suspect(ref=ref, move=move, by=actor_of(request))
    return _("Kept. It is reviewed on %(review)s, and ends on %(end)s.") % {
        "review": made.review_on,
        "end": made.expires_on,
    }


DEEDS: dict[str, Callable[[HttpRequest, str], str]] = {
    "signal": _signal,
    "assign": _assign,
    "task": _task,
    "sighting": _sighting,
}


@require_POST
@for_a_purpose
def suspect_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Signals a record, moves a suspect on, gives it to somebody, adds a task or a sighting."""
    by = actor_of(request)
    entity = entity_named(by, ref)
    if deed not in DEEDS and deed not in states.MOVES:
        raise Missing("no_deed", _("There is no such page."))
    try:
        done = DEEDS[deed](request, ref) if deed in DEEDS else _move(request, ref, deed)
    except Missing:
        raise
    except Refusal as refusal:
        return entity_page(request, entity.ref, refused=refusal)
    messages.success(request, done)
    return redirect("registry_entity", entity.ref)


@require_POST
@for_a_purpose
def erase_entity(request: HttpRequest, ref: str) -> HttpResponse:
    """Erases a record and what is read as one with it."""
    by = actor_of(request)
    entity = entity_named(by, ref)
    try:
        gone = erase(ref=entity.ref, reason=request.POST.get("reason", ""), by=by)
    except Missing:
        raise
    except Refusal as refusal:
        return entity_page(request, entity.ref, refused=refusal)
    messages.success(
        request,
        ngettext(
            "%(n)s record is erased. The ledger keeps that it was, without the name.",
            "%(n)s records are erased. The ledger keeps that they were, without the names.",
            gone,
        )
        % {"n": gone},
    )
    return redirect("registry")


@require_POST
@for_a_purpose
def task_done(request: HttpRequest, ref: str) -> HttpResponse:
    """Says that a task is done."""
    made = finish_task(ref=ref, by=actor_of(request))
    return redirect("registry_entity", made.suspect_id)


@require_POST
@for_a_purpose
def sighting_judged(request: HttpRequest, ref: str) -> HttpResponse:
    """Says whether it was the suspect."""
    said = request.POST
    policy.may_write(actor_of(request))
    made = judge_sighting(ref=ref, verdict=said.get("verdict", ""), note=said.get("note", ""), by=actor_of(request))
    return redirect("registry_entity", made.suspect_id)
