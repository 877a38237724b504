"""Says that a suspect was met."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.suspects import report_sighting
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`report_sighting REF --place T --what T [--on DAY] --by U`."""

    help = "says that a suspect was met: where, when and what was seen"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, where and what."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--place", required=True, metavar="TEXT")
        parser.add_argument("--what", required=True, metavar="TEXT")
        parser.add_argument("--on", default="", metavar="DAY", help="today where it is not said")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "suspect", "seen_on"}`."""
        made = report_sighting(
            ref=options["ref"],
            seen_on=options["on"],
            place=options["place"],
            what=options["what"],
            by=officer_at_shell(options["by"]),
        )
        return {"ref": made.ref, "suspect": made.suspect_id, "seen_on": made.seen_on.isoformat()}
