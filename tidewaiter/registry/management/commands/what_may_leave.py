"""Shows a case as others can be given it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.case_entry import what_may_leave
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`what_may_leave CASE --by U`."""

    help = "shows a case as others can be given it: without nominal fields, texts without names"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which case."""
        super().add_arguments(parser)
        parser.add_argument("case", metavar="CASE")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"leaves": {…}, "stays": how many stand beside it by name}`."""
        return what_may_leave(case=options["case"], by=officer_at_shell(options["by"]))
