"""Who takes part: invited, admitted, joining, leaving, removed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.operations import policy
from tidewaiter.operations.events import happened, held, held_with
from tidewaiter.operations.models import Membership
from tidewaiter.operations.queries import Room, coordinators_of
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import has_second_factor, nobody_needs_second_factor


def invite(
    *, room: Room, username: str, part: str, by: Actor, agency: str = "customs", joins_at_once: bool = False
) -> Membership:
    """Invites an account of this node; they are in the room once they say yes, or at once where the shell admits them.

    Raises a refusal, `BadInput` for an account, a part or an agency that is none.
    """
    if part not in policy.PARTS:
        raise BadInput("part", _("A member is one of: %(names)s.") % {"names": ", ".join(policy.PARTS)})
    if agency not in policy.AGENCIES:
        raise BadInput("agency", _("An agency is one of: %(names)s.") % {"names": ", ".join(policy.AGENCIES)})
    if part == policy.COORDINATOR and agency == policy.PRIVATE:
        raise BadInput("agency", _("A private partner co-ordinates no room: they would read everything in it."))
    officer = Officer.objects.filter(username=username.strip(), is_active=True).first()
    if officer is None:
        raise BadInput("username", _("There is no active account «%(name)s» on this node.") % {"name": username[:60]})
    moment = now()
    with transaction.atomic():
        operation = held_with(room.member)
        policy.may_coordinate(room.member, operation)
        found = operation.members.filter(username=officer.username, ended_at=None).first()
        if found is not None and found.joined_at is not None:
            raise Refusal("member", _("%(name)s is in the room already.") % {"name": officer.username})
        member = found or Membership(operation=operation, username=officer.username)
        member.administration, member.part, member.agency = officer.administration_id, part, agency
        member.invited_by, member.invited_at = by.username, moment
        member.joined_at = moment if joins_at_once else None
        member.save()
        deed = "operations.admitted" if joins_at_once else "operations.invited"
        record(by=by, deed=deed, ref=operation.ref, detail={"who": officer.username, "part": part})
        tell(to=[(officer.username, operation.ref, 1)], deed=deed, by=by)
        happened(operation, "joined" if joins_at_once else "invited", about=officer.username)
    return member


def answer_invitation(*, ref: str, yes: bool, by: Actor) -> Membership:
    """Joins a room one is invited to, or declines. Who joins has a second factor, unless nobody on this node needs
    one. Raises a refusal.
    """
    with transaction.atomic():
        operation = held(ref)
        member = Membership.objects.get(operation=operation, username=by.username, ended_at=None, joined_at=None)
        policy.must_be_open(operation)
        if yes:
            officer = Officer.objects.get(username=by.username)
            if not has_second_factor(officer) and not nobody_needs_second_factor():
                raise Refusal("second_factor", _("Set up a second factor first (Your account): rooms ask for it."))
            member.joined_at = now()
        else:
            member.ended_at, member.ended_by = now(), by.username
        member.save()
        deed = "operations.joined" if yes else "operations.declined"
        record(by=by, deed=deed, ref=operation.ref, detail={"who": by.username})
        tell(to=[(member.invited_by, operation.ref, 1)], deed=deed, by=by)
        happened(operation, "joined" if yes else "declined", about=by.username)
    return member


def end_membership(*, room: Room, username: str, by: Actor) -> Membership:
    """Leaves a room, or removes somebody as a co-ordinator: access ends with this transaction, in open streams too.

    Raises `Refusal` for the last co-ordinator, who names another first.
    """
    with transaction.atomic():
        operation = held_with(room.member)
        if username != by.username:
            policy.may_coordinate(room.member, operation)
        policy.must_be_open(operation)
        member = operation.members.filter(username=username, ended_at=None).first()
        if member is None:
            raise BadInput("username", _("«%(name)s» is not in the room.") % {"name": username[:60]})
        if member.part == policy.COORDINATOR and coordinators_of(operation) == [username]:
            raise Refusal(
                "last", _("The last co-ordinator stays until there is another one, or until the room closes.")
            )
        member.ended_at, member.ended_by = now(), by.username
        member.save()
        if not operation.hold_by:
            operation.drafts.filter(username=username).delete()
        deed = "operations.left" if username == by.username else "operations.removed"
        record(by=by, deed=deed, ref=operation.ref, detail={"who": username})
        tell(to=[(username, operation.ref, 1)], deed=deed, by=by)
        happened(operation, "left", about=username)
    return member


def was_here(*, room: Room, read_to: int | None = None) -> None:
    """Remembers that a member is here, and the last number they looked at; leaves no entry, it is no deed of theirs."""
    fields = {"here_at": now()} | ({"read_to": read_to} if read_to is not None else {})
    Membership.objects.filter(pk=room.member.pk).update(**fields)
