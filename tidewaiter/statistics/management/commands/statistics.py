"""Counts, quantities and values by dimension."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.cases.filter_params import add_where, read_where
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.text import neutral
from tidewaiter.people.queries import officer_named
from tidewaiter.statistics import store
from tidewaiter.statistics.queries import MEASURES, compute
from tidewaiter.statistics.tables.predefined import QUESTIONS, question_named


class Command(DeedCommand):
    """`statistics --by DIM[,DIM…]|--question NAME [--measure M] [--where FIELD=VALUE …] [--status S|all]
    [--as USERNAME]`.
    """

    help = "counts, quantities and values by dimension, over validated cases unless --status says otherwise"

    def add_arguments(self, parser: CommandParser) -> None:
        """Dimensions, measure, conditions, whose eyes."""
        parser.add_argument("--format", choices=("csv", "json", "table"), default="table")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--by", metavar="DIM[,DIM…]")
        which.add_argument(
            "--question", metavar="NAME", help="a predefined table: " + ", ".join(one.name for one in QUESTIONS)
        )
        parser.add_argument("--measure", choices=MEASURES, default="cases")
        add_where(parser)
        parser.add_argument("--status", default="validated")
        parser.add_argument("--as", dest="viewer", metavar="USERNAME", help="only what this person may see")
        parser.add_argument("--rebuild", action="store_true", help="write the analysis store anew first")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """A row for each group."""
        if options["rebuild"]:
            store.rebuild()
        question = question_named(options["question"]) if options["question"] else None
        by = question.dimensions if question else [name.strip() for name in options["by"].split(",") if name.strip()]
        viewer = officer_named(options["viewer"]) if options["viewer"] else None
        rows = compute(
            by=by,
            measure=question.measure if question else options["measure"],
            where=read_where(options["where"]),
            status=options["status"],
            actor=viewer,
        )
        self._csv = options["format"] == "csv"
        return rows

    def table(self, answer: Any) -> str:
        """The rows as a table, or as CSV."""
        if not self._csv:
            return super().table(answer) if answer else "–"
        names = [name for name in (answer[0] if answer else {}) if name not in ("quantities", "values")]
        out = io.StringIO()
        writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(row.get(name)) for name in names} for row in answer)
        return out.getvalue().rstrip("\n")


def _cell(value: Any) -> str:
    return "" if value is None else neutral(str(value))
