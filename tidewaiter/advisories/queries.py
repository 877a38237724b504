"""Finding warnings, their indicators, sightings and readers; what one may not see is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy, states
from tidewaiter.advisories.models import Advisory, Collection, Indicator, Reach, Reader, Sighting
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import Officer

PAGE = 50
TOLD = frozenset({"contact", "duty", "expert", "editor", "partner"})
"""Roles of an administration that are told of a warning by a notice; all that it is for find it on the page."""
BOXES = ("current", "drafts", "mine", "revoked", "all")


def visible_collections(actor: Actor) -> QuerySet[Collection]:
    """The collections that a person reads; all of them for whoever keeps them."""
    if policy.keeps_collections(actor):
        return Collection.objects.all()
    return Collection.objects.filter(pk__in=list(policy.access(actor)))


def collection_named(actor: Actor, said: str) -> Collection:
    """A collection by its code or its id. Raises `Missing` for absent and unseen."""
    found = visible_collections(actor).filter(_uuid(said) | Q(code=said)).first()
    if found is None:
        raise Missing("no_collection", _("There is no such collection for you."))
    return found


def _uuid(said: str) -> Q:
    try:
        return Q(pk=UUID(said))
    except ValueError:
        return Q(pk__in=[])


def visible_advisories(actor: Actor) -> QuerySet[Advisory]:
    """The warnings that a person sees."""
    return Advisory.objects.filter(policy.visible(actor)).select_related("collection")


def advisories_in(box: str, actor: Actor, *, words: str = "", most: int = PAGE) -> list[Advisory]:
    """Those of a box, the last changed first. Raises `BadInput` for a box that is none."""
    boxes = {
        "current": Q(state=states.PUBLISHED) & (Q(valid_until=None) | Q(valid_until__gte=now().date())),
        "drafts": Q(state=states.DRAFT),
        "mine": Q(made_by=actor.username),
        "revoked": Q(state=states.REVOKED),
        "all": Q(),
    }
    if box not in boxes:
        raise BadInput(
            "box",
            _("There is no box «%(name)s». There are: %(names)s.") % {"name": box[:40], "names": ", ".join(boxes)},
        )
    found = visible_advisories(actor).filter(boxes[box])
    for word in words.split()[:8]:
        found = found.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(number__iexact=word) | Q(indicators__value=word)
        )
    return list(found.distinct().order_by("-changed_at", "-pk")[:most])


def counted(actor: Actor) -> dict[str, int]:
    """How many warnings are current, drafts, revoked."""
    sees = visible_advisories(actor)
    return sees.aggregate(
        current=Count("pk", filter=Q(state=states.PUBLISHED)),
        drafts=Count("pk", filter=Q(state=states.DRAFT)),
        revoked=Count("pk", filter=Q(state=states.REVOKED)),
    )


def advisory_named(actor: Actor, said: str) -> Advisory:
    """A warning by its ref, its number (`EW-2026-031`) or the id of its report. Raises `Missing`."""
    called = Q(pk=said) | Q(number=said.upper()) | Q(report_id=said)
    found = visible_advisories(actor).filter(called).exclude(pk="").order_by("-changed_at").first() if said else None
    if found is None:
        raise Missing("no_warning", _("There is no such warning for you."))
    return found


def titles(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What the warnings of these refs are called, of those that one sees."""
    return {one.ref: f"{one.called}: {one.title}" for one in visible_advisories(actor).filter(pk__in=list(refs))}


def indicators_of(advisory: Advisory) -> list[Indicator]:
    """Its indicators in their order, each with how often it was seen."""
    seen = Sum("sightings__times", filter=Q(sightings__withdrawn_at=None))
    return list(advisory.indicators.annotate(seen=seen).order_by("number"))


def sightings_of(advisory: Advisory, most: int = PAGE) -> list[Sighting]:
    """What was seen and not taken back, the newest first."""
    return list(advisory.sightings.filter(withdrawn_at=None).select_related("indicator").order_by("-at", "-pk")[:most])


def sighting_named(actor: Actor, ref: str) -> Sighting:
    """A sighting of a warning that one sees. Raises `Missing`."""
    found = Sighting.objects.filter(pk=ref, advisory__in=visible_advisories(actor)).select_related("advisory").first()
    if found is None:
        raise Missing("no_sighting", _("There is no such sighting for you."))
    return found


@dataclass(frozen=True, slots=True)
class Party:
    """A country or an organisation that a warning is for, with the people of it who are told."""

    name: str
    is_person: bool
    told: tuple[str, ...]


def parties_for(collection: Collection, rank: int) -> list[Party]:
    """Whom something under a mark of this rank in a collection is for."""
    rows = list(Reader.objects.filter(collection=collection, rank__gte=rank).values_list("kind", "value"))
    return parties_of(rows)


def parties_of(rows: Iterable[tuple[str, str]]) -> list[Party]:
    """The parties that rows of readers mean: administrations, even where nobody of theirs has an account."""
    named: dict[str, list[str]] = {}
    for kind, value in rows:
        named.setdefault(kind, []).append(value)
    homes = set(named.get(policy.ADMINISTRATION, []))
    sectors = named.get(policy.SECTOR, [])
    people = Q(username__in=named.get(policy.PERSON, [])) | Q(administration__in=homes)
    if "experts" in sectors:
        people |= Q(grants__role="expert")
    if "partners" in sectors:
        people |= Q(grants__role="partner")
    if "customs" in sectors:
        people |= Q(grants__role__in=[*policy.CUSTOMS_ROLES, "duty"])
    found: dict[str, tuple[bool, set[str]]] = {code: (False, set()) for code in homes}
    alone = set(named.get(policy.PERSON, []))
    officers = Officer.objects.filter(people, is_active=True).distinct().prefetch_related("grants").order_by("pk")
    for officer in officers:
        roles = {grant.role for grant in officer.grants.all()}
        outside = "partner" in roles or (officer.administration_id == policy.INT and roles <= {"expert"})
        name = officer.username if outside else officer.administration_id
        if (
            outside
            and officer.username not in alone
            and not (("partners" in sectors and "partner" in roles) or ("experts" in sectors and "expert" in roles))
        ):
            continue  # an organisation's account with the secretariat is not the secretariat
        _is_person, told = found.setdefault(name, (outside, set()))
        if roles & TOLD or officer.username in alone:
            told.add(officer.username)
    return [Party(name, is_person, tuple(sorted(told))) for name, (is_person, told) in sorted(found.items())]


def reach_of(advisory: Advisory, actor: Actor) -> Reach | None:
    """What is known of the party that a person speaks for."""
    return advisory.reaches.filter(party=policy.speaks_as(actor)[0]).first()


def reaches_of(advisory: Advisory) -> list[Reach]:
    """Everybody whom it is for: those not reached first."""
    order = {state: at for at, state in enumerate(states.REACHES)}
    return sorted(advisory.reaches.all(), key=lambda one: (order[one.state], one.party))


def waiting_for(actor: Actor) -> QuerySet[Advisory]:
    """Published warnings of which the person's country has not said what they are to it."""
    party = policy.speaks_as(actor)[0]
    open_reach = Reach.objects.filter(party=party, state__in=(states.TOLD, states.READ)).values("advisory")
    return visible_advisories(actor).filter(state=states.PUBLISHED, pk__in=open_reach)


def median(times: Iterable[datetime | None], since: datetime) -> float | None:
    """The middle of so many moments, in minutes since another; nothing where there are none."""
    minutes = sorted((one - since).total_seconds() / 60 for one in times if one is not None)
    if not minutes:
        return None
    middle = len(minutes) // 2
    return minutes[middle] if len(minutes) % 2 else (minutes[middle - 1] + minutes[middle]) / 2
