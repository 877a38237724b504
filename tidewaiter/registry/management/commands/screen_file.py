"""Screens a list of names: a passenger list, a manifest."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.text import neutral
from tidewaiter.registry.actions.reading import screen_names
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.reading.pairs import table_of
from tidewaiter.registry.reading.wanted import FOUND_HEADS, found_rows, known_of


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
        heads, rows = table_of(options["file"], ("name",))
        done = {"rows": 0, "hits": 0, "too_common": 0, "without_name": 0}
        with os.fdopen(
            os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.writer(file)
            writer.writerow([*heads, *FOUND_HEADS])
            for batch in in_batches(rows, 500):
                wanted = [known_of(heads, cells) for _number, cells in batch]
                named = [one for one in wanted if one[0].name]
                answers = iter(screen_names(names=named, by=by, purpose=purpose)) if named else iter(())
                for (_number, cells), one in zip(batch, wanted, strict=True):
                    found = next(answers) if one[0].name else None
                    done["rows"] += 1
                    done["hits"] += bool(found and found.hits)
                    done["too_common"] += bool(found and found.state == "too_common")
                    done["without_name"] += found is None
                    before = [*cells, *[""] * (len(heads) - len(cells))]
                    writer.writerows([*map(neutral, (*before, *row))] for row in found_rows(found))
                self.progress(f"{done['rows']:,}")
        return done
