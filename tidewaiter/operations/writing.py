"""What somebody writes by: the templates of a room that are in use, whom a message may be sent to, drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations import policy
from tidewaiter.operations.definitions import Template
from tidewaiter.operations.models import Draft, MessageTemplate, Operation
from tidewaiter.operations.opened import opened_template
from tidewaiter.operations.queries import Room, homes_of
from tidewaiter.operations.room_keys import RoomKey, key_of

MOST_TO = 300


def template_in_use(key: RoomKey, operation: Operation, code: str) -> tuple[Template, int]:
    """The latest version of a template, and its number. Raises `BadInput` that names those there are."""
    row = operation.templates.filter(code=code, retired=False).order_by("-version").first()
    if row is None:
        known = operation.templates.filter(retired=False).values_list("code", flat=True).distinct().order_by("pk")
        raise BadInput(
            "template",
            _("There is no template «%(name)s» in this room. There are: %(names)s.")
            % {"name": code[:40], "names": ", ".join(dict.fromkeys(known))},
        )
    return opened_template(key, row), row.version


def templates_in_use(key: RoomKey, operation: Operation) -> list[Template]:
    """The templates by which messages are written, in the order in which they came into the room."""
    rows: dict[str, MessageTemplate] = {}
    for row in operation.templates.order_by("version", "pk"):
        rows[row.code] = row
    return [opened_template(key, row) for row in rows.values() if not row.retired]


def read_to(operation: Operation, said: Iterable[str]) -> list[str]:
    """Whom a message is for: countries of the room's members, `OCU`, accounts (`@name`); nothing for all.

    Raises `BadInput` for whom nobody in the room would read it.
    """
    wanted = [name for name in map(str.strip, said) if name and name.lower() != "all"]
    if not wanted:
        return []  # most are for all: who is in the room, a thousand rows, is not asked
    homes = homes_of(operation) | set(operation.countries)
    members = operation.members.filter(ended_at=None, joined_at__isnull=False)
    named = [name[1:] for name in wanted if name.startswith("@")][:MOST_TO]
    accounts = set(members.filter(username__in=named).values_list("username", flat=True)) if named else set()
    found: list[str] = []
    for name in wanted:
        if name.upper() == policy.OCU:
            found.append(policy.OCU)
        elif name.startswith("@"):
            if name[1:] not in accounts:
                raise BadInput("to", _("«%(name)s» is not in the room.") % {"name": name[1:61]})
            found.append(name)
        else:
            code = name.upper() if name.upper() in homes else list_view("country").resolve(name[:200]).code
            if code not in homes:
                raise BadInput(
                    "to",
                    _("Nobody in the room would read it: «%(name)s» takes no part. There are: %(names)s.")
                    % {"name": name[:40], "names": ", ".join(sorted(homes)) or "–"},
                )
            found.append(str(code))
    if len(found) > MOST_TO:
        raise BadInput("to", _("Send it to all."))
    return list(dict.fromkeys(found))


def drafts_of(room: Room) -> dict[str, dict[str, Any]]:
    """What the member has begun to write, by template."""
    key, name = key_of(room.ref, room.operation.key_print), room.member.username
    rows = Draft.objects.filter(operation=room.operation, username=name)
    return {row.template: key.open_json(f"draft {name} {row.template}", row.content) for row in rows}
