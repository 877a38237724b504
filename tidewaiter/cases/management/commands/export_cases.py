"""The deed «export»."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.actions import export_cases
from tidewaiter.cases.export import KINDS
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.cases.selection import add_where, read_where
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`export_cases --by USERNAME -o FILE [--where FIELD=VALUE …]`."""

    help = f"writes cases that a person sees to a file: {', '.join(KINDS)} by its suffix"

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, which cases, the file."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("-o", "--output", type=Path, required=True)
        add_where(parser)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "file"}`."""
        by = officer_at_shell(options["by"])
        chosen = filtered(visible_cases(by), read_where(options["where"]))
        file: Path = options["output"]
        done = export_cases(cases=chosen, to=file, kind=file.suffix.removeprefix(".").lower(), by=by)
        return {"cases": done, "file": str(file)}
