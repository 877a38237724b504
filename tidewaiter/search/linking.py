"""Links between cases: drawn by people who see both, shown to people who see both."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.cases.series import as_given
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people.policy import is_customs
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.search.models import Link

KINDS = "link_kind"
OF_RECORD = "record"
"""The kind of a link that stands in a record itself, as its administration filed it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A case that belongs to another: which, how, who says so."""

    case: Case
    kind: str
    reason: str
    by: str
    may_drop: bool


def link(*, one: Case, other: Case, kind: str, reason: str, by: Actor) -> Link:
    """Says that two cases belong together. Who drew a link says it again in new words; said again by another it
    stays as it is, theirs who drew it first, and that is the link given.

    Both cases are ones that the person sees. Raises `BadInput` for a case and itself or a kind that is none,
    `NotAllowed` for people who do not work for customs.
    """
    if not is_customs(by):
        raise NotAllowed("customs", _("Customs officers link cases."))
    if one.ref == other.ref:
        raise BadInput("link", _("Choose two different cases."))
    if kind not in list_view(KINDS).codes:
        raise BadInput("link_kind", _("Say how the cases belong together."))
    first, second = sorted((one.ref, other.ref))
    said = {"reason": mask_personal_data(read_name(reason, 500)), "at": now()}
    with transaction.atomic():
        made, new = Link.objects.select_for_update().get_or_create(
            one=first, other=second, kind=kind, defaults={**said, "by": by.username}
        )
        if not new and made.by != by.username:
            return made
        if not new:
            Link.objects.filter(pk=made.pk).update(**said)
            made.refresh_from_db()
        record(by=by, deed="search.linked", ref=first, detail={"other": second, "kind": kind})
    return made


def unlink(*, one: Case, other: Case, kind: str, by: Actor) -> None:
    """Takes a link away: who drew it, or a steward. Raises `Missing` or `NotAllowed`."""
    first, second = sorted((one.ref, other.ref))
    with transaction.atomic():
        found = Link.objects.select_for_update().filter(one=first, other=second, kind=kind).first()
        if found is None:
            raise Missing("no_link", _("The cases are not linked so."))
        if not _may_drop(found, by):
            raise NotAllowed("own_link", _("Who drew a link takes it away."))
        found.delete()
        record(by=by, deed="search.unlinked", ref=first, detail={"other": second, "kind": kind})


def _may_drop(one: Link, actor: Actor) -> bool:
    return one.by == actor.username or is_steward(actor)


def linked_to(case: Case, actor: Actor) -> list[Linked]:
    """The cases linked to one that the person sees: drawn links, newest first, then those that the record names."""
    ends = Link.objects.filter(Q(one=case.ref) | Q(other=case.ref))
    both = visible_cases(actor).filter(Q(ref__in=ends.values("one")) | Q(ref__in=ends.values("other"))).values("ref")
    drawn = list(ends.filter(one__in=both, other__in=both).order_by("-at", "-pk")[:200])
    named = [str(one) for one in case.header.get("links", [])]
    if not drawn and not named:
        return []
    others = {one.other if one.one == case.ref else one.one for one in drawn}
    given = [as_given(name) for name in named if as_given(name)]
    own = Q(administration=case.administration) & (Q(national_ref__in=named) | Q(given_ref__in=given))
    seen = list(visible_cases(actor).filter(Q(ref__in=[*others, *named]) | own).exclude(ref=case.ref)[:300])
    by_ref = {one.ref: one for one in seen}
    rows = [
        Linked(by_ref[other], one.kind, one.reason, one.by, _may_drop(one, actor))
        for one in drawn
        if (other := one.other if one.one == case.ref else one.one) in by_ref
    ]
    at_home = [one for one in seen if one.administration == case.administration]
    by_name = {one.given_ref: one for one in at_home} | {one.national_ref: one for one in at_home} | by_ref
    called = [by_name.get(name) or by_name.get(as_given(name) or name) for name in named]
    return rows + [Linked(one, OF_RECORD, "", "", False) for one in called if one is not None]
