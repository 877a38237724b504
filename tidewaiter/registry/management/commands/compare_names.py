"""Compares pairs of names from a file."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.text import neutral
from tidewaiter.registry.reading.pairs import pairs_of


class Command(DeedCommand):
    """`compare_names FILE.csv -o OUT.csv`."""

    help = "compares pairs of names (left,right[,kind,left_birth,right_birth,left_country,right_country])"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and where the answer goes."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"pairs", "seconds"}`; the seconds include the loading of what is needed."""
        begun = time.perf_counter()
        heads, pairs = pairs_of(options["file"])
        done = 0
        with options["output"].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*heads, "score", "evidence", "why"])
            for cells, found in pairs:
                done += 1
                why = neutral(" ".join(found.why))
                writer.writerow([*map(neutral, cells), f"{found.score:.3f}", f"{found.evidence:.3f}", why])
        return {"pairs": done, "seconds": round(time.perf_counter() - begun, 3)}
