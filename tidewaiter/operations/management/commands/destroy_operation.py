"""Destroys a sealed room."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.operations.actions.ending import destroy
from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.queries import ending_named
from tidewaiter.people.queries import officer_at_shell


class Command(RoomCommand):
    """`destroy_operation REF --by U --second U2`."""

    help = "destroys a sealed room whose days are over, in four eyes; a signed certificate stays"

    def add_arguments(self, parser: CommandParser) -> None:
        """The other pair of eyes."""
        super().add_arguments(parser)
        parser.add_argument("--second", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"destroyed_at", "certificate"}`."""
        by, second = officer_at_shell(options["by"]), officer_at_shell(options["second"])
        operation = ending_named(by, options["ref"])
        path = destroy(operation=operation, by=by, second=second)
        operation.refresh_from_db()
        at = operation.destroyed_at
        return {"destroyed_at": at.isoformat() if at else None, "certificate": str(path)}
