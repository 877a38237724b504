"""The deed «export»."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.actions import export_cases
from tidewaiter.cases.commands import CasesCommand
from tidewaiter.cases.export import KINDS


class Command(CasesCommand):
    """`export_cases --by USERNAME -o FILE [--where FIELD=VALUE …]`."""

    help = f"writes cases that a person sees to a file: {', '.join(KINDS)} by its suffix"

    def add_arguments(self, parser: CommandParser) -> None:
        """And the file."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "file"}`."""
        by, cases = self.taken(options)
        file: Path = options["output"]
        done = export_cases(cases=cases, to=file, kind=file.suffix.removeprefix(".").lower(), by=by)
        return {"cases": done, "file": str(file)}
