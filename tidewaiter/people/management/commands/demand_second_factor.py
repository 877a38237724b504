"""Says of which roles a second factor is demanded."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.actions import demand_second_factor
from tidewaiter.people.policy import ROLES


class Command(DeedCommand):
    """`demand_second_factor ROLE … | --nobody`."""

    help = "demands a second factor of everybody with one of these roles, and of nobody else"

    def add_arguments(self, parser: CommandParser) -> None:
        """The roles."""
        super().add_arguments(parser)
        parser.add_argument("roles", nargs="*", metavar="ROLE", help=", ".join(ROLES))
        parser.add_argument("--nobody", action="store_true", help="of nobody: for a demonstration")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"demanded"}`."""
        roles = sorted(set(options["roles"]))
        if bool(roles) == options["nobody"]:
            raise BadInput("role", "Give roles, or --nobody.")
        demand_second_factor(roles=roles, by=node_at_shell())
        return {"demanded": roles}
