"""The door of the registry's commands: who acts, and for what names are read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.policy import must_have_purpose


class RegistryCommand(DeedCommand):
    """A command with `--by USERNAME`, and with `--purpose TEXT` where it reads names."""

    reads_names = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and for what; a command with arguments of its own extends this."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        if self.reads_names:
            parser.add_argument(
                "--purpose", default="", metavar="TEXT", help="what names are read for: kept in the ledger"
            )

    def reader(self, options: dict[str, Any]) -> tuple[Actor, str]:
        """The person and the purpose. Raises `BadInput` where either is missing."""
        return officer_at_shell(options["by"]), must_have_purpose(options["purpose"])
