"""What rose lately."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_named
from tidewaiter.statistics.dashboard.figures import span
from tidewaiter.statistics.signals import signals


class Command(DeedCommand):
    """`early_signals [--until YYYY-MM] [--as USERNAME]`."""

    help = "goods, routes and methods whose last three months are more than their own history explains"

    def add_arguments(self, parser: CommandParser) -> None:
        """Up to when, and whose eyes."""
        super().add_arguments(parser)
        parser.add_argument(
            "--until", default="", metavar="YYYY-MM", help="the last month; by default the latest with a case"
        )
        parser.add_argument("--as", dest="viewer", metavar="USERNAME", help="only what this person may see")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"commodity", …, "lately", "expected", "ratio", "p", "q"}]`, least likely first."""
        viewer = officer_named(options["viewer"]) if options["viewer"] else None
        known = span(viewer)
        until = options["until"] or (known[1] if known else "")
        found = signals(viewer, until)[0] if until else []
        return [
            {**one.keys, "lately": one.lately, "expected": one.expected, "ratio": one.ratio, "p": one.p, "q": one.q}
            for one in found
        ]
