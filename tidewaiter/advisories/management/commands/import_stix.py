"""Bundles of STIX 2.1 and events of MISP, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.advisories import actions
from tidewaiter.advisories.marks import TLP
from tidewaiter.advisories.queries import collection_named
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`import_stix FILE --by U --collection C`: what was taken, what was rejected and why, what was lost."""

    help = "brings a bundle of STIX 2.1 or an event of MISP (JSON, by content) into a collection"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the collection, who brings it, and the mark of what says none."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--collection", required=True, metavar="CODE")
        parser.add_argument("--default", choices=TLP, default="AMBER", help="the mark of what says none")

    def answer(self, **options: Any) -> Any:
        """As `POST /api/v1/advisories/import` answers."""
        by = officer_at_shell(options["by"])
        document = read_json(bytes_of(Path(options["file"]), "stix_file_bytes"), limit="stix_file_bytes")
        made = actions.bring(
            collection=collection_named(by, options["collection"]),
            document=document,
            default=options["default"],
            by=by,
        )
        self.done_in_part = bool(made.rejected)
        return made.answer()
