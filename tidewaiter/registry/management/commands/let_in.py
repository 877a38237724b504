"""Lets one of an agency's people in by its agreement, or takes one out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.agencies import let_in, put_out
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`let_in REF USERNAME [--out] --by U`."""

    help = "lets one of an agency's people in by its agreement; with --out takes one out"

    def add_arguments(self, parser: CommandParser) -> None:
        """By which agreement, and whom."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--out", action="store_true", help="takes the account out")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "username", "in"}`."""
        by = officer_at_shell(options["by"])
        (put_out if options["out"] else let_in)(ref=options["ref"], username=options["username"], by=by)
        return {"ref": options["ref"], "username": options["username"], "in": not options["out"]}
