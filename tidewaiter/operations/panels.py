"""What operations show on pages of other rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from tidewaiter.foundation.doors import actor_of
from tidewaiter.operations import policy, states
from tidewaiter.operations.models import Owed
from tidewaiter.operations.queries import invitations, own_rooms


def start_panel(request: HttpRequest, _thing: Any) -> str:
    """The rooms one is in, with what is owed there, and invitations; nothing where there are none."""
    by = actor_of(request)
    rooms = [room for room in own_rooms(by) if room.operation.phase in states.OPEN]
    invited = invitations(by)
    if not rooms and not invited:
        return ""
    rows = [
        {
            "operation": room.operation,
            "owed": Owed.objects.filter(
                operation=room.operation,
                met_at=None,
                what="reply",
                administration=policy.OCU if room.member.part == policy.COORDINATOR else room.member.administration,
            ).count(),
        }
        for room in rooms[:6]
    ]
    return render_to_string("operations/_start.html", {"rows": rows, "invited": invited}, request=request)
