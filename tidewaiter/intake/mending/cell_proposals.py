"""Filling in what is proposed for wrong cells, in the rows that wait to be mended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext

from tidewaiter.cases.policy import INT
from tidewaiter.forms.columns import as_text, laid_flat
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.problems import Problem, problem_of
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.xml import dated
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake.mapping.mapping_file import Mapping
from tidewaiter.intake.models import Receipt, StagedRow
from tidewaiter.intake.reading.layouts import CELLS, TAKEN, Layout, layout_of, mapping_of, with_taken
from tidewaiter.intake.staged import key_of

OPEN = (
    "ambiguous_code",
    "ambiguous_place",
    "several_countries",
    "doubted",
    "number_ambiguous",
    "date_ambiguous",
    "header_conflict",
)
"""Where several are meant a person chooses one by one: nothing is guessed among several (DESIGN.md, rule 22)."""
_COLUMNS = ["key", "header_text", "lines_text", "problems", "raw", "state"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A value that is taken for a cell: the row's number in the file, the field as the receipt names it."""

    row: int
    path: str
    value: str


@dataclass(slots=True)
class Filled:
    """What filling in did: cells and rows, rows of the source that now wait, problems by code that went and came."""

    cells: int = 0
    rows: int = 0
    waiting: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    come: Counter[str] = field(default_factory=Counter)


def proposal_of(problem: Problem) -> str:
    """The one value that is proposed for a wrong cell where nothing needs choosing: the nearest; else nothing."""
    if problem.code in OPEN or not problem.proposals:
        return ""
    return problem.proposals[0][0]


def fill_in(receipt: Receipt, by: Actor, cells: Sequence[Taken] | None) -> Filled:
    """Fills in the rows of a receipt (`actions.take_proposals`). Call inside a transaction that holds the receipt."""
    done = Filled()
    layout, mapping = layout_of(receipt), mapping_of(receipt)
    rows = StagedRow.objects.filter(receipt=receipt, state="rejected").exclude(problems="")
    if cells is not None:
        rows = rows.filter(number__in=among({one.row for one in cells}))
    touched: set[str] = set()
    readers: dict[tuple[str, int], CaseReader | None] = {}
    for some in in_batches(rows.order_by("number").iterator(chunk_size=250), 250):
        changed = []
        for row in some:
            taken = _taken_of(row, cells)
            if not taken:
                continue
            reader = _reader(row, readers)
            if reader is None:
                continue
            before = row.key
            _fill_row(row, taken, reader, by, done, layout, mapping)
            touched |= {before, row.key}
            changed.append(row)
        StagedRow.objects.bulk_update(changed, _COLUMNS, batch_size=250)
    _must_be_proposed(cells, done)
    _let_whole_wait(receipt, touched, done)
    return done


def _taken_of(row: StagedRow, cells: Sequence[Taken] | None) -> dict[str, str]:
    """What is taken in a row, by the path of the problem."""
    problems = [problem_of(item) for item in read_json(row.problems)]
    if cells is None:
        return {one.path: value for one in problems if (value := proposal_of(one))}
    proposed = {(one.path, value) for one in problems for value, _label in one.proposals}
    return {one.path: one.value for one in cells if one.row == row.number and (one.path, one.value) in proposed}


def _must_be_proposed(cells: Sequence[Taken] | None, done: Filled) -> None:
    if cells and done.cells < len(cells):
        raise BadInput(
            "not_proposed", gettext("This is not proposed for that cell (any more). Look at the receipt again.")
        )


def _reader(row: StagedRow, readers: dict[tuple[str, int], CaseReader | None]) -> CaseReader | None:
    key = (row.form, int(row.header.get("form_version") or 0))
    if key not in readers:
        try:
            readers[key] = CaseReader(form_named(key[0], key[1] or None))
        except Missing:
            readers[key] = None
    return readers[key]


def _fill_row(
    row: StagedRow,
    taken: dict[str, str],
    reader: CaseReader,
    by: Actor,
    done: Filled,
    layout: Layout | None,
    mapping: Mapping | None,
) -> None:
    """Reads a row again with what was taken; what was clean stays, and so does what is still wrong."""
    before = [problem_of(item) for item in read_json(row.problems)]
    left = [one for one in before if one.path not in taken]
    header, lines, problems = _read_again(row, taken, reader)
    still = {one.path for one in left}
    come = [one for one in problems if one.path not in still and not (one.path == "lines" and still)]
    country = header.get("country")
    if country and by.administration_code not in (INT, country):
        come.append(Problem("country", "not_your_country", str(country)))
    now = [*left, *(one for one in come if one not in left)]
    done.cells += len(taken)
    done.rows += 1
    done.gone.update(one.code for one in before if one not in now)
    done.come.update(one.code for one in now if one not in before)
    row.header_text, row.lines_text = canonical(header).decode(), canonical(lines).decode()
    row.problems = json.dumps([one.plain() for one in now], ensure_ascii=False) if now else ""
    row.key = _stored_key(key_of(row.number, header, lines, now))
    row.raw = json.dumps(_said(row, taken, layout, mapping), ensure_ascii=False)


def _stored_key(key: str) -> str:
    return key if len(key) <= 110 else f"#{digest(key)}"


def _said(row: StagedRow, taken: dict[str, str], layout: Layout | None, mapping: Mapping | None) -> dict[str, Any]:
    """What is kept of the row as it was written, with what was taken in its place."""
    said: dict[str, Any] = read_json(row.raw or "{}")
    for path, value in taken.items():
        said.pop(path, None)
        if CELLS in said and layout is not None:
            cells = with_taken(said[CELLS], layout, mapping, path, value)
            if cells is None:
                said[TAKEN] = {**said.get(TAKEN, {}), path: value}
            else:
                said[CELLS] = cells
    return said


def _read_again(
    row: StagedRow, taken: dict[str, str], reader: CaseReader
) -> tuple[dict[str, Any], list[dict[str, Any]], list[Problem]]:
    old = row.header
    texts = {
        path: as_text(value) for path, value in laid_flat(old) if path not in ("form", "form_version", "date_precision")
    }
    if "date" in old:
        texts["date"] = dated(old)
    numbered = any(path.startswith("lines.") for path in taken) or len(row.lines) > 1
    texts |= {
        path: value
        for path, value in taken.items()
        if path in reader.form.header_columns or ("." in path and not path.startswith("lines."))
    }
    reader.gather_places([texts])
    header, problems = reader.header(texts)
    header |= {name: old[name] for name in ("photos", "links") if name in old}
    lines: list[dict[str, Any]] = []
    for number, line in enumerate(row.lines, 1):
        own = {path: as_text(value) for path, value in line.items() if path != "fields"}
        own |= {path: as_text(value) for path, value in line.get("fields", {}).items()}
        for path, value in taken.items():
            of, _, name = path.removeprefix("lines.").partition(".") if path.startswith("lines.") else ("", "", path)
            if of == str(number) or (
                not of and name in reader.form.line_columns and (len(row.lines) == 1 or name not in own)
            ):
                own[name] = value
        line_now, wrong = reader.line(own, str(header.get("date", "")), long=bool(header.get("long")))
        lines.append(line_now)
        problems += [
            replace(one, path=f"lines.{number}.{one.path}") if numbered and _by_line(row) else one for one in wrong
        ]
    return header, lines, problems


def _by_line(row: StagedRow) -> bool:
    """Whether the problems of a row name its lines, as those of records do."""
    return any(str(item["path"]).startswith("lines.") for item in read_json(row.problems or "[]"))


def _let_whole_wait(receipt: Receipt, keys: Iterable[str], done: Filled) -> None:
    """All rows of a case wait to be accepted where none of them is wrong any more."""
    rows = StagedRow.objects.filter(receipt=receipt, state="rejected")
    for some in in_batches(sorted(keys), 500):
        wrong = set(rows.filter(key__in=among(some)).exclude(problems="").values_list("key", flat=True))
        whole = rows.filter(key__in=among([key for key in some if key not in wrong]))
        done.waiting += sum(whole.values_list("counts", flat=True))
        whole.update(state="", problems="")
