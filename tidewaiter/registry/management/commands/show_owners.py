"""Says who owns a company."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.registry.actions.reading import owners_of
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`show_owners REF [--on DAY] --by U --purpose TEXT`."""

    help = "who owns a company, over all ways, with what sources say of each share"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which, and on which day."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--on", default="", metavar="DAY", help="today where it is not said")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"owners": [{"ref", "caption", "shares", "contradicts", "owners"}], "in_the_end": […], "over", "cut"}`."""
        by, purpose = self.reader(options)
        return owners_of(ref=options["ref"], on=options["on"], by=by, purpose=purpose)
