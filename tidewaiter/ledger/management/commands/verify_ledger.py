"""Checks the whole chain, the signed heads, and that it continues an earlier exported head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.queries import verify


class Command(DeedCommand):
    """`verify_ledger [--head FILE]`; exit 1 names the first entry that is wrong."""

    help = "checks the whole chain of the ledger and its signed heads"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--head FILE`: a head exported earlier by `ledger_head`."""
        super().add_arguments(parser)
        parser.add_argument("--head", type=Path, help="a head exported earlier, which the chain must continue")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"entries", "heads", "intact"}` and, with a fault, `wrong_entry` and `why`."""
        head = None
        if options["head"]:
            try:
                head = json.loads(options["head"].read_text())
                head = {key: head[key] for key in ("day", "seq", "hash", "public_key", "signature")}
                head["seq"] = int(head["seq"])
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise BadInput(
                    "head_unreadable", "The head's file cannot be read: give one written by ledger_head."
                ) from error
        answer = verify(head)
        self.done_in_part = not answer["intact"]
        return answer
