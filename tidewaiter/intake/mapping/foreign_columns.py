"""Tables of other organisations: which of their columns say what is asked for, by their heads or by a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import fold
from tidewaiter.intake.mapping.mapping_file import ReaderHints
from tidewaiter.intake.reading.readers import Source, open_source


@dataclass(frozen=True, slots=True)
class Asked:
    """A column that is asked for: its name here, the heads it goes by elsewhere (the
    likeliest first), whether it must be there.
    """

    name: str
    heads: tuple[str, ...]
    needed: bool = True


def proposed(heads: Sequence[str], asked: Sequence[Asked]) -> dict[str, str]:
    """`{name: head}` for each column that a head of the file says; no head twice."""
    folded = {_bare(head): head for head in reversed(heads)}
    found: dict[str, str] = {}
    for one in asked:
        for said in (one.name, *one.heads):
            head = folded.get(_bare(said))
            if head is not None and head not in found.values():
                found[one.name] = head
                break
    return found


def _bare(head: str) -> str:
    return fold(head).replace(" ", "").replace("_", "").replace(".", "")


def read_table_mapping(text: str) -> dict[str, str]:
    """`{name: head}` of a mapping file's `[columns]`. Raises `BadInput` for what is none."""
    try:
        columns = read_toml(text).get("columns", {})
    except NotToml as error:
        raise BadInput("mapping", _("The mapping is not TOML: %(why)s") % {"why": error.why}) from error
    if not isinstance(columns, dict) or not all(isinstance(head, str) for head in columns.values()):
        raise BadInput("mapping", _("A mapping says under [columns], for each of our columns, the head of theirs."))
    return columns


@dataclass(slots=True)
class Foreign:
    """A foreign table opened: its heads, which of them say what, and rows of the asked columns in their order."""

    heads: list[str]
    chosen: dict[str, str]
    rows: Iterator[tuple[int, list[str]]]
    first: list[list[str]]
    """The first rows as they are, to look at."""
    source: Source

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.source.close()


def open_foreign(path: Path, asked: Sequence[Asked], chosen: dict[str, str] | None = None) -> Foreign:
    """Opens a CSV file or workbook whose first row holds the heads. Columns that are not there give empty texts.

    Raises `BadInput` for a file that is no table, for a mapping to a head that is not there; `NotSaid` where a needed
    column is not found, with the heads.
    """
    source = open_source(path, ReaderHints())
    with ExitStack() as unless_given:
        unless_given.enter_context(source)
        foreign = _told(source, path, asked, chosen)
        unless_given.pop_all()
    return foreign


def _told(source: Source, path: Path, asked: Sequence[Asked], chosen: dict[str, str] | None) -> Foreign:
    if source.kind not in ("csv", "xlsx"):
        raise BadInput("unreadable", _("Bring a table: CSV or Excel."))
    heads: list[str] = []
    for _number, cells in source.rows:
        if any(cell.strip() for cell in cells):
            heads = [cell.strip() for cell in cells]
            break
    if not heads:
        raise BadInput("no_rows", _("%(name)s is empty.") % {"name": path.name})
    said = {name: head for name, head in (chosen or {}).items() if head}
    for name, head in said.items():
        if head not in heads or name not in {one.name for one in asked}:
            raise BadInput("mapping", _("The file has no column «%(head)s».") % {"head": head[:80]})
    found = proposed(heads, asked) | said
    first = []
    for _number, cells in source.rows:
        first.append((_number, cells))
        if len(first) == 5:
            break
    missing = [one.name for one in asked if one.needed and one.name not in found]
    if missing:
        raise NotSaid(missing, heads, [cells for _number, cells in first], found)
    places = [heads.index(found[one.name]) if one.name in found else -1 for one in asked]

    def rows() -> Iterator[tuple[int, list[str]]]:
        for number, cells in _chained(first, source.rows):
            wide = len(cells)
            yield number, [cells[at].strip() if 0 <= at < wide else "" for at in places]

    return Foreign(heads, found, rows(), [cells for _number, cells in first], source)


def _chained(
    first: Sequence[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield from first
    yield from rest


class NotSaid(BadInput):
    """No column of the file says something that is needed: a person can say which."""

    def __init__(self, missing: list[str], heads: list[str], first: list[list[str]], found: dict[str, str]) -> None:
        super().__init__(
            "missing_column",
            _("The file has no column for: %(names)s. Say which column it is; it has: %(heads)s.")
            % {"names": ", ".join(missing), "heads": ", ".join(heads)[:400]},
        )
        self.missing, self.heads, self.first, self.found = missing, heads, first, found
