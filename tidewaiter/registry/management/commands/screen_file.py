"""Screens a list of names: a passenger list, a manifest."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.text import neutral
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.reading.wanted import FOUND_HEADS, found_rows
from tidewaiter.registry.screening_lists import screen_list


class Command(RegistryCommand):
    """`screen_file FILE.csv --by U --purpose TEXT -o OUT.csv`."""

    help = "screens a csv or xlsx (name[,kind,birth_date,country,document]) against the registry; a line for each hit"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """The list, and where the answer goes."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"rows", "hits"}`; rows that were too common and rows without a name are told beside."""
        by, purpose = self.reader(options)
        made = screen_list(path=options["file"], by=by, purpose=purpose)
        with os.fdopen(
            os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.writer(file)
            writer.writerow([*made.heads, *FOUND_HEADS])
            for row in made.rows:
                writer.writerows([*map(neutral, (*row.cells, *line))] for line in found_rows(row.found))
                if made.done["rows"] % 500 == 0:
                    self.progress(f"{made.done['rows']:,}")
        return made.done
