"""Ends an agreement with another agency before its day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.agencies import end_agreement
from tidewaiter.registry.agency_api import agreement_out
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`end_agreement REF --reason TEXT --by U`."""

    help = "ends an agreement with another agency before its day"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and why."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--reason", required=True, metavar="TEXT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The agreement."""
        by = officer_at_shell(options["by"])
        return agreement_out(end_agreement(ref=options["ref"], reason=options["reason"], by=by))
