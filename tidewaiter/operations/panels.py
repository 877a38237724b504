"""What operations show on pages of other rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from tidewaiter.foundation.doors import actor_of
from tidewaiter.operations import states
from tidewaiter.operations.queries import answers_owed, invitations, own_rooms


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
            "owed": answers_owed(room),
        }
        for room in rooms[:6]
    ]
    return render_to_string("operations/_start.html", {"rows": rows, "invited": invited}, request=request)
