"""Two results side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.run_comparison import compare_folders


class Command(DeedCommand):
    """`compare_results FIRST SECOND`: folders that `unit_prices -o FOLDER` or `mirror -o FOLDER` wrote."""

    help = "lays two results side by side: figures that differ, ranked rows that both have and those of one alone"

    def add_arguments(self, parser: CommandParser) -> None:
        """The two folders."""
        super().add_arguments(parser)
        parser.add_argument("first", metavar="FIRST")
        parser.add_argument("second", metavar="SECOND")

    def answer(self, **options: Any) -> JsonObject:
        """`{"figures": {name: [first, second]}, "rows": {"both", "first", "second"}}`,
        figures that are the same left out.
        """
        found = compare_folders(Path(options["first"]), Path(options["second"]))
        return {
            "figures": {name: both for name, both in found.figures.items() if both[0] != both[1]},
            "rows": found.rows,
        }

    def table(self, answer: JsonObject) -> str:
        """A line a figure."""
        wide = max((len(name) for name in answer["figures"]), default=0)
        lines = [
            f"{name:<{wide}}  {_said(first):>16}  {_said(second):>16}"
            for name, (first, second) in answer["figures"].items()
        ]
        return "\n".join([*lines, super().table(answer["rows"])])


def _said(number: float | None) -> str:
    return "–" if number is None else f"{number:,.6g}" if isinstance(number, float) else f"{number:,}"
