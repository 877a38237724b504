"""Opens, for a quarter of an hour, what investigators alone read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.glass import break_glass
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`break_glass --reason T --by U`."""

    help = "opens what investigators alone read for fifteen minutes; they are told at once, and it is judged"

    def add_arguments(self, parser: CommandParser) -> None:
        """Why."""
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", metavar="TEXT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "until"}`."""
        made = break_glass(reason=options["reason"], by=officer_at_shell(options["by"]))
        return {"ref": made.ref, "until": made.until.isoformat()}
