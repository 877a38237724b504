"""From a file to rows ready to be staged: opened, cleaned, written as text. Touches no table but to read lists and forms."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from tidewaiter.cases.policy import INT
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.beside import beside
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.personal import kept
from tidewaiter.intake.accepting import FileNorms
from tidewaiter.intake.album import Album
from tidewaiter.intake.mapping import Mapping, ReaderHints, read_mapping
from tidewaiter.intake.readers import Source, open_source
from tidewaiter.intake.rows import WHOLE, Share, Staged, Stager

ROWS_AT_ONCE = 2_500
LONGEST_RAW = 2_000
"""Signs of a wrong value that come back on the error sheet."""
COLUMNS = ("number", "key", "form", "header_text", "lines_text", "problems", "raw", "state")


@dataclass(slots=True)
class Cleaned:
    """Some rows, as tuples in the order of `COLUMNS`; the number of the last; how many were read, how many skipped."""

    rows: list[tuple[Any, ...]]
    last: int
    read: int
    skipped: int


@dataclass(slots=True)
class HowRead:
    """What comes last: notes on how the file was read, and what was learnt of what is usual in it."""

    notes: dict[str, Any]
    norms: FileNorms


def cleaned(
    path: str, mapping_text: str, administration: str, after: int, by: Actor | None, share: Share = WHOLE
) -> Iterator[Cleaned | HowRead]:
    """All rows with a number above `after`, some thousand at a time, then how the file was read.

    `administration`: whose rows these may be. `by`: who keeps pictures that come with the table; without one there are none.
    Raises `BadInput` for a file that cannot be read.
    """
    mapping: Mapping | None = read_mapping(mapping_text) if mapping_text else None
    source = open_source(Path(path), mapping.reader if mapping else ReaderHints())
    try:
        album = Album(source.pictures, by) if by is not None else None
        norms = FileNorms()
        for batch in Stager(source, mapping).staged(ROWS_AT_ONCE, share):
            if album is not None:
                album.put_into(batch)
            norms.learn(batch)
            fresh = [row for row in batch if row.number > after]
            rows = [_row(row, administration) for row in fresh if not row.skipped]
            yield Cleaned(rows, fresh[-1].number if fresh else after, len(fresh), len(fresh) - len(rows))
        yield HowRead(_how_read(source), norms)
    finally:
        if source.folder is not None:
            shutil.rmtree(source.folder, ignore_errors=True)


def cleaned_by_two(path: str, mapping_text: str, administration: str, after: int) -> Iterator[Cleaned | HowRead]:
    """What `cleaned` gives of a file without pictures, in the same order; every other batch is cleaned by a second process."""
    asked = (path, mapping_text, administration, after, None)
    here, there = cleaned(*asked, share=(0, 2)), beside(cleaned, *asked, (1, 2))
    ends: list[HowRead] = []
    while len(ends) < 2:
        for half in (here, there):
            for some in islice(half, 1):
                if isinstance(some, HowRead):
                    ends.append(some)
                else:
                    yield some
    ends[0].norms.add(ends[1].norms)
    yield ends[0]


def _how_read(source: Source) -> dict[str, Any]:
    """What was guessed and what was passed over; heads are a stranger's words, and may name somebody."""
    said: dict[str, Any] = {name: kept(text) for name, text in source.guessed.items() if text}
    if source.pictures:
        said["pictures"] = str(len(source.pictures))
    if source.passed_over:
        said["passed_over"] = [kept(head) for head in dict.fromkeys(source.passed_over)][:40]
    return said


def _row(row: Staged, administration: str) -> tuple[Any, ...]:
    country = row.header.get("country")
    if country and administration not in (INT, country):
        row.problems.append(Problem("country", "not_your_country", str(country)))
    problems = raw = ""
    if row.problems:  # what was said and is wrong is kept too, but on a node without names never a name
        masked = [replace(problem, said=kept(problem.said)) for problem in row.problems]
        problems = json.dumps([problem.plain() for problem in masked], ensure_ascii=False)
        said = {path: kept(text[:LONGEST_RAW]) for path, text in row.raw.items()}
        raw = json.dumps(said, ensure_ascii=False).replace("\\u0000", "")
    key = row.key if len(row.key) <= 110 else f"#{digest(row.key)}"
    return (
        row.number, key, row.form, canonical(row.header).decode(), canonical(row.lines).decode(), problems, raw, "",
    )  # fmt: skip
