"""Accounts by administration and role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell, user_statistics


class Command(DeedCommand):
    """`people_statistics [--as USERNAME]`."""

    help = "counts accounts by administration and role: all, open, used in 30 days, with a second factor"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose eyes to look with."""
        super().add_arguments(parser)
        parser.add_argument("--as", dest="viewer", default="", help="only what this person may see")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"administration", "name", "role", "accounts", "open", "used_30_days", "second_factor", "last_used"}]`."""
        viewer: Actor = officer_at_shell(options["viewer"]) if options["viewer"] else NODE
        return user_statistics(viewer)
