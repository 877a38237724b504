"""The start page: what waits for this person first, then what moved lately, each as their role may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import INT, files
from tidewaiter.cases.queries import add_duplicate_findings, visible_cases
from tidewaiter.codelists.queries import code_views
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.jobs.queries import counts
from tidewaiter.ledger.models import Entry, Head
from tidewaiter.ledger.queries import ledger_end
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_customs, is_steward, may_manage_people
from tidewaiter.people.queries import visible_officers
from tidewaiter.site.readiness import readiness
from tidewaiter.vault.models import StoredSum

SHOWN, COUNTED = 8, 1000


@dataclass(slots=True)
class Waiting:
    """A part of the page: cases that wait for the reader in one way."""

    kind: str
    query: str
    rows: list[Case]
    number: int


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and what moved lately."""
    by = request.user
    if not isinstance(by, Officer):
        return redirect("account_login")
    parts = _waiting(by)
    add_duplicate_findings(by, [case for part in parts for case in part.rows])
    customs = is_customs(by)
    newest = list(visible_cases(by).order_by("-date", "-pk").defer("header")[:SHOWN]) if customs and not parts else []
    code_views("unlocode", {case.place for part in parts for case in part.rows if case.place})
    panels = (panel for room in rooms_of_node() for panel in room.panels.get("start_waiting", ()))
    work = mark_safe("".join(panel(request, None) for panel in panels))  # noqa: S308 -- each is a rendered template
    shown = {
        "waiting": parts,
        "work": work,
        "newest": newest,
        "customs": customs,
        "total_waiting": sum(part.number for part in parts if part.kind != states.DRAFT),
        **_managed(by),
    }
    return render(request, "start.html", shown)


def _waiting(by: Officer) -> list[Waiting]:
    """To review, returned, drafts: those that this person's roles do something with."""
    cases, found = visible_cases(by), []
    if "reviewer" in by.role_codes and (by.reviewed_regions or by.administration_code == INT):
        rows = cases.filter(status=states.SUBMITTED, latest=True).exclude(administration=by.administration_code)
        found.append(_part("review", "status=submitted", rows.order_by("-worst", "changed_at")))
    if by.administration_code != INT and files(by):
        home = cases.filter(administration=by.administration_code, latest=True)
        for status in (states.RETURNED, states.DRAFT):
            query = f"status={status}&administration={by.administration_code}"
            found.append(_part(status, query, home.filter(status=status).order_by("changed_at")))
    return found


def _part(kind: str, query: str, rows: QuerySet[Case]) -> Waiting:
    return Waiting(kind, query, list(rows.defer("header")[:SHOWN]), rows.order_by()[:COUNTED].count())


def _managed(by: Officer) -> dict[str, Any]:
    """What waits for those who look after people and after the node."""
    answer: dict[str, Any] = {}
    if may_manage_people(by):
        people = visible_officers(by).exclude(pk=by.pk)
        unused = (
            people.filter(is_active=True, codes__used_at=None, codes__isnull=False).distinct().order_by("date_joined")
        )
        closed = people.filter(is_active=False, closed_why="unused").order_by("-closed_at")
        answer["accounts"] = {"unused": list(unused[:6]), "closed": list(closed[:6])}
    if is_steward(by):
        answer["node"] = {
            "entries": ledger_end(),
            "head": Head.objects.order_by("-seq").first(),
            "state": readiness(),
            "work": counts(),
            "stored": StoredSum.objects.aggregate(size=Sum("size"))["size"] or 0,
            "backup": Entry.objects.filter(deed="site.backed_up").order_by("-seq").first(),
        }
    return answer
