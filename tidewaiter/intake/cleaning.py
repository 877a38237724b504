"""From a file to rows ready to be staged: opened, cleaned, written as text. Touches
no table but to read lists and forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from tidewaiter.cases.policy import INT
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.worker_process import in_second_process
from tidewaiter.intake.accepting import FileNorms
from tidewaiter.intake.album import Album
from tidewaiter.intake.mapping.mapping_file import Mapping, ReaderHints, read_mapping
from tidewaiter.intake.mending.hidden_sheets import Hidden, hidden_in
from tidewaiter.intake.reading.readers import Source, open_source
from tidewaiter.intake.rows import WHOLE, RowParser, Share
from tidewaiter.intake.staged import Staged
from tidewaiter.privacy.masking import mask_personal_data

ROWS_AT_ONCE = 2_500
LONGEST_RAW, LONGEST_PATH = 2_000, 120
"""Signs of a wrong value, and of the name of its column, that come back on the error sheet."""
"""What stands before the path of a line's value."""
COLUMNS = ("number", "key", "form", "header_text", "lines_text", "problems", "raw", "state", "source", "counts")
_PROBLEMS, _RAW = COLUMNS.index("problems"), COLUMNS.index("raw")


@dataclass(slots=True)
class Cleaned:
    """Some rows, as tuples in the order of `COLUMNS`; the number of the last; how many were read, how many skipped."""

    rows: list[tuple[Any, ...]]
    last: int
    read: int
    skipped: int
    hidden: list[Hidden]
    """What was hidden in their texts."""


@dataclass(slots=True)
class Wrong:
    """How much of a file must be mended: a file of which nearly all is wrong is mended
    where it was made, not row by row here.
    """

    rows: int = 0
    bytes: int = 0
    first: int = 0

    def count(self, some: Cleaned) -> None:
        """Counts some rows more. Raises `OverLimit`."""
        for row in some.rows:
            if problems := row[_PROBLEMS]:
                self.rows += 1
                self.bytes += len(problems) + len(row[_RAW])
                self.first = self.first or int(row[0])
        for limit, count in (("file_wrong_rows", self.rows), ("file_wrong_bytes", self.bytes)):
            if count > most(limit):
                words = gettext("The first is row %(row)s. Mend them where the file is made, or give a mapping.")
                raise over(limit, words % {"row": self.first})


@dataclass(slots=True)
class HowRead:
    """What comes last: notes on how the file was read, and what was learnt of what is usual in it."""

    notes: dict[str, Any]
    norms: FileNorms


def cleaned(
    path: str, mapping_text: str, administration: str, after: int, by: Actor | None, share: Share = WHOLE
) -> Iterator[Cleaned | HowRead]:
    """All rows with a number above `after`, some thousand at a time, then how the file was read.

    `administration`: whose rows these may be. `by`: who keeps pictures that come with the table; without one there are
    none. Raises `BadInput` for a file that cannot be read.
    """
    mapping: Mapping | None = read_mapping(mapping_text) if mapping_text else None
    country = _country_of(mapping, administration)
    hints = mapping.reader if mapping else ReaderHints()
    with open_source(Path(path), hints, country=country, sure=True) as source:
        album = Album(source.pictures, by) if by is not None else None
        norms = FileNorms()
        for batch in RowParser(source, mapping).staged(ROWS_AT_ONCE, share):
            if album is not None:
                album.put_into(batch)
            norms.learn(batch)
            fresh = [row for row in batch if row.number > after]
            rows = [_row(row, administration) for row in fresh if not row.skipped]
            skipped = sum(row.skipped for row in fresh)
            hidden = [one for row in fresh for one in hidden_in(row.number, row.found)]
            yield Cleaned(rows, fresh[-1].number if fresh else after, sum(row.counts for row in fresh), skipped, hidden)
        yield HowRead(_how_read(source), norms)


def _country_of(mapping: Mapping | None, administration: str) -> str:
    """Whose file it is: the country that the mapping says of all its rows, else that of who brings it."""
    said = mapping.constants.get("country", "") if mapping else ""
    found = list_view("country").resolve(said).code if said else None
    return found or ("" if administration == INT else administration)


def cleaned_by_two(path: str, mapping_text: str, administration: str, after: int) -> Iterator[Cleaned | HowRead]:
    """What `cleaned` gives of a file without pictures, in the same order; every other
    batch is cleaned by a second process.
    """
    asked = (path, mapping_text, administration, after, None)
    here, there = cleaned(*asked, share=(0, 2)), in_second_process(cleaned, *asked, (1, 2))
    ends: list[HowRead] = []
    while len(ends) < 2:
        for half in (here, there):
            for some in islice(half, 1):
                if isinstance(some, HowRead):
                    ends.append(some)
                else:
                    yield some
    end, other = ends
    end.norms.add(other.norms)
    if short := sorted({*end.notes.get("short_rows", ()), *other.notes.get("short_rows", ())}, key=int):
        end.notes["short_rows"] = short[:40]
    yield end


def _how_read(source: Source) -> dict[str, Any]:
    """What was guessed and what was passed over; heads are a stranger's words, and may name somebody."""
    said: dict[str, Any] = {name: mask_personal_data(text) for name, text in source.guessed.items() if text}
    if source.pictures:
        said["pictures"] = str(len(source.pictures))
    if source.short_rows:
        said["short_rows"] = [str(number) for number in source.short_rows[:40]]
    if source.passed_over:
        said["passed_over"] = [mask_personal_data(head) for head in dict.fromkeys(source.passed_over)][:40]
    return said


def _row(row: Staged, administration: str) -> tuple[Any, ...]:
    country = row.header.get("country")
    if country and administration not in (INT, country):
        row.problems.append(Problem("country", "not_your_country", str(country)))
    problems = raw = ""
    if row.problems:  # what was said and is wrong is kept too, but on a node without names never a name
        masked = [
            replace(problem, said=mask_personal_data(problem.said))
            for problem in row.problems[: most("file_row_problems")]
        ]
        problems = json.dumps([problem.plain() for problem in masked], ensure_ascii=False)
        told = islice(row.raw.items(), most("file_row_problems"))
        said = {path[:LONGEST_PATH]: mask_personal_data(text[:LONGEST_RAW]) for path, text in told}
        raw = json.dumps(said, ensure_ascii=False).replace("\\u0000", "")
    key = row.key if len(row.key) <= 110 else f"#{digest(row.key)}"
    return (
        row.number,
        key,
        row.form,
        canonical(row.header).decode(),
        canonical(row.lines).decode(),
        problems,
        raw,
        "",
        row.source,
        row.counts,
    )
