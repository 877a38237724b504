"""The rows of a receipt that must be mended, as they stand in the sender's own table or in that of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from django.db.models import QuerySet

from tidewaiter.forms.columns import as_text, laid_flat
from tidewaiter.forms.judgements import JUDGED
from tidewaiter.forms.problems import Problem, problem_of
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.xml import dated
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import Missing
from tidewaiter.intake.mapping.mapping_file import Mapping
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.intake.reading.layouts import CELLS, TAKEN, Cell, Layout, layout_of, mapping_of

FIRST = ("form", "national_ref", "date", "country")
"""Columns that a table by paths begins with."""


@dataclass(slots=True)
class MendedRow:
    """A row of the sheet: its number in the file, its cells, and what is wrong by column."""

    number: int
    cells: list[Cell]
    wrong: dict[int, list[Problem]]
    elsewhere: list[Problem] = field(default_factory=list)
    """What is wrong and stands in no column."""
    taken: dict[str, str] = field(default_factory=dict)
    """What was taken in place of cells whose column cannot say it, by path."""

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong, each once."""
        return unique(chain(*self.wrong.values(), self.elsewhere))


@dataclass(frozen=True, slots=True)
class MendedTable:
    """The table of rows to mend: its columns, and its rows each time they are asked for."""

    layout: Layout
    mapping: Mapping | None
    rows: Callable[[], Iterator[MendedRow]]


def rejected_rows(receipt: Receipt) -> QuerySet[StagedRow]:
    """The rows that must be mended, in the order of the file."""
    return StagedRow.objects.filter(receipt=receipt, state="rejected").order_by("number", "pk")


def table_of(receipt: Receipt, some: QuerySet[StagedRow] | None = None) -> MendedTable:
    """The table in which a receipt's wrong rows, or some of them, go back: the sender's own
    layout where it was kept, else the form's.
    """
    layout, mapping = layout_of(receipt), mapping_of(receipt)
    every = rejected_rows(receipt) if some is None else some
    if layout is not None:
        mapping = mapping if layout.kind == "own" and not _of_form(layout, mapping) else None
        whole = _with_needed(layout, mapping, every)
        return MendedTable(whole, mapping, lambda: _senders_rows(every, whole, mapping))
    by_path = _by_path(every)
    return MendedTable(by_path, None, lambda: _rows_by_path(every, by_path))


def _of_form(layout: Layout, mapping: Mapping | None) -> bool:
    return mapping is None or not mapping.sources() <= set(layout.heads)


def unique(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in order."""
    found: list[Problem] = []
    for one in problems:
        if one not in found:
            found.append(one)
    return found


def path_of(problem: Problem) -> str:
    """The column that a problem speaks of, wherever its line stands."""
    return problem.path.split(".", 2)[-1] if problem.path.startswith("lines.") else problem.path


def _plain_rows(rows: QuerySet[StagedRow]) -> Iterator[tuple[StagedRow, list[Problem], dict[str, Any]]]:
    for row in rows.iterator(chunk_size=250):
        problems = [problem_of(item) for item in read_json(row.problems or "[]")]
        yield row, problems, read_json(row.raw or "{}")


def _with_needed(layout: Layout, mapping: Mapping | None, rows: QuerySet[StagedRow]) -> Layout:
    """The layout with a column for each thing that is needed and has none, where columns are the form's."""
    extra: dict[str, None] = {}
    wide = len(layout.heads)
    for _row, problems, raw in _plain_rows(rows):
        wide = max(wide, len(raw.get(CELLS, ())))
        if mapping is None:
            extra |= dict.fromkeys(path for one in problems if (path := path_of(one)) and path not in layout.paths)
    over = [""] * (wide - len(layout.heads))
    paths = [*layout.paths, *over, *extra]
    heads = [*layout.heads, *over, *extra]
    return Layout(heads, paths, layout.form, layout.version, layout.kind, layout.above, layout.sheet)


def _senders_rows(rows: QuerySet[StagedRow], layout: Layout, mapping: Mapping | None) -> Iterator[MendedRow]:
    """Each source row once, however many cases it makes."""
    for number, group in groupby(_plain_rows(rows), key=lambda one: one[0].number):
        some = list(group)
        cells: list[Cell] = list(some[0][2].get(CELLS, ()))
        found = MendedRow(number, cells + [""] * (len(layout.heads) - len(cells)), {})
        for problem in unique(problem for _row, problems, _raw in some for problem in problems):
            places = _places(problem, found.cells, layout.places_of(path_of(problem), mapping))
            for at in places:
                found.wrong.setdefault(at, []).append(problem)
            if not places:
                found.elsewhere.append(problem)
        for _row, _problems, raw in some:
            found.taken |= raw.get(TAKEN, {})
        yield found


def _places(problem: Problem, cells: list[Cell], places: list[int]) -> list[int]:
    """Where a field is made of several columns, those that hold what was said."""
    exact = [at for at in places if problem.said and as_text(cells[at]) == problem.said]
    return exact or places


def _by_path(rows: QuerySet[StagedRow]) -> Layout:
    """The form's own columns, where all rows are of one form; else columns by path, the form first."""
    columns: dict[str, None] = dict.fromkeys(FIRST)
    forms: dict[str, int] = {}
    long = False
    for row, problems, _raw in _plain_rows(rows):
        for cells in _cells_by_path(row, problems, _raw):
            columns |= dict.fromkeys(cells)
        columns |= dict.fromkeys(path for one in problems if (path := path_of(one)))
        header = row.header
        long = long or bool(header.get("long"))
        forms[row.form] = max(forms.get(row.form, 0), int(header.get("form_version") or 0))
    code, version = next(iter(forms.items())) if len(forms) == 1 else ("", 0)
    try:
        form = form_named(code, version or None) if code else None
    except Missing:
        form = None
    if form is None:
        return Layout(list(columns), list(columns), "", 0, "own", [])
    asked = [column.path for column in form.asked(simple=not long)]
    own = [column.path for column in form.columns if column.path in asked or column.path in columns]
    paths = [*own, *(path for path in columns if path not in own and path != "form")]
    return Layout(paths, paths, form.code, form.version, "template", [])


def _cells_by_path(row: StagedRow, problems: Iterable[Problem], said: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The cells of each line of a row by path: clean values as cleaned, wrong ones as they were written."""
    texts = {path: text for path, text in said.items() if path not in (CELLS, TAKEN) and text}
    wrong = {problem.path for problem in problems}
    header = {
        path: as_text(value) for path, value in laid_flat(row.header) if path not in ("date_precision", "form_version")
    }
    header["form"] = row.form
    lines = row.lines or [{}]
    if len(lines) > 1 and not header.get("national_ref") and "national_ref" not in texts:
        header["national_ref"] = f"{row.receipt_id}-{row.number}"  # its rows are one case when they come back
    if "date" in row.header:
        header["date"] = dated(row.header)
    for number, line in enumerate(lines, 1):
        cells = dict(header)
        own = {name: as_text(value) for name, value in line.items() if name != "fields"}
        if header.get(JUDGED) and own.get(JUDGED):
            own[JUDGED] = f"{header[JUDGED]};{own[JUDGED]}"
        cells |= own | {name: as_text(value) for name, value in line.get("fields", {}).items()}
        for path, text in texts.items():
            of, _, name = path.removeprefix("lines.").partition(".") if path.startswith("lines.") else ("", "", path)
            if of in ("", str(number)) and (path in wrong or name not in cells):
                cells[name] = text
        yield cells


def _rows_by_path(rows: QuerySet[StagedRow], layout: Layout) -> Iterator[MendedRow]:
    at = {path: place for place, path in enumerate(layout.paths)}
    for row, problems, raw in _plain_rows(rows):
        for number, cells in enumerate(_cells_by_path(row, problems, raw), 1):
            found = MendedRow(row.number, [cells.get(path, "") for path in layout.paths], {})
            for problem in problems:
                line = problem.path.split(".", 2)[1] if problem.path.startswith("lines.") else ""
                if line not in ("", str(number)):
                    continue
                place = at.get(path_of(problem), -1)
                if place < 0:
                    found.elsewhere.append(problem)
                else:
                    found.wrong.setdefault(place, []).append(problem)
            yield found
