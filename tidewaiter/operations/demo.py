"""The demo's room: an invented operation of six people in three languages, live and in the middle of its days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.moments import now
from tidewaiter.operations.actions.joining import invite
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.actions.opening import move, open_operation
from tidewaiter.operations.models import Operation
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import room_of
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named

FILE = "grey_heron.toml"
FIELDS = ("title", "type", "unit", "countries", "languages", "waiting_days")


def fill_operations(say: Callable[[str], None]) -> dict[str, Any] | None:
    """Opens the demo's room and plays its story, once: a room that was destroyed is not opened again."""
    told = read_toml((Path(settings.DEMO_FOLDER) / FILE).read_text(encoding="utf-8"))
    if Operation.objects.filter(title=told["title"]).exists():
        return None
    say(f"Operation {told['title']}")
    opener = officer_named(told["by"])
    if "coordinator" not in opener.role_codes:
        return None
    today = now().date()
    said = {name: told[name] for name in FIELDS}
    said |= {"starts": today - timedelta(days=1), "ends": today + timedelta(days=7)}
    operation = open_operation(said=read_planned(said), by=opener)
    known = set(Officer.objects.filter(username__in=list(told["members"])).values_list("username", flat=True))
    for username, part in told["members"].items():
        if username in known:
            invite(room=room_of(opener, operation.ref), username=username, part=part, by=opener, joins_at_once=True)
    move(room=room_of(opener, operation.ref), phase="live", by=opener)
    for one in told["messages"]:
        by = officer_named(one["by"])
        written = Written(
            template=one["template"],
            data=_dated(one["data"], today),
            to=one.get("to", []),
            reply_to=one.get("reply_to"),
            urgent=one.get("urgent", False),
        )
        send(room=room_of(by, operation.ref), said=written, by=by)
    return {"operation": operation.ref}


def _dated(data: dict[str, Any], today: date) -> dict[str, Any]:
    """Days that the story tells from today on: `@+2` is the day after tomorrow."""
    return {
        name: (today + timedelta(days=int(value[1:]))).isoformat()
        if isinstance(value, str) and value.startswith("@")
        else value
        for name, value in data.items()
    }
