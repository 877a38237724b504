"""Suspects as a person sees them: a list with whose turn it is, one with its steps, tasks and sightings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Officer
from tidewaiter.registry import states
from tidewaiter.registry.models import Entity, Sighting, Suspect, SuspectStep, SuspectTask
from tidewaiter.registry.policy import WRITERS, visible

SOON = timedelta(days=30)
"""Who has it is reminded so long before the end."""


def visible_suspects(actor: Actor) -> QuerySet[Suspect]:
    """Suspects of the person's administration, of entities that they see."""
    return Suspect.objects.filter(visible(actor, "entity__"), administration=actor.administration_code)


def listed_suspects(actor: Actor, *, state: str = "", owner: str = "") -> QuerySet[Any]:
    """Those in a state (all that are not closed where none is named), the next to review first.

    Each has `unread` (sightings nobody has assessed) and `open_tasks`.
    """
    found = visible_suspects(actor).select_related("entity")
    found = found.filter(state=state) if state in states.STATES else found.exclude(state=states.CLOSED)
    if owner:
        found = found.filter(owner=owner)
    return found.annotate(
        unread=Count("sightings", filter=Q(sightings__verdict=""), distinct=True),
        open_tasks=Count("tasks", filter=Q(tasks__done_at=None), distinct=True),
    ).order_by("review_on", "pk")


def states_counted(actor: Actor) -> dict[str, int]:
    """How many suspects the person sees in each state."""
    rows = visible_suspects(actor).order_by("state").values_list("state").annotate(n=Count("pk"))
    found = dict(rows)
    return {state: found.get(state, 0) for state in states.STATES}


@dataclass(slots=True)
class Followed:
    """A suspect with everything that hangs on it."""

    suspect: Suspect
    steps: list[SuspectStep]
    tasks: list[SuspectTask]
    sightings: list[Sighting]
    moves: list[str]
    """Deeds that its state has."""
    next_step: str
    """Whose turn it is and what, as a sentence."""
    term: int
    """How much of the time from its last step to its end has gone, in per cent."""
    review_at: int
    """Where in that time its review lies, in per cent."""

    @property
    def unread(self) -> list[Sighting]:
        """Sightings that nobody has assessed."""
        return [one for one in self.sightings if not one.verdict]


def followed(members: list[Entity], actor: Actor) -> list[Followed]:
    """The suspects among records that are read as one: one as a rule, several where suspects were merged."""
    found = visible_suspects(actor).filter(pk__in=[one.pk for one in members]).order_by("pk")
    made = []
    for suspect in found.prefetch_related("steps", "tasks", "sightings"):
        tasks = sorted(suspect.tasks.all(), key=lambda one: (one.done_at is not None, one.due_on or date.max))
        sightings = sorted(suspect.sightings.all(), key=lambda one: (one.seen_on, one.ref), reverse=True)
        steps = sorted(suspect.steps.all(), key=lambda one: one.version)
        moves = [deed for deed, ways in states.MOVES.items() if suspect.state in ways]
        unread = sum(not one.verdict for one in sightings)
        begun, today = steps[-1].at.date() if steps else suspect.made_at.date(), now().date()
        whole = max((suspect.expires_on - begun).days, 1)
        made.append(
            Followed(
                suspect=suspect,
                steps=steps,
                tasks=tasks,
                sightings=sightings,
                moves=moves,
                next_step=next_step_of(suspect, unread),
                term=max(0, min(100, (today - begun).days * 100 // whole)),
                review_at=max(0, min(100, (suspect.review_on - begun).days * 100 // whole)),
            )
        )
    return made


def next_step_of(suspect: Suspect, unread: int) -> str:
    """What is to be done next, in words."""
    today = now().date()
    if unread:
        return ngettext("%(n)s sighting waits to be assessed", "%(n)s sightings wait to be assessed", unread) % {
            "n": unread
        }
    if suspect.state == states.CLOSED:
        return _("nothing: erased on %(day)s") % {"day": suspect.expires_on}
    if suspect.state == states.SIGNALLED and suspect.review_on > today:
        return _("an investigator assesses it by %(day)s") % {"day": suspect.review_on}
    if suspect.review_on <= today:
        return _("review it: keep, move on or close")
    days = (suspect.review_on - today).days
    return ngettext("review in %(n)s day", "review in %(n)s days", days) % {"n": days}


def due_suspects(day: date) -> QuerySet[Suspect]:
    """Those whose review has come or whose end is near, and of whom nobody was reminded since."""
    due = Q(review_on__lte=day) | Q(expires_on__lte=day + SOON)
    return (
        Suspect.objects.exclude(state=states.CLOSED)
        .filter(due)
        .filter(Q(reminded_on=None) | Q(reminded_on__lte=day - timedelta(days=7)))
        .order_by("expires_on", "pk")
    )


def due_tasks(day: date) -> QuerySet[SuspectTask]:
    """Open tasks whose day has come, and of which nobody was reminded."""
    return SuspectTask.objects.filter(done_at=None, due_on__lte=day, reminded=False).order_by("pk")


def ended_suspects(day: date) -> QuerySet[Suspect]:
    """Those whose day to be erased has come."""
    return Suspect.objects.filter(expires_on__lte=day).order_by("expires_on", "pk")


def tied_records(entity: Entity) -> list[Entity]:
    """The administration's own records that are read as one with an entity, itself among them."""
    return list(
        Entity.objects.filter(canonical=entity.canonical, listed="", administration=entity.administration).order_by(
            "ref"
        )
    )


def staff_of(actor: Actor) -> list[Officer]:
    """Investigators and contact points of the person's administration, by name: who may have a suspect."""
    return list(
        Officer.objects.filter(
            is_active=True, administration_id=actor.administration_code, grants__role__in=sorted(WRITERS)
        )
        .distinct()
        .order_by("name", "username")
    )
