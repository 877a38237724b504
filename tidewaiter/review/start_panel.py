"""What the start page shows a reviewer of what they sent back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from tidewaiter.cases.models import Case, Return
from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.review.policy import is_reviewer, waiting_for
from tidewaiter.review.queries import COUNTED, clock_of, waiting
from tidewaiter.threads.models import Message

KEPT, MOST, SHOWN = timedelta(days=90), 200, 5


@dataclass(slots=True)
class SentBack:
    """A case that one sent back: what one said, and what has become of it as far as one sees it."""

    said: Return
    reference: str
    came_back: bool
    """Whether it waits for the office again."""
    judged: bool
    """Whether it was validated since."""
    answer: str = ""
    """The last words of the other side since then."""


def sent_back_by(actor: Actor) -> list[SentBack]:
    """What a person sent back in the last ninety days, each case once: what came back first, then the newest.

    One keeps what one said oneself, and the reference that one saw; of the case as it stands one reads what the rule
    of sight lets one read.
    """
    said: dict[str, Return] = {}
    for one in Return.objects.filter(by=actor.username, at__gte=now() - KEPT).defer("record").order_by("-at")[:MOST]:
        said.setdefault(one.ref, one)
    if not said:
        return []
    named = Case.objects.filter(ref__in=list(said), latest=True).values_list("ref", "given_ref", "national_ref")
    references = {ref: given or national for ref, given, national in named}
    waits = set(Case.objects.filter(waiting_for(actor), ref__in=list(said)).values_list("ref", flat=True))
    seen = visible_cases(actor).filter(ref__in=list(said), status="validated")
    judged = {ref for ref, at in seen.values_list("ref", "changed_at") if ref not in waits and at > said[ref].at}
    answers = _answers(actor, {ref: said[ref] for ref in waits | judged})
    rows = [
        SentBack(one, references[ref], ref in waits, ref in judged, answers.get(ref, ""))
        for ref, one in said.items()
        if ref in references
    ]
    return sorted(rows, key=lambda row: (not row.came_back, row.judged))


def _answers(actor: Actor, said: dict[str, Return]) -> dict[str, str]:
    """The last words under each case since it went back, of the case's own side."""
    told = Message.objects.filter(ref__in=list(said)).exclude(by=actor.username).order_by("at", "pk")
    return {
        one.ref: one.text
        for one in told
        if one.at > said[one.ref].at and one.administration == said[one.ref].administration
    }


def came_back_panel(request: HttpRequest, _thing: Any) -> str:
    """The newest of what one sent back; nothing for whoever reviews nothing."""
    by = actor_of(request)
    if not is_reviewer(by):
        return ""
    rows = [row for row in sent_back_by(by) if not row.judged]
    shown = {"rows": rows[:SHOWN], "number": len(rows), "came_back": sum(row.came_back for row in rows)}
    return render_to_string("review/_came_back.html", shown, request=request)


def step_panel(request: HttpRequest, _thing: Any) -> str:
    """The next step of a reviewer: how many wait, how long the oldest has, what the office has promised."""
    by = actor_of(request)
    if not is_reviewer(by):
        return ""
    cases = waiting(by)
    oldest = cases.order_by("changed_at", "pk").values("changed_at", "region").first()
    shown = {
        "number": cases.order_by()[: COUNTED + 1].count(),
        "most": COUNTED,
        "oldest": oldest,
        "days": clock_of(oldest["region"]).review_days if oldest else 0,
    }
    return render_to_string("review/_step.html", shown, request=request) if oldest else ""
