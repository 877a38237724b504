"""What a mapping, or the form's own heads, made of a source row: texts by path, not yet cleaned."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tidewaiter.forms.lines import REPORTED
from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.intake.reading.heads import MENDING

type CaseTexts = tuple[dict[str, str], list[dict[str, str]] | None]
"""The header of a case by path, and its lines; without them the line stands with the header."""


@dataclass(slots=True)
class RowTexts:
    """A source row as texts by path: for each case that it makes the header and its lines
    (none: the line stands with the header).
    """

    number: int
    cases: list[CaseTexts]
    source: str = ""
    skipped: bool = False
    ragged: dict[str, str] = field(default_factory=dict)
    """Where a row has more cells than heads: the line, its cells, the heads."""


def places_of_senders(heads: Sequence[str]) -> tuple[int, ...] | None:
    """The columns that are the sender's own, where some are those that our sheets of rows to mend add; else nothing."""
    if not set(heads) & set(MENDING):
        return None
    return tuple(at for at, head in enumerate(heads) if head not in MENDING)


def source_digest(cells: list[str], senders: tuple[int, ...] | None = None) -> str:
    """What tells a source row from all others by the sender's cells; nothing of it can be read back."""
    own = cells if senders is None else [cells[at] for at in senders if at < len(cells)]
    said = "\x1f".join(own).rstrip("\x1f ").encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=12).hexdigest()


def weight_of_cells(row: NumberedRow) -> int:
    """Signs of a row of a table."""
    return sum(map(len, row[1]))


def weight_of_row(row: RowTexts) -> int:
    """Signs of a row that is mapped."""
    return sum(
        sum(map(len, texts.values())) + sum(sum(map(len, line.values())) for line in lines or ())
        for texts, lines in row.cases
    )


def weight_of_record(numbered: tuple[int, Any]) -> int:
    """Bytes of a record."""
    return len(msgspec.msgpack.encode(numbered[1]))


def joined(common: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    """What holds for every line of a row with what one says; what was reported is told of both."""
    both = common | own
    if REPORTED in common and REPORTED in own:
        both[REPORTED] = f"{own[REPORTED]}; {common[REPORTED]}"[:200]
    return both
