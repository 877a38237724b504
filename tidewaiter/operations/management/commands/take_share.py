"""Gives a holder their share of a sealed room's key."""

from __future__ import annotations

from typing import Any

from tidewaiter.operations.actions.ending import take_share
from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.queries import ending_named
from tidewaiter.people.queries import officer_at_shell


class Command(RoomCommand):
    """`take_share REF --by U`."""

    help = "your share of a sealed room's key, told once and kept nowhere from then on"

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"share"}`."""
        by = officer_at_shell(options["by"])
        return {"share": take_share(operation=ending_named(by, options["ref"]), by=by)}
