"""Entering one thing, a statement more, a link, a tie to a case."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.registry.keeping import HANDLING, put_in, ready, refresh
from tidewaiter.registry.models import CaseTie, Entity, Link, Statement
from tidewaiter.registry.policy import may_write, must_be_own
from tidewaiter.registry.reading.said import SaidThing, Unread, read_grading
from tidewaiter.registry.vocabulary import KINDS, LINKS, PART_WORDS, cleaned, type_of


def enter(*, said: SaidThing, by: Actor) -> Entity:
    """Enters one thing. Raises `BadInput` for what has no name or no kind, or a refusal."""
    may_write(by)
    return enter_checked(said=said, by=by)


def enter_checked(*, said: SaidThing, by: Actor) -> Entity:
    """The same by whoever may, as the caller has made sure."""
    if said.kind not in KINDS:
        raise BadInput("kind", _("Say what it is: %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    if unknown := [prop for prop, _value in said.values if not type_of(said.kind, prop)]:
        raise BadInput("property", _("What is of this kind has no «%(name)s».") % {"name": unknown[0][:40]})
    moment = now()
    if not said.key:
        said.key = new_ref("ENTERED")
    made = ready(said, by, moment)
    if isinstance(made, Unread):
        raise BadInput(made.code, _("Give it a name."))
    try:
        with transaction.atomic():
            [ref] = put_in([made], by, "", moment)
            record(by=by, deed="registry.entered", ref=ref)
    except IntegrityError as error:
        raise Refusal("known", _("What is called so is entered already.")) from error
    return Entity.objects.get(ref=ref)


def say_of_entity(
    *, entity: Entity, prop: str, value: str, by: Actor, source: str = "", grading: str = "", handling: str = ""
) -> Statement:
    """One statement more, beside what is said already. Raises `BadInput` for a property that the kind has not."""
    must_be_own(entity, by)
    made = cleaned(entity.kind, prop, value)
    if made is None:
        raise BadInput("property", _("Say a property that the kind has, and a value."))
    if not source.strip():
        raise BadInput("source", _("Say who says so: a statement has a source."))
    scheme, grade = read_grading(grading)
    moment = now()
    with transaction.atomic():
        held = Entity.objects.select_for_update().get(pk=entity.pk)
        statement = Statement.objects.create(
            entity=held,
            prop=made.prop,
            value=made.value,
            original=made.original,
            doubt=made.doubt,
            source=source.strip()[:300],
            said_on=moment.date(),
            scheme=scheme,
            grade=grade,
            handling=handling if handling in HANDLING else held.handling,
            owner=by.administration_code,
            made_by=by.username,
            made_at=moment,
        )
        refresh(held, moment)
        record(by=by, deed="registry.said", ref=held.ref, detail={"property": made.prop})
    return statement


def link(
    *,
    subject: Entity,
    target: Entity,
    schema: str,
    by: Actor,
    role: str = "",
    source: str = "",
    begins: str = "",
    ends: str = "",
) -> Link:
    """Ties two entities. Raises `BadInput` for a link that is none."""
    may_write(by)
    if schema not in LINKS or subject.pk == target.pk:
        raise BadInput("link", _("Say what ties two different things: %(links)s.") % {"links": ", ".join(LINKS)})
    with transaction.atomic():
        made = Link.objects.create(
            ref=new_ref("RL"),
            schema=schema,
            role=role.strip()[:200],
            subject=subject,
            object=target,
            begins=begins[:20],
            ends=ends[:20],
            source=source.strip()[:300],
            administration=by.administration_code,
            source_key=new_ref("ENTERED"),
            made_by=by.username,
            made_at=now(),
        )
        record(by=by, deed="registry.linked", ref=made.ref)
    return made


def tie_to_case(*, entity: Entity, case: str, role: str, by: Actor) -> CaseTie:
    """Says that an entity has part in a case that the person sees; said again it changes nothing."""
    may_write(by)
    if role not in PART_WORDS:
        raise BadInput("role", _("Say in what role: %(roles)s.") % {"roles": ", ".join(PART_WORDS)})
    if not visible_cases(by).filter(ref=case).exists():
        raise BadInput("no_case", _("«%(ref)s» is no case that you see.") % {"ref": case[:64]})
    with transaction.atomic():
        tie, new = CaseTie.objects.get_or_create(
            entity=entity, case=case, role=role, defaults={"made_by": by.username, "made_at": now()}
        )
        if new:
            record(by=by, deed="registry.tied", ref=entity.ref, detail={"case": case, "role": role})
    return tie
