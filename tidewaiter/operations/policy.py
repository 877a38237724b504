"""Who opens rooms, who is in one, and what they read there. For everybody else there is no such room.

A steward who looks after the node reads nothing by that. Observers and private partners read no names.
"""

from __future__ import annotations

from collections.abc import Set

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal, passes
from tidewaiter.operations import states
from tidewaiter.operations.models import Membership, Message, Operation
from tidewaiter.people.models import Officer

COORDINATOR, PARTICIPANT, OBSERVER = "coordinator", "participant", "observer"
PARTS = (COORDINATOR, PARTICIPANT, OBSERVER)
PRIVATE = "private"
AGENCIES = ("customs", "police", "organisation", PRIVATE)
OCU = "OCU"
"""Whom a message is sent to that is for the co-ordinators."""


def roles_of(actor: Actor) -> Set[str]:
    """The roles that count here: those that the account itself has, whatever a token says (docs/decisions/0010)."""
    if not actor.door.startswith("token:"):
        return actor.role_codes
    own = Officer.objects.filter(username=actor.username).first()
    return actor.role_codes & own.role_codes if own is not None else frozenset()


def opens(actor: Actor) -> bool:
    """Whether the person opens rooms."""
    return COORDINATOR in roles_of(actor)


def may_open(actor: Actor) -> None:
    """Raises `NotAllowed` for everybody but co-ordinators."""
    if not opens(actor):
        raise NotAllowed("role", _("Operations are opened by people with the role «coordinator»."))


def may_coordinate(member: Membership, operation: Operation) -> None:
    """Admitting, templates, phases, closing. Raises a refusal."""
    if member.part != COORDINATOR:
        raise NotAllowed("coordinator", _("This is for the co-ordinators of the room to do."))
    must_be_open(operation)


def must_be_open(operation: Operation) -> None:
    """Raises `Refusal` in a room that is sealed or destroyed."""
    if operation.phase not in states.OPEN:
        raise Refusal("sealed", _("The room is sealed: nobody reads or writes in it."))


def must_not_be_held(operation: Operation) -> None:
    """Raises `Refusal` in a room under legal hold: nothing of it is thrown away."""
    if operation.hold_by:
        raise Refusal("hold", _("It is under legal hold: nothing of it is thrown away until that is lifted."))


def may_send(member: Membership, operation: Operation) -> None:
    """Writing messages. Raises a refusal."""
    if member.part == OBSERVER:
        raise NotAllowed("observer", _("An observer reads and does not write."))
    must_be_open(operation)


def may_answer_for(member: Membership, operation: Operation) -> None:
    """Taking the data of one's administration, or giving them up: its people, no observer and no private partner, who
    reads a part of it alone. Raises a refusal.
    """
    may_send(member, operation)
    if member.agency == PRIVATE:
        raise NotAllowed("private", _("A private partner answers for no administration: its people take its data."))


def may_correct(member: Membership, operation: Operation, message: Message) -> None:
    """Correcting and withdrawing: whose message it is, and colleagues of the same administration. Raises a refusal."""
    may_send(member, operation)
    if not is_own(member, administration=message.administration, by=message.by):
        raise NotAllowed(
            "not_yours", _("What another country, or a private partner, has written is corrected by them.")
        )
    if message.withdrawn_at is not None:
        raise Refusal("withdrawn", _("The message was withdrawn; that is its end."))


def is_own(member: Membership, *, administration: str, by: str) -> bool:
    """Whether a message is of this member's people: of their administration; of a private partner, who is nobody's
    colleague, what they wrote themselves.
    """
    if member.agency == PRIVATE:
        return by == member.username
    return administration == member.administration or by == member.username


def is_addressed(member: Membership, to: list[str]) -> bool:
    """Whether a message is meant for this member: for all, for their country (not a private partner's), for them."""
    if not to or f"@{member.username}" in to:
        return True
    if member.agency == PRIVATE:
        return False
    return member.administration in to or (member.part == COORDINATOR and OCU in to)


def sees(member: Membership, *, to: list[str], administration: str, by: str) -> bool:
    """Whether a message is one of this member's: meant for them, or of their people; the co-ordinators read all."""
    return (
        member.part == COORDINATOR or is_addressed(member, to) or is_own(member, administration=administration, by=by)
    )


def owes(member: Membership, whose: str, *, to: list[str], administration: str) -> bool:
    """Whether what is owed is this member's to give: `whose` it is (a country's, the co-ordination unit's, or nobody's
    in particular), for a message `to` whom that `administration` wrote.

    An observer owes nothing, a private partner what they are asked by name. What is nobody's is owed by those who are
    named; where nobody is, by all but those who ask.
    """
    if member.part == OBSERVER:
        return False
    if whose == OCU:
        return member.part == COORDINATOR
    if whose:
        return member.agency != PRIVATE and member.administration == whose
    if any(one.startswith("@") for one in to):
        return f"@{member.username}" in to
    return member.agency != PRIVATE and member.administration != administration


def is_asked(member: Membership, whose: str, *, to: list[str], administration: str) -> bool:
    """Whether pages ask it of this member: what anybody may answer is not asked of those who co-ordinate."""
    if not whose and not to and member.part == COORDINATOR:
        return False
    return owes(member, whose, to=to, administration=administration)


def reads_names(member: Membership) -> bool:
    """Whether the member reads whom messages name."""
    return member.part != OBSERVER and member.agency != PRIVATE


def reads_report(actor: Actor, operation: Operation) -> bool:
    """Whether the person reads the report that stays of a room. Its figures are of all messages, also of those that an
    observer and a private partner do not see, so it is for those who wrote them: the members of administrations, as
    long as they are known, and whoever opens rooms of the owner. A share of the key, or looking after the node, reads
    nothing.
    """
    member = operation.members.filter(username=actor.username, ended_at=None, joined_at__isnull=False).first()
    if member is not None:
        return reads_names(member)
    return opens(actor) and operation.owner == actor.administration_code


def may_destroy(actor: Actor, operation: Operation) -> None:
    """Destroying, and opening again: those who hold a share of the key, co-ordinators, and stewards, two of them
    together. Raises a refusal.
    """
    holder = operation.shares.filter(holder=actor.username).exists()
    coordinator = operation.members.filter(
        username=actor.username, part=COORDINATOR, ended_at=None, joined_at__isnull=False
    ).exists()
    if not (holder or coordinator or is_steward(actor)):
        raise NotAllowed("holder", _("This is for the co-ordinators and those who hold a share of the key to do."))


def must_be_another(one: str, other: str) -> None:
    """Raises `Refusal` where both pairs of eyes are the same."""
    if one == other:
        raise Refusal("same_person", _("Two people do this together: name another one."))


def may_see_room(member: Membership | None) -> Membership:
    """Raises `Missing` for whoever is not in the room."""
    if member is None or member.joined_at is None or member.ended_at is not None:
        raise Missing("no_operation", _("There is no such operation."))
    return member


def allowed(deed: str, member: Membership, operation: Operation) -> bool:
    """Whether a deed would be done; derived from the rules above."""
    return passes({"coordinate": may_coordinate, "send": may_send}[deed], member, operation)
