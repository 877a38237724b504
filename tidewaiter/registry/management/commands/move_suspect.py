"""Signals a suspect and moves it on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry import states
from tidewaiter.registry.actions.suspects import Move, move_suspect, signal
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.queries import entity_named


class Command(RegistryCommand):
    """`move_suspect REF DEED --reason T [--action A] [--to T] [--review-on D] [--expires-on D] … --by U`."""

    help = "signals a record as a suspect, and moves it on: assess, watch, investigate, hand over, close, review"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, what, and what is said with it."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("deed", choices=("signal", *states.MOVES))
        parser.add_argument("--reason", default="", metavar="TEXT")
        parser.add_argument("--action", choices=states.ACTIONS, default="", help="what to do if met")
        parser.add_argument("--advice", default="", metavar="TEXT", help="what who meets them should know")
        parser.add_argument("--owner", default="", metavar="USERNAME")
        parser.add_argument("--to", default="", metavar="TEXT", help="to whom it is handed over")
        parser.add_argument("--review-on", default="", metavar="DAY")
        parser.add_argument("--expires-on", default="", metavar="DAY")
        parser.add_argument("--if-version", type=int, default=None, metavar="N", help="only of this version")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "state", "version", "owner", "review_on", "expires_on"}`."""
        by = officer_at_shell(options["by"])
        if options["deed"] == "signal":
            made = signal(entity=entity_named(by, options["ref"]), reason=options["reason"], by=by)
        else:
            names = ("deed", "reason", "action", "advice", "owner", "to", "review_on", "expires_on")
            move = Move(version=options["if_version"], **{name: options[name] for name in names})
            made = move_suspect(ref=options["ref"], move=move, by=by)
        return {
            "ref": made.pk,
            "state": made.state,
            "version": made.version,
            "owner": made.owner,
            "review_on": made.review_on.isoformat(),
            "expires_on": made.expires_on.isoformat(),
        }
