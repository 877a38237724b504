"""Who reads a collection up to which mark, who publishes in it, and what each does with a warning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.advisories import states
from tidewaiter.advisories.marks import rank
from tidewaiter.advisories.models import Advisory, Reader, Sighting
from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.refusals import NotAllowed, Refusal, passes
from tidewaiter.people.policy import CUSTOMS_ROLES as CUSTOMS_ROLES
from tidewaiter.people.policy import is_customs, reads_library_alone

INT = "INT"
PERSON, ADMINISTRATION, SECTOR = "person", "administration", "sector"
READERS = (PERSON, ADMINISTRATION, SECTOR)
SECTORS = ("customs", "experts", "partners")
"""Whom a collection can be for without naming anybody: by the roles of an account."""


@dataclass(frozen=True, slots=True)
class Access:
    """What one collection is to a person."""

    rank: int
    """The narrowest mark they see."""
    writes: bool


def sectors_of(actor: Actor) -> frozenset[str]:
    """The sectors that an account is of, by its roles."""
    found = set()
    if is_customs(actor) or "duty" in actor.role_codes:
        found.add("customs")
    if "expert" in actor.role_codes:
        found.add("experts")
    if "partner" in actor.role_codes:
        found.add("partners")
    return frozenset(found)


def is_outsider(actor: Actor) -> bool:
    """Whether the person speaks for an organisation, and for no administration."""
    return "partner" in actor.role_codes


def speaks_as(actor: Actor) -> tuple[str, bool]:
    """Whom the person speaks for: a country's administration, or themselves (True)."""
    if is_outsider(actor) or (actor.administration_code == INT and reads_library_alone(actor)):
        return actor.username, True
    return actor.administration_code, False


def readers_meaning(actor: Actor) -> Q:
    """The rows of `Reader` that mean this person."""
    found = Q(kind=PERSON, value=actor.username) | Q(kind=SECTOR, value__in=sectors_of(actor))
    if not speaks_as(actor)[1]:
        found |= Q(kind=ADMINISTRATION, value=actor.administration_code)
    return found


def access(actor: Actor) -> dict[UUID, Access]:
    """By collection, what the person sees of it."""
    if is_node(actor):
        return {}
    found: dict[UUID, Access] = {}
    for one, narrowest, writes in Reader.objects.filter(readers_meaning(actor)).values_list(
        "collection", "rank", "writes"
    ):
        before = found.get(one, Access(-1, False))
        found[one] = Access(max(before.rank, narrowest), before.writes or writes)
    return found


def visible(actor: Actor) -> Q:
    """Of warnings: one's own; what is published in a collection that one reads, up to one's mark; drafts there too for
    those who publish.
    """
    seen = Q(made_by=actor.username)
    published = Q(state__in=(states.PUBLISHED, states.REVOKED))
    for collection, may in access(actor).items():
        of_it = Q(collection=collection, rank__lte=may.rank)
        seen |= of_it if may.writes else of_it & published
    return seen


def reads(actor: Actor) -> bool:
    """Whether any warnings are for this person at all."""
    return Reader.objects.filter(readers_meaning(actor)).exists()


def writes(actor: Actor) -> bool:
    """Whether the person publishes in any collection."""
    return Reader.objects.filter(readers_meaning(actor), writes=True).exists()


def keeps_collections(actor: Actor) -> bool:
    """Whether the person opens collections: stewards, editors of the secretariat; on a nation's node its editors."""
    return is_node(actor) or ("steward" in actor.role_codes and not actor.door.startswith("token:"))


def may_keep_collections(actor: Actor) -> None:
    """Stewards. Raises `NotAllowed`."""
    if not keeps_collections(actor):
        raise NotAllowed("steward", _("A steward opens collections and says whom they are for."))


def may_draft(actor: Actor, collection: UUID, tlp: str) -> None:
    """Whoever reads the collection proposes warnings, under a mark that they may see. Raises a refusal."""
    may = access(actor).get(collection)
    if may is None:
        raise NotAllowed("collection", _("This collection is not yours to write in."))
    if rank(tlp) > may.rank:
        raise NotAllowed("tlp", _("You see nothing under TLP:%(mark)s in this collection.") % {"mark": tlp})


def may_warn(actor: Actor, collection: UUID, tlp: str) -> None:
    """Whoever publishes in the collection. Raises a refusal."""
    may_draft(actor, collection, tlp)
    if not access(actor)[collection].writes:
        raise NotAllowed("review", _("What you write here is looked at first: hand it in as a draft."))


def _move(deed: str, advisory: Advisory) -> None:
    if advisory.state not in states.MOVES[deed]:
        raise Refusal("state", _("That cannot be done now: somebody was faster, or it is too early."))


def _ours(actor: Actor, advisory: Advisory) -> None:
    may_warn(actor, advisory.collection_id, advisory.tlp)
    if not advisory.ours:
        raise NotAllowed("theirs", _("It came from elsewhere: whoever wrote it changes it."))
    if advisory.administration not in (actor.administration_code,) and actor.administration_code != INT:
        raise NotAllowed("not_your_country", _("The administration that wrote it changes it, or the secretariat."))


def may_amend(actor: Actor, advisory: Advisory) -> None:
    """Its author, and those who publish. Raises a refusal."""
    _move("amend", advisory)
    if advisory.made_by != actor.username:
        may_warn(actor, advisory.collection_id, advisory.tlp)


def may_publish(actor: Actor, advisory: Advisory) -> None:
    """Whoever publishes in its collection. Raises a refusal."""
    _move("publish", advisory)
    may_warn(actor, advisory.collection_id, advisory.tlp)


def may_decline(actor: Actor, advisory: Advisory) -> None:
    """Its author, who takes it back, and those who publish. Raises a refusal."""
    _move("decline", advisory)
    if advisory.made_by != actor.username:
        may_warn(actor, advisory.collection_id, advisory.tlp)


def may_revise(actor: Actor, advisory: Advisory) -> None:
    """The administration that wrote it, and the secretariat, where they publish. Raises a refusal."""
    _ours(actor, advisory)
    _move("revise", advisory)


def may_revoke(actor: Actor, advisory: Advisory) -> None:
    """The same. Raises a refusal."""
    _ours(actor, advisory)
    _move("revoke", advisory)


def may_answer(actor: Actor, advisory: Advisory) -> None:
    """Whoever it is for says what it is to them, while it stands. Raises a refusal."""
    may = access(actor).get(advisory.collection_id)
    if may is None or may.rank < advisory.rank:
        raise NotAllowed("not_for_you", _("The warning is not for you."))
    if advisory.state != states.PUBLISHED:
        raise Refusal("state", _("Only a published warning is answered."))


def may_withdraw_sighting(actor: Actor, sighting: Sighting) -> None:
    """Whoever said it, and colleagues of the same administration. Raises a refusal."""
    same = speaks_as(actor) == (sighting.administration, False) and not sighting.node
    if sighting.by != actor.username and not same:
        raise NotAllowed("not_yours", _("Whoever saw it takes it back."))
    if sighting.withdrawn_at is not None:
        raise Refusal("withdrawn", _("It was taken back already."))


MAY: dict[str, Callable[[Actor, Advisory], None]] = {
    "amend": may_amend,
    "publish": may_publish,
    "decline": may_decline,
    "revise": may_revise,
    "revoke": may_revoke,
    "answer": may_answer,
}


def allowed(deed: str, advisory: Advisory, by: Actor) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], by, advisory)
