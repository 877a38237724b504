"""Erases a record, or all that has reached its end."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.erasing import erase
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`erase_entity REF --reason T --by U`."""

    help = "erases a record with all that is read as one with it; the ledger keeps that it was, without the name"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and why."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--reason", default="", metavar="TEXT")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"erased"}`: how many records."""
        by = officer_at_shell(options["by"])
        return {"erased": erase(ref=options["ref"], reason=options["reason"], by=by)}
