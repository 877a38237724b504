"""Money and goods of value in custody, at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.evidence import actions
from tidewaiter.evidence.assets import asset_rows, asset_sums
from tidewaiter.evidence.policy import must_have_purpose, must_read
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`assets --by USERNAME [--purpose TEXT]`."""

    help = "money and goods of value in custody by currency: nothing ordered, frozen, forfeited, returned"

    def add_arguments(self, parser: CommandParser) -> None:
        """For whom, and what for."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--purpose", default="custody", metavar="TEXT", help="what it is read for")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"currency", "number", "open", "frozen", "forfeited", "returned"}]`."""
        by = officer_at_shell(options["by"])
        must_read(by)
        actions.look_at(exhibits=asset_rows(by), purpose=must_have_purpose(options["purpose"]), by=by)
        names = ("open", "frozen", "forfeited", "returned")
        return [row | {name: decimal_text(row[name]) for name in names} for row in asset_sums(by)]
