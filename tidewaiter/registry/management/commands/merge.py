"""Says that two records are one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`merge REF REF --by U --reason T`."""

    help = "reads two records as one from now on; no statement is touched, `unmerge` takes it back"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which two, and why."""
        super().add_arguments(parser)
        parser.add_argument("left", metavar="REF")
        parser.add_argument("right", metavar="REF")
        parser.add_argument("--reason", default="", metavar="TEXT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"canonical", "members"}`."""
        by = officer_at_shell(options["by"])
        under, members = merge(left=options["left"], right=options["right"], by=by, reason=options["reason"])
        return {"canonical": under, "members": members}
