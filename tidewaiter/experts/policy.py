"""Who has a seat in a group and what it lets them see and do.

A seat is a member's, or the secretariat's. Nothing of a group is seen before its terms were accepted; a private member
sees what is opened for the private sector, and of members oneself and those who lead the group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import INT
from tidewaiter.experts.models import Group, Member
from tidewaiter.foundation.actors import Actor, is_node
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal, passes
from tidewaiter.people.policy import is_customs

EVERYBODYS = "experts"
"""The group that `init` makes, and to which the role `expert` belongs (CONTRACT.md)."""
TERMS = (
    "What I read in this group I use under the mark it bears, tell nobody the mark does not name, and put no names of"
    " persons into what I write here. What members say stays theirs."
)
"""What every member promises where a group says nothing of its own."""
PRIVATE, OBSERVER, EXPERT = "private", "observer", "expert"
STANDINGS = (EXPERT, OBSERVER, PRIVATE)


class TermsFirst(Refusal):
    """The group's terms were not accepted yet: nothing of it is seen before."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in a group."""

    group: Group
    by: Actor
    member: Member | None = None
    """Nothing for the secretariat, and for an expert who has not accepted the terms of the group of all experts."""
    secretariat: bool = False
    leads: bool = False
    """Whether they are its chair or vice-chair now."""

    @property
    def private(self) -> bool:
        """Whether the view is the narrower one."""
        return not self.secretariat and (self.member is None or self.member.standing == PRIVATE)

    @property
    def accepted(self) -> bool:
        """Whether the terms as they stand were accepted; the secretariat keeps them by its office."""
        if self.secretariat or not self.group.terms:
            return self.secretariat or self.member is not None
        return self.member is not None and self.member.accepted_version == self.group.terms_version

    @property
    def manages(self) -> bool:
        """Whether the person looks after the group: its chair, its vice-chair, the secretariat."""
        return self.secretariat or (self.leads and self.accepted)

    @property
    def votes(self) -> bool:
        """Experts and private members vote, observers and the secretariat do not."""
        return self.member is not None and self.member.standing != OBSERVER


def is_secretariat(actor: Actor) -> bool:
    """Whether the person is of the international secretariat, which supports all groups."""
    return is_node(actor) or (actor.administration_code == INT and is_customs(actor))


def has_groups(actor: Actor) -> bool:
    """Whether the room is anything to the person."""
    if is_secretariat(actor) or "expert" in actor.role_codes:
        return True
    return Member.objects.filter(username=actor.username, ended_at=None).exists()


def visible(actor: Actor) -> Q:
    """Of groups: those one has a seat in; all for the secretariat."""
    if is_secretariat(actor):
        return Q()
    seats = Q(members__username=actor.username, members__ended_at=None)
    if "expert" not in actor.role_codes:
        return seats
    left = Member.objects.filter(username=actor.username, group=EVERYBODYS).exclude(ended_at=None)
    return seats if left.exists() else seats | Q(pk=EVERYBODYS)


def must_open_groups(actor: Actor) -> None:
    """Raises `NotAllowed` for whoever opens no groups."""
    if not is_secretariat(actor):
        raise NotAllowed("role", _("The secretariat opens groups of experts."))


def must_have_accepted(seat: Seat) -> None:
    """Raises `TermsFirst`."""
    if not seat.accepted:
        raise TermsFirst("terms", _("Accept the terms of the group first: nothing of it is seen before."))


def may_take_part(seat: Seat) -> None:
    """Whoever has a seat and has accepted the terms, while the group is open. Raises a refusal."""
    must_have_accepted(seat)
    if seat.group.closed_at is not None:
        raise Refusal("closed", _("The group is closed: what it made stays to be read."))


def may_manage(seat: Seat) -> None:
    """Chair, vice-chair, secretariat. Raises a refusal."""
    may_take_part(seat)
    if not seat.manages:
        raise NotAllowed("chair", _("The chair, the vice-chair or the secretariat does this."))


def may_work(seat: Seat) -> None:
    """Members but private ones, and the secretariat: plan, reports, recommendations. Raises a refusal."""
    may_take_part(seat)
    if seat.private:
        raise Missing("missing", _("There is no such page."))


def may_vote(seat: Seat) -> None:
    """Experts, and private members where it is opened for them. Raises a refusal."""
    may_take_part(seat)
    if not seat.votes:
        raise NotAllowed("observer", _("Observers and the secretariat do not vote."))


def may_do_own(seat: Seat, owner: str) -> None:
    """Whoever owns a piece of work, and those who look after the group. Raises a refusal."""
    may_take_part(seat)
    if not seat.manages and owner != seat.by.username:
        raise NotAllowed("owner", _("Whoever it was given to does this, or the chair."))


MAY: dict[str, Callable[[Seat], None]] = {
    "manage": may_manage,
    "work": may_work,
    "vote": may_vote,
    "take_part": may_take_part,
}


def allowed(deed: str, seat: Seat) -> bool:
    """Whether the deed would be done; derived from the rules above."""
    return passes(MAY[deed], seat)
