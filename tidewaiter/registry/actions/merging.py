"""That two are one, or are not: decisions over statements that nobody touches, and their undoing in any order."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.registry.keeping import read_anew
from tidewaiter.registry.models import Candidate, Decision, Entity
from tidewaiter.registry.policy import may_write, must_have_reason, visible
from tidewaiter.registry.queries import content_of, read_as, visible_entities
from tidewaiter.registry.verdicts import APART, ONE, UNSURE


def decide(*, left: str, right: str, verdict: str, by: Actor, reason: str) -> Decision:
    """Says that two entities are `one`, are `apart`, or that it cannot be told (`unsure`).

    Raises `BadInput` for two of different kinds or an empty reason, `Refusal` where they are one already, `Missing`.
    """
    may_write(by)
    reason = must_have_reason(reason)
    if verdict not in (ONE, APART, UNSURE):
        raise BadInput("verdict", _("Say whether they are one, are apart, or cannot be told."))
    with transaction.atomic():
        held = {one.ref: one for one in visible_entities(by).select_for_update().filter(ref__in=[left, right])}
        if len(held) != 2:
            raise Missing("no_entity", _("There is no such record in the registry."))
        one, other = held[left], held[right]
        if one.kind != other.kind:
            raise BadInput("kind", _("They are of different kinds."))
        if one.canonical == other.canonical:
            raise Refusal("merged_already", _("They are read as one already."))
        made = Decision.objects.create(
            ref=new_ref("RD"),
            verdict=verdict,
            left=one,
            right=other,
            content=content_of(left, right),
            reason=reason,
            made_by=by.username,
            made_at=now(),
        )
        Candidate.objects.filter(Q(left=one, right=other) | Q(left=other, right=one)).delete()
        if verdict == ONE:
            read_anew([one.canonical, other.canonical])
        record(by=by, deed=_DEED[verdict], ref=made.ref, detail={"left": left, "right": right})
    return made


_DEED = {ONE: "registry.merged", APART: "registry.set_apart", UNSURE: "registry.left_open"}


def merge(*, left: str, right: str, by: Actor, reason: str) -> tuple[str, list[str]]:
    """Two are one from now on. Gives the ref they are read under, and all that are."""
    decide(left=left, right=right, verdict=ONE, by=by, reason=reason)
    return read_as(left, by)


def unmerge(*, ref: str, by: Actor, reason: str) -> tuple[str, list[str]]:
    """Takes a decision back: `ref` is its own, or an entity's that one decision alone holds together with others.

    Chained decisions are taken back in any order: who is read as whom follows from those that still stand. Raises
    `Refusal` where it is taken back already, or where several decisions hold the entity (they are named); `Missing`.
    """
    may_write(by)
    reason = must_have_reason(reason)
    with transaction.atomic():
        made = _decision_of(ref, by)
        if made.undone_at is not None:
            raise Refusal("undone_already", _("It was taken back already: nothing is to be done."))
        before = Entity.objects.values_list("canonical", flat=True).get(pk=made.left_id)
        made.undone_by, made.undone_at, made.undone_reason = by.username, now(), reason
        made.save(update_fields=["undone_by", "undone_at", "undone_reason"])
        if made.verdict == ONE:
            read_anew([before])
        record(by=by, deed="registry.unmerged", ref=made.ref, detail={"left": made.left_id, "right": made.right_id})
    return read_as(ref if ref.startswith("RG-") else made.left_id, by)


def _decision_of(ref: str, by: Actor) -> Decision:
    seen = visible_entities(by)
    decisions = Decision.objects.filter(visible(by, "left__"), visible(by, "right__"))
    found = decisions.filter(ref=ref).first()
    if found is not None:
        return found
    if not seen.filter(ref=ref).exists():
        raise Missing("no_decision", _("There is no such decision, and no such record."))
    standing = list(decisions.filter(Q(left=ref) | Q(right=ref), verdict=ONE, undone_at=None).order_by("ref"))
    if not standing:
        raise Refusal("not_merged", _("It is one with nothing: nothing is to be taken back."))
    if len(standing) > 1:
        named = ", ".join(one.ref for one in standing)
        raise Refusal("several_merges", _("Several decisions hold it: name one of them. %(refs)s") % {"refs": named})
    return standing[0]
