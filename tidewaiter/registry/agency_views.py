"""Other agencies: whom a steward lets in, by what agreement; and a record as their people read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, Refusal, passes
from tidewaiter.people.models import Officer
from tidewaiter.registry import states
from tidewaiter.registry.actions.agencies import Agreed, agree, end_agreement, let_in, put_out
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.agreements import DATABASE_WORDS, MARKS, ROLE
from tidewaiter.registry.policy import may_agree
from tidewaiter.registry.purposes import purpose_of
from tidewaiter.registry.queries import (
    agreed_cases_of,
    agreed_suspects_of,
    agreements_seen,
    entity_named,
    links_of,
    members_of,
    statements_of,
)
from tidewaiter.registry.vocabulary import KIND_WORDS, LINK_WORDS, PART_WORDS

WRITTEN = ("agency", "paper", "begins_on", "ends_on", "most")


@require_http_methods(["GET", "POST"])
def agencies(request: HttpRequest) -> HttpResponse:
    """Who is let in; posted, an agreement more."""
    by, said = actor_of(request), request.POST
    agreements_seen(by)
    refused = None
    if request.method == "POST":
        try:
            agree(said=_written(request), by=by)
            return redirect("registry_agencies")
        except Missing:
            raise
        except Refusal as refusal:
            refused = refusal
    return _page(request, by, refused, said)


def _written(request: HttpRequest) -> Agreed:
    said = request.POST
    return Agreed(
        agency=said.get("agency", ""),
        paper=said.get("paper", ""),
        databases=said.getlist("databases"),
        purposes=said.get("purposes", "").splitlines(),
        ends_on=said.get("ends_on", ""),
        begins_on=said.get("begins_on", ""),
        forms=said.getlist("forms"),
        states=said.getlist("states"),
        most=said.get("most", "AMBER"),
    )


def _page(request: HttpRequest, by: Actor, refused: Refusal | None, said: Any) -> HttpResponse:
    lang = get_language() or "en"
    shown = {
        "rows": list(agreements_seen(by)),
        "today": now().date(),
        "agrees": passes(may_agree, by),
        "accounts": list(
            Officer.objects.filter(is_active=True, grants__role=ROLE)
            .order_by("username")
            .values_list("username", flat=True)[:500]
        ),
        "databases": DATABASE_WORDS,
        "marks": list(MARKS),
        "states": states.STATES,
        "forms": [(form.code, form.title(lang)) for form in forms_in_use()],
        "typed": {name: said.get(name, "") for name in (*WRITTEN, "purposes")} if refused else {},
        "chosen": [*said.getlist("databases"), *said.getlist("forms"), *said.getlist("states")] if refused else [],
        "refused": refused,
    }
    return render(request, "registry/agencies.html", shown, status=422 if refused else 200)


DEEDS: dict[str, Callable[[str, QueryDict, Actor], object]] = {
    "end": lambda ref, said, by: end_agreement(ref=ref, reason=said.get("reason", ""), by=by),
    "let_in": lambda ref, said, by: let_in(ref=ref, username=said.get("username", ""), by=by),
    "put_out": lambda ref, said, by: put_out(ref=ref, username=said.get("username", ""), by=by),
}


@require_POST
def agency_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Ends an agreement (`end`), lets one of the agency's people in (`let_in`) or takes one out (`put_out`)."""
    by, said = actor_of(request), request.POST
    agreements_seen(by)
    if deed not in DEEDS:
        raise Missing("missing", _("There is no such page."))
    try:
        DEEDS[deed](ref, said, by)
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, by, refused=refusal, said=request.POST)
    return redirect("registry_agencies")


def consulted(request: HttpRequest, ref: str) -> HttpResponse:
    """A record as another agency's people read it: what is said, links and seizures of what was agreed."""
    by = actor_of(request)
    one = entity_named(by, ref)
    members = members_of(one, by)
    links = links_of(members, by)
    read_names(
        refs=[*[member.ref for member in members], *[tied.other.ref for tied in links]],
        by=by,
        purpose=purpose_of(request),
    )
    shown = {
        "entity": one,
        "said": statements_of(members, by),
        "links": links,
        "cases": agreed_cases_of(members, by),
        "suspects": agreed_suspects_of(members, by),
        "purpose": purpose_of(request),
        "kind_word": KIND_WORDS[one.kind],
        "link_words": LINK_WORDS,
        "part_words": PART_WORDS,
    }
    return render(request, "registry/consulted.html", shown)
