"""The filled form of a preservation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.response.actions import look_at_preservation
from tidewaiter.response.letters.papers import paper_of
from tidewaiter.response.queries import preservation_named
from tidewaiter.response.words import FORMS


class Command(DeedCommand):
    """`preservation_request REF -o FILE.pdf [--form art29|2703f|epoc-pr] [--language L] --by USERNAME`."""

    help = "the filled form of a preservation as PDF, in the language of the other side"

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which preservation, and where to."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("-o", "--output", required=True, metavar="FILE.pdf")
        parser.add_argument("--form", default="", choices=("", *FORMS))
        parser.add_argument("--language", default="en", choices=("en", "fr", "es"))
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file"}`."""
        by = officer_at_shell(options["by"])
        one = preservation_named(by, options["ref"])
        look_at_preservation(one=one, by=by)
        Path(options["output"]).write_bytes(paper_of(one, options["language"], options["form"]))
        return {"file": options["output"]}
