"""Checks a certificate of destruction, or a signed export of a room, without asking anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.operations.certificates import verify_file


class Command(DeedCommand):
    """`verify_certificate FILE [--key HEX]`."""

    help = "whether a certificate of destruction, or an owner's export of a room, is as the node signed it"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the key one trusts."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--key", default="", metavar="HEX", help="the node's public key, as it has told you")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"valid", "kind", "operation", "counts", …}`; exit code 1 where it is not."""
        found = verify_file(options["file"], trusted=options["key"])
        self.done_in_part = not found["valid"]
        return found
