"""What rings, at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.notices.api import ringing_out
from tidewaiter.notices.models import Ringing
from tidewaiter.notices.queries import heard, ringing_named
from tidewaiter.notices.ringing import acknowledge
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`ringing --by USERNAME [--all] [--acknowledge REF]`."""

    help = "lists what rings for a person, or says that they have it"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose ears, and what they have."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--all", action="store_true", help="what somebody has already too")
        parser.add_argument("--acknowledge", default="", metavar="REF")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "about", "deed", "administration", "by", "at", "level", "outcome", "ended_by", …, "rung"}]`."""
        by = officer_at_shell(options["by"])
        if options["acknowledge"]:
            return [_row(acknowledge(ringing=ringing_named(by, options["acknowledge"]), by=by))]
        rows = heard(by) if options["all"] else heard(by).filter(ended_at=None)
        return [_row(one) for one in rows[:200]]


def _row(one: Ringing) -> dict[str, Any]:
    found = ringing_out(one)
    for name in ("at", "next_at", "ended_at"):
        found[name] = found[name].isoformat() if found[name] else None
    found["rung"] = [{**row, "at": row["at"].isoformat()} for row in found["rung"]]
    return found
