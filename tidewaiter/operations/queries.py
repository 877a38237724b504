"""Rooms and members as a person sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor, is_steward
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.operations import policy, states
from tidewaiter.operations.models import Attachment, Membership, Message, Operation, Owed, Share
from tidewaiter.people.called import office_called
from tidewaiter.people.models import Officer

HERE = timedelta(seconds=75)
AWAY = timedelta(minutes=30)


@dataclass(slots=True)
class Room:
    """A room and the part that the person at hand has in it."""

    operation: Operation
    member: Membership

    @property
    def ref(self) -> str:
        """The operation's."""
        return self.operation.ref


def own_rooms(actor: Actor) -> list[Room]:
    """The rooms a person is in, the last opened first."""
    found = Membership.objects.filter(username=actor.username, ended_at=None, joined_at__isnull=False)
    return [Room(one.operation, one) for one in found.select_related("operation").order_by("-operation__made_at")]


def invitations(actor: Actor) -> list[Membership]:
    """Rooms that a person is invited to and has not joined yet."""
    found = Membership.objects.filter(
        username=actor.username, ended_at=None, joined_at=None, operation__phase__in=states.OPEN
    )
    return list(found.select_related("operation").order_by("-invited_at"))


def room_of(actor: Actor, ref: str) -> Room:
    """A room the person is in. Raises `Missing` for absent and foreign alike."""
    found = (
        Membership.objects.select_related("operation")
        .filter(operation_id=ref, username=actor.username, ended_at=None)
        .first()
    )
    member = policy.may_see_room(found)
    return Room(member.operation, member)


def ending_seen(actor: Actor) -> QuerySet[Operation]:
    """Operations whose end the person sees: those they are in, those they hold a share of, and as a steward every
    sealed one; of a destroyed one nothing stands but its certificate, for whoever opens rooms of its owner.
    """
    in_it = Q(members__username=actor.username, members__ended_at=None, members__joined_at__isnull=False)
    found = in_it | Q(shares__holder=actor.username)
    if is_steward(actor):
        found |= Q(phase__in=(states.SEALED, states.DESTROYED))
    if policy.opens(actor):
        found |= Q(phase=states.DESTROYED, owner=actor.administration_code)
    return Operation.objects.filter(found).distinct()


def ending_named(actor: Actor, ref: str) -> Operation:
    """One of these. Raises `Missing`."""
    found = ending_seen(actor).filter(ref=ref).first()
    if found is None:
        raise Missing("no_operation", _("There is no such operation."))
    return found


def members_of(operation: Operation) -> list[Membership]:
    """Who is in the room, co-ordinators first, then by country."""
    found = operation.members.filter(ended_at=None, joined_at__isnull=False)
    return sorted(found, key=lambda one: (policy.PARTS.index(one.part), one.administration, one.username))


def homes_of(operation: Operation) -> set[str]:
    """The administrations of those who are in the room."""
    found = operation.members.filter(ended_at=None, joined_at__isnull=False)
    return set(found.order_by().values_list("administration", flat=True).distinct())


def answers_owed(room: Room) -> int:
    """How many messages wait for an answer of the member."""
    open_ = list(Owed.objects.filter(operation=room.operation, met_at=None))
    asked = Message.objects.filter(operation=room.operation, number__in={one.number for one in open_})
    asking = {one.number: one for one in asked.only("number", "to", "administration", "withdrawn_at")}
    return len(
        {
            one.number
            for one in open_
            if (told := asking.get(one.number)) is not None
            and told.withdrawn_at is None
            and policy.is_asked(room.member, one.administration, to=list(told.to), administration=told.administration)
        }
    )


def present_of(operation: Operation, most: int) -> list[Membership]:
    """Members, those who were here last first: as many as are shown, of a thousand too."""
    found = operation.members.filter(ended_at=None, joined_at__isnull=False)
    return list(found.order_by(F("here_at").desc(nulls_last=True), "administration", "username")[:most])


def here_counted(operation: Operation) -> tuple[int, int]:
    """How many members are here now, and how many there are."""
    found = operation.members.filter(ended_at=None, joined_at__isnull=False)
    counts = found.aggregate(here=Count("pk", filter=Q(here_at__gt=now() - HERE)), all=Count("pk"))
    return counts["here"], counts["all"]


def invited_to(operation: Operation) -> list[Membership]:
    """Who has not answered their invitation yet."""
    return list(operation.members.filter(ended_at=None, joined_at=None).order_by("administration", "username"))


def presence_of(member: Membership) -> str:
    """`full` where somebody is here now, `half` where they were lately, else nothing."""
    if member.here_at is None:
        return ""
    gone = now() - member.here_at
    return "full" if gone < HERE else "half" if gone < AWAY else ""


def coordinators_of(operation: Operation) -> list[str]:
    """Accounts of the co-ordinators in the room."""
    return list(
        operation.members.filter(part=policy.COORDINATOR, ended_at=None, joined_at__isnull=False)
        .order_by("joined_at", "pk")
        .values_list("username", flat=True)
    )


def holders_for(operation: Operation, first: str) -> list[str]:
    """Who may hold the other shares of the key when `first` seals the room: its other co-ordinators, then colleagues
    of the owner in the room, then stewards, then other participants; two at most.
    """
    joined = operation.members.filter(ended_at=None, joined_at__isnull=False)
    others = coordinators_of(operation)
    others += list(
        joined.filter(administration=operation.owner, part=policy.PARTICIPANT)
        .exclude(agency="private")
        .order_by("joined_at")
        .values_list("username", flat=True)
    )
    others += list(
        Officer.objects.filter(is_active=True, grants__role="steward").order_by("pk").values_list("username", flat=True)
    )
    others += list(
        joined.filter(part=policy.PARTICIPANT)
        .exclude(agency="private")
        .order_by("joined_at")
        .values_list("username", flat=True)
    )
    active = set(Officer.objects.filter(username__in=others, is_active=True).values_list("username", flat=True))
    return [name for name in dict.fromkeys(others) if name != first and name in active][:2]


def shares_of(operation: Operation) -> list[Share]:
    """Who holds which share."""
    return list(operation.shares.order_by("pk"))


def titles(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What operations are called, of those whose room or end the person sees, by ref."""
    seen = (
        ending_seen(actor).filter(ref__in=list(refs))
        | Operation.objects.filter(
            ref__in=list(refs), members__username=actor.username, members__ended_at=None
        ).distinct()
    )
    return dict(seen.values_list("ref", "title"))


def place_word(to: str) -> str:
    """Whom a message is sent to, in a word: a country, the co-ordination unit, an account."""
    if to == policy.OCU:
        return policy.OCU
    return to.removeprefix("@") if to.startswith("@") else office_called(to)


def file_row(room: Room, ref: str) -> Attachment:
    """A file of a message that the member sees. Raises `Missing`."""
    policy.must_be_open(room.operation)
    row = Attachment.objects.filter(operation_id=room.ref, ref=ref).first()
    message = (
        Message.objects.filter(operation_id=room.ref, number=row.number).first()
        if row is not None and row.number is not None
        else None
    )
    own_draft = row is not None and row.number is None and row.by == room.member.username
    seen = message is not None and policy.sees(
        room.member, to=list(message.to), administration=message.administration, by=message.by
    )
    if row is None or not (seen or own_draft):
        raise Missing("no_file", _("There is no such file in this room."))
    return row
