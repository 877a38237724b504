"""Tables of names: pairs to be compared, and lists to be screened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from tidewaiter.foundation.files.reading import open_text
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.names.comparing import Compared, Known, compare
from tidewaiter.registry.reading.opening import rows_of_workbook
from tidewaiter.registry.vocabulary import KINDS, cleaned

KIND_OF = {
    "firm": "company",
    "organization": "company",
    "organisation": "company",
    "entity": "company",
    "individual": "person",
    "ship": "vessel",
}


def table_of(path: Path, needed: tuple[str, ...]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """(heads in small letters, numbered rows) of a csv or a workbook. Raises `BadInput` where a head is missing."""
    rows = rows_of_workbook(path)
    if rows is None:
        rows = open_text(path, as_rows=True).rows
    first = next(rows, None)
    if first is None:
        raise BadInput("no_rows", _("The file has no rows."))
    heads = [head.strip().lower() for head in first[1]]
    for name in needed:
        if name not in heads:
            raise BadInput(
                "no_column",
                _("The file has no column «%(name)s». It has: %(heads)s.")
                % {"name": name, "heads": ", ".join(heads[:30])},
            )
    return heads, rows


def cells_by(heads: list[str], cells: list[str]) -> dict[str, str]:
    """A row by its heads; missing cells are empty."""
    return {head: cells[at].strip() if at < len(cells) else "" for at, head in enumerate(heads)}


def kind_of(said: str) -> str:
    """A kind as it was said, or nothing."""
    word = said.strip().lower()
    return word if word in KINDS else KIND_OF.get(word, "")


def countries_of(said: str) -> frozenset[str]:
    """Countries of a cell, several by `;`."""
    found = (cleaned("person", "country", part) for part in said.split(";"))
    return frozenset(one.value for one in found if one is not None)


def pairs_of(path: Path) -> tuple[list[str], Iterator[tuple[list[str], Compared]]]:
    """(heads, (cells, what comparing the pair found)) of every row."""
    heads, rows = table_of(path, ("left", "right"))
    return heads, (_compared(heads, cells) for _number, cells in rows)


def _compared(heads: list[str], cells: list[str]) -> tuple[list[str], Compared]:
    said = cells_by(heads, cells)
    kind = kind_of(said.get("kind", ""))
    left, right = (
        Known(
            name=said[side],
            kind=kind,
            birth=said.get(f"{side}_birth", ""),
            countries=countries_of(said.get(f"{side}_country", "")),
        )
        for side in ("left", "right")
    )
    return [*cells, *[""] * (len(heads) - len(cells))], compare(left, right)
