"""The share of a country's cases that must be opened."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.review.actions import set_sampling
from tidewaiter.review.queries import past_of, proposed_rate


class Command(DeedCommand):
    """`set_sampling CC --by USERNAME [--rate SHARE]`;
    without `--rate` it says what the past suggests and sets nothing.
    """

    help = "sets what share of a country's cases must be opened before they are validated"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which country, who, what share."""
        super().add_arguments(parser)
        parser.add_argument("administration", metavar="CC")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--rate", type=float, metavar="SHARE", help="from 0.01 to 1; 1 is all of them")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"administration", "judged", "sent_back", "proposed", "rate"}`; `rate` is what was set, or nothing."""
        code = options["administration"]
        judged, back = past_of(code)
        if options["rate"] is not None:
            set_sampling(administration=code, rate=options["rate"], by=officer_at_shell(options["by"]))
        return {
            "administration": code,
            "judged": judged,
            "sent_back": back,
            "proposed": proposed_rate(judged, back),
            "rate": options["rate"],
        }
