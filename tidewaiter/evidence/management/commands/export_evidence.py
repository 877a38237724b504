"""Exports the exhibits of a case with everything that lets others verify them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.evidence.actions.exports import export_case
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`export_evidence REF -o FILE.zip|FOLDER --by U --purpose TEXT [--order TEXT]`."""

    help = "exports a case's exhibits with custody, stamps, papers and a verifier of one file"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which case, where to, for what."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF", help="of a case, or of one exhibit")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip|FOLDER")
        parser.add_argument("--purpose", default="", help="for what it is taken: it stands in every event")
        parser.add_argument("--order", default="", help="the order by which what is restricted leaves")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"exhibits", "events", "files", "sha256"}`."""
        made = export_case(
            case=options["ref"],
            path=options["output"],
            purpose=options["purpose"],
            order=options["order"],
            by=officer_at_shell(options["by"]),
            report=lambda step, done, total: self.share(done / total) if total else self.progress(step),
        )
        return {
            "exhibits": made.exhibits,
            "events": made.events,
            "files": made.files,
            "sha256": made.sha256,
            "ref": made.ref,
            "file": str(options["output"]),
        }
