"""The names of a case: who has part in it. The case itself holds none; this is its annex, on this node alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import case_by_ref
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.registry.actions.entering import enter_checked
from tidewaiter.registry.actions.reading import screen_names
from tidewaiter.registry.models import CaseTie, Entity
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.policy import must_have_purpose
from tidewaiter.registry.queries import annexed_case, visible_entities
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.screening import Hit
from tidewaiter.registry.vocabulary import PART_WORDS


@dataclass(frozen=True, slots=True)
class Annexed:
    """Who was entered with a case, and whom of those known before the name may mean."""

    tie: CaseTie
    entity: Entity
    hits: list[Hit]


def add_to_case(*, case: str, said: SaidThing, role: str, by: Actor, purpose: str) -> Annexed:
    """Enters somebody (or a firm, a conveyance) with their part in a case, and screens the name at once.

    Nobody is taken for somebody known by that: a person decides it («read as one»). Officers do that for cases of
    their own administration. Raises `Missing` for a case that is not seen, `NotAllowed`, `BadInput`.
    """
    said_for = must_have_purpose(purpose)
    held = annexed_case(case, by)
    if role not in PART_WORDS:
        raise BadInput("role", _("Say in what role: %(roles)s.") % {"roles": ", ".join(PART_WORDS)})
    said.source = said.source.strip() or held.reference
    values: dict[str, list[str]] = {}
    for prop, value in said.values:
        values.setdefault(prop, []).append(value)
    with transaction.atomic():
        entity = enter_checked(said=said, by=by)
        tie = CaseTie.objects.create(entity=entity, case=held.ref, role=role, made_by=by.username, made_at=now())
        record(by=by, deed="registry.tied", ref=entity.ref, detail={"case": held.ref, "role": role})
        document = next(iter(values.get("idNumber", [])), "")
        known = Known(
            name=next(iter(values.get("name", [])), ""),
            kind=said.kind,
            birth=next(iter(values.get("birthDate", [])), ""),
            numbers=frozenset({"".join(document.upper().split())} - {""}),
        )
        [found] = screen_names(names=[(known, document)], by=by, purpose=said_for)
    return Annexed(tie, entity, [hit for hit in found.hits if hit.ref != entity.canonical])


def names_of_case(*, case: str, by: Actor, purpose: str) -> list[CaseTie]:
    """Who has part in a case, of what the person sees; each is written down as read. Raises `Missing`."""
    said_for = must_have_purpose(purpose)
    held = case_by_ref(by, case)
    ties = list(
        CaseTie.objects.filter(case=held.ref, entity__in=visible_entities(by).values("pk"))
        .select_related("entity")
        .order_by("pk")
    )
    with transaction.atomic():
        record_many(
            by=by,
            deed="registry.read",
            things=[(tie.entity_id, 0) for tie in ties],
            detail={"purpose": said_for},
        )
    return ties


def take_from_case(*, tie: int, by: Actor) -> str:
    """Takes back that somebody has part in a case; the record stays. Gives the case's ref. Raises `Missing`."""
    with transaction.atomic():
        held = CaseTie.objects.filter(pk=tie, entity__in=visible_entities(by).values("pk")).first()
        if held is None:
            raise Missing("no_tie", _("There is no such page."))
        case = annexed_case(held.case, by)
        held.delete()
        record(by=by, deed="registry.untied", ref=held.entity_id, detail={"case": case.ref, "role": held.role})
    return case.ref
