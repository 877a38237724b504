"""Takes a merge back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.merging import unmerge
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`unmerge REF --by U --reason T`: a decision's ref, or a record's that one decision alone holds."""

    help = "takes a decision that two records are one back"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and why."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--reason", default="", metavar="TEXT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"canonical", "members"}` of the record, or of the decision's first one."""
        by = officer_at_shell(options["by"])
        under, members = unmerge(ref=options["ref"], by=by, reason=options["reason"])
        return {"canonical": under, "members": members}
