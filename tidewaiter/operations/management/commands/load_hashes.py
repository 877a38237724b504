"""Loads a list of digests of files that are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.operations.actions.hashes import drop_hashes, load_hashes
from tidewaiter.operations.hash_lists import lines_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`load_hashes NAME (FILE | --drop) [--pictures] [--source TEXT] --by U`."""

    help = "a list of digests (MD5, SHA-1, SHA-256, PDQ) for the one of that name: such files are restricted"

    def add_arguments(self, parser: CommandParser) -> None:
        """The list, and who."""
        super().add_arguments(parser)
        parser.add_argument("name", metavar="NAME")
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="digests, as lists of known files have them"
        )
        parser.add_argument("--source", default="", help="where the list is from")
        parser.add_argument("--pictures", action="store_true", help="its digests of 64 signs are PDQ, of pictures")
        parser.add_argument("--drop", action="store_true", help="take the list out of use")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"list", "size"}`."""
        by = officer_at_shell(options["by"])
        if options["drop"]:
            drop_hashes(name=options["name"], by=by)
            return {"list": options["name"], "size": 0}
        with (options["file"] or Path("/dev/stdin")).open("rb") as file:
            made = load_hashes(
                name=options["name"],
                source=options["source"],
                lines=lines_of(file),
                by=by,
                pictures=options["pictures"],
            )
        return {"list": made.name, "size": made.size}
