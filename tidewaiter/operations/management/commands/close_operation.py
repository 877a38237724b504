"""Seals a room."""

from __future__ import annotations

from typing import Any

from tidewaiter.operations.actions.ending import close
from tidewaiter.operations.commands import RoomCommand


class Command(RoomCommand):
    """`close_operation REF --by U`."""

    help = "seals a room: unreadable from now on, its key split between its holders"

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"messages", "attachments", "transferred", "sealed_at", "report", "share", "holders"}`."""
        room, by = self.room(options)
        done = close(operation=room.operation, by=by)
        if done.share:
            self.progress("Keep your share of the key apart from this machine: it is told once and kept nowhere.")
        sealed_at = done.operation.sealed_at
        return {
            "messages": done.operation.counts["messages"],
            "attachments": done.operation.counts["attachments"],
            "transferred": done.transferred,
            "sealed_at": sealed_at.isoformat() if sealed_at else None,
            "report": str(done.report),
            "share": done.share,
            "holders": done.holders,
        }
