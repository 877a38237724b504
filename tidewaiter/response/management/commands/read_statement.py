"""Payments that a bank statement names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.response.payments.statements import payments_in


class Command(DeedCommand):
    """`read_statement FILE.txt`: nothing of it is kept."""

    help = "payments that a bank statement names: offered to a person, never trusted"

    def add_arguments(self, parser: CommandParser) -> None:
        """The statement."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"line", "to_account", "to_bic", "to_name", "amount", "currency", "day", "uetr", "doubts"}]`."""
        return [one.said() for one in payments_in(text_of(Path(options["file"]), "statement_bytes"))]
