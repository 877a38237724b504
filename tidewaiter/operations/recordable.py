"""Whether a message of a room makes a case."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.operations import policy
from tidewaiter.operations.opened import Told
from tidewaiter.operations.queries import Room

HANDED_OVER = "operation_message"
"""What a message is on the wire that goes to its owner's own node."""
KEEPS_CASES = "national"
"""The shape on which a case may outlive its room: an operation node keeps nothing, there the signed export is taken."""


def may_record(room: Room, told: Told) -> None:
    """Raises a refusal where a message makes no case of this member."""
    policy.may_send(room.member, room.operation)
    if settings.TIDEWAITER_SHAPE != KEEPS_CASES and told.administration not in homes_reached():
        raise Refusal("elsewhere", _("This node keeps nothing of a room: take your data, and enter the case at home."))
    if "record" not in told.content.data or told.withdrawn_at is not None:
        raise Refusal("no_seizure", _("Only a seizure that was not withdrawn becomes a case."))
    if not policy.is_own(room.member, administration=told.administration, by=told.by):
        raise NotAllowed("not_yours", _("What another country has seized is their case to enter."))
    if told.case_ref:
        raise Refusal("recorded", _("It is a case already: %(ref)s.") % {"ref": told.case_ref})


def homes_reached() -> set[str]:
    """The administrations to whose own nodes a message may go from here today, by an agreement."""
    return {home for room in rooms_of_node() if room.reaches is not None for home in room.reaches(HANDED_OVER)}
