"""A national checklist of scenes, brought at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.evidence.actions import load_checklist
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`evidence_checklist FILE.toml --by USERNAME`."""

    help = "brings a national checklist of scenes: steps, legal bases, words of the receipt"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and by whom."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.toml")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"code", "version", "steps"}`."""
        by = officer_at_shell(options["by"])
        text = bytes_of(Path(options["file"]), "toml_bytes").decode("utf-8", "replace")
        made = load_checklist(text=text, by=by)
        return {"code": made.code, "version": made.version, "steps": len(made.definition["steps"])}
