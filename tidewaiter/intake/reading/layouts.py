"""The layout of a file that came in, kept as far as its rows must be mended: heads in their order, and of the
wrong rows the cells that were read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tidewaiter.forms.columns import Column, as_text, is_beside, normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.lines import as_shown
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.readings.numbers import Number, NumberShown, read_number, unclear
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake.mapping.mapping_file import Mapping, ReaderHints, holes, read_mapping
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.intake.reading.flat_records import as_rows
from tidewaiter.intake.reading.heads import LOOKED_AT, MENDING, Table, tables_of
from tidewaiter.intake.reading.readers import Source, open_source
from tidewaiter.intake.rows import RowParser
from tidewaiter.privacy.masking import mask_personal_data

CELLS, TAKEN = "=cells", "=taken"
"""In what is kept of a wrong row: its source cells in the order of the heads, and
what was taken in place of some by path.
"""
_NUMBERS = ("decimal", "integer")
_UNDERSTOOD = (*_NUMBERS, "code", "codes", "place", "date", "boolean", "hs")
NOTE = "layout"
"""Under which note of a receipt its layout stands."""

type Cell = str | float


@dataclass(frozen=True, slots=True)
class Layout:
    """Heads of a table in their order, and what each column holds."""

    heads: list[str]
    paths: list[str]
    """The field that each column holds alone; nothing for one that is not read, or goes into a field with others."""
    form: str
    version: int
    kind: str
    """`template`: one of ours, with labels above the names; `own`: the sender's."""
    above: list[list[str]]
    """Rows above that of the heads, which a mapping joins with it."""
    sheet: str = "Data"

    def places_of(self, path: str, mapping: Mapping | None) -> list[int]:
        """The columns that a field is made of."""
        named = mapping.sources_of(path) if mapping is not None else None
        if named is None:
            return [at for at, one in enumerate(self.paths) if one == path]
        return [at for at, head in enumerate(self.heads) if head in named]

    def described_by(self) -> Form | None:
        """The form whose lists the columns take; nothing where it is not here."""
        try:
            return form_named(self.form, self.version or None)
        except Missing:
            return None


def layout_of(receipt: Receipt) -> Layout | None:
    """The layout that was kept of a receipt's file."""
    said = receipt.notes.get(NOTE)
    return Layout(**said) if said else None


def mapping_of(receipt: Receipt) -> Mapping | None:
    """The mapping that a file was read with."""
    return read_mapping(receipt.mapping_text) if receipt.mapping_text else None


class _Remembered:
    """Rows of a table as they pass, the first of them kept by their numbers."""

    def __init__(self, rows: Iterable[NumberedRow]) -> None:
        self._rows = iter(rows)
        self.first: dict[int, list[str]] = {}

    def __iter__(self) -> Iterator[NumberedRow]:
        for number, cells in self._rows:
            if len(self.first) < LOOKED_AT:
                self.first[number] = cells
            yield number, cells


def keep_layout(receipt: Receipt, path: Path) -> None:
    """Reads the file, which lies in the clear at `path`, once more for the rows that must be mended: keeps its
    heads with the receipt, and of each such row the cells that were read. Columns that nothing was read from stay
    empty, as on a node without names they must.

    Nothing is kept of records (XML, JSON), of a file with pictures, of one that is gone, and of
    too much. Call inside a transaction.
    """
    if not path.is_file():
        return
    keys: dict[int, list[int]] = {}
    wrong: dict[int, frozenset[str]] = {}
    rows = StagedRow.objects.filter(receipt=receipt, state="rejected").values_list("pk", "number", "problems")
    for key, number, problems in rows.iterator(chunk_size=1000):
        keys.setdefault(number, []).append(key)
        paths = frozenset(str(item["path"]) for item in read_json(problems or "[]"))
        wrong[number] = wrong.get(number, frozenset()) | paths
    mapping = mapping_of(receipt)
    try:
        with open_source(path, mapping.reader if mapping else ReaderHints(), country=receipt.administration) as source:
            found = _found(source, mapping, wrong)
    except BadInput:
        return  # it was read once; what is there now is another file
    if found is None:
        return
    layout, cells = found
    for some in in_batches(cells.items(), 500):
        held = StagedRow.objects.filter(pk__in=[key for number, _ in some for key in keys[number]]).in_bulk()
        for number, said in some:
            for key in keys[number]:
                held[key].raw = json.dumps({**read_json(held[key].raw or "{}"), CELLS: said}, ensure_ascii=False)
        StagedRow.objects.bulk_update(held.values(), ["raw"], batch_size=500)
    receipt.notes[NOTE] = asdict(layout)


def _found(
    source: Source, mapping: Mapping | None, wrong: dict[int, frozenset[str]]
) -> tuple[Layout, dict[int, list[Cell]]] | None:
    stager = RowParser(source, mapping)
    if source.pictures or (source.kind == "json" and not stager.is_table()):
        return None
    rows = _Remembered(as_rows(source) if source.kind == "json" else source.rows)
    layout: Layout | None = None
    cells: dict[int, list[Cell]] = {}
    size = 0
    for table in tables_of(iter(rows), mapping, stager.any_form()):
        try:
            paths = _paths(stager, table)
        except BadInput:
            continue  # a sheet without the heads
        own = None if stager.of_form(table) else mapping
        if layout is None:
            layout = _layout(source, table, paths, own, rows.first)
        for number, kept in _kept(stager, table, own, layout, wrong):
            cells[number] = kept
            size += sum(len(cell) if isinstance(cell, str) else 8 for cell in kept)
            if size > most("file_wrong_bytes"):
                return None
    return (layout, cells) if layout is not None and len(cells) == len(wrong) else None


def _paths(stager: RowParser, table: Table) -> list[str]:
    """The field that each column holds alone."""
    if stager.of_form(table):
        return stager.paths_of(table.heads)
    mapping = stager.mapping or Mapping()
    bare = {
        source.strip("{}") if holes(source) == [source[1:-1]] else source: path
        for path, source in mapping.columns.items()
    }
    return [bare.get(head, "") for head in table.heads]


def _layout(
    source: Source, table: Table, paths: list[str], mapping: Mapping | None, first: dict[int, list[str]]
) -> Layout:
    heads = [head for head in table.heads if head not in MENDING]
    paths = [path for head, path in zip(table.heads, paths, strict=True) if head not in MENDING]
    read = mapping.sources() if mapping else {head for head, path in zip(heads, paths, strict=True) if path}
    shown = [head if head in read else mask_personal_data(head) for head in heads]
    of_read = [head in read for head in table.heads]
    above = []
    wanted = mapping.reader.header_rows if mapping else ()
    if wanted:
        above = [
            _above(first.get(number, []), of_read) if number in wanted else [] for number in range(1, max(wanted) + 1)
        ]
    about = source.about
    ours = bool(about.get("form")) and heads == paths
    version = about.get("version", "")
    return Layout(
        shown,
        paths,
        about.get("form", "") or (mapping.form if mapping else ""),
        int(version) if version.isdigit() and len(version) < 7 else 0,
        "template" if ours else "own",
        above,
        (mapping.reader.sheet.strip("*") if mapping else "") or "Data",
    )


def _above(cells: Sequence[str], of_read: Sequence[bool]) -> list[str]:
    """A row of heads as it is kept and written: masked over columns that are not read, as their heads are."""
    return [cell if at < len(of_read) and of_read[at] else mask_personal_data(cell) for at, cell in enumerate(cells)]


def _kept(
    stager: RowParser, table: Table, mapping: Mapping | None, layout: Layout, wrong: dict[int, frozenset[str]]
) -> Iterator[tuple[int, list[Cell]]]:
    """The cells of the wrong rows in the order of the layout; what is read from no column is left out."""
    read = (
        mapping.sources()
        if mapping
        else {head for head, path in zip(layout.heads, layout.paths, strict=True) if _is_read(path)}
    )
    places = [table.heads.index(head) if head in read and head in table.heads else -1 for head in layout.heads]
    form = stager.any_form()
    columns = [form.by_path.get(normal_path(path)[1]) if form and path else None for path in layout.paths]
    wide = len(table.heads)
    for number, cells in table.rows:
        if number in wrong:
            bad = wrong[number]
            kept = [
                _cell(stager, form, cells[at], column, layout.paths[n] not in bad) if 0 <= at < len(cells) else ""
                for n, (at, column) in enumerate(zip(places, columns, strict=True))
            ]
            yield number, [*kept, *(mask_personal_data(cell) for cell in cells[wide:])]


def _is_read(path: str) -> bool:
    """Whether a field is one of a form in use, or stands beside them: «Driver» is a
    word like the name of a field, and none.
    """
    described_by = normal_path(path)[1]
    return (
        path in ("form", "date_precision")
        or is_beside(path)
        or any(described_by in form.by_path for form in forms_in_use())
    )


def _cell(stager: RowParser, form: Form | None, text: str, column: Column | None, right: bool) -> Cell:
    """A cell as it is kept: a number as one, also where the other cells of its column tell how it is meant; what was
    understood as a code, a place, a day or a number names nobody.
    """
    if isinstance(text, NumberShown) and column is not None and form is not None:
        shown = as_shown(column.path, text, form.every_unit)
        if shown != text:
            return shown
    if isinstance(text, Number):
        return float(text) if as_text(float(text)) == text else str(text)
    if column is not None and column.type in _NUMBERS and unclear(text):
        rules = stager.mapping.rules if stager.mapping else None
        mark = (rules.decimal_mark if rules else "") or stager.mark_of(column.path)
        number = read_number(text, "" if mark == "?" else mark, point=rules.point if rules else True).value
        if number is not None and mark in (".", ",") and as_text(float(number)) == plain(number):
            return float(number)
    if right and column is not None and column.type in _UNDERSTOOD and not column.open:
        return text.strip()
    return mask_personal_data(text.strip())


def with_taken(
    kept: Sequence[Cell], layout: Layout, mapping: Mapping | None, path: str, value: str
) -> list[Cell] | None:
    """The cells of a row with a value written where its field stands; nothing where no one column says it as it is."""
    places = layout.places_of(path, mapping)
    if len(places) != 1 or layout.paths[places[0]] != path:
        return None
    head = layout.heads[places[0]]
    if mapping is not None and (mapping.values.get(path) or head in mapping.clean):
        return None
    cells = list(kept)
    if places[0] < len(cells):
        cells[places[0]] = value
    return cells
