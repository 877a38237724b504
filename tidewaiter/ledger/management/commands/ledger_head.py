"""Writes the chain's end, signed, to a file that is kept elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.disk import whole
from tidewaiter.ledger.queries import current_head


class Command(DeedCommand):
    """`ledger_head -o FILE`."""

    help = "writes the signed end of the ledger's chain to a file"

    def add_arguments(self, parser: CommandParser) -> None:
        """`-o FILE`."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """The head that was written."""
        head = current_head()
        with whole(options["output"]) as part:
            part.write_text(json.dumps(head, indent=1) + "\n")
        return head
