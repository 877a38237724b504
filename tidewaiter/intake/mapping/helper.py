"""The mapping helper: a foreign file looked at, a mapping made of choices, what it does on the first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import as_text, laid_flat
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.uploads import unsealed
from tidewaiter.intake.mapping.mapping_file import Mapping, ReaderHints
from tidewaiter.intake.proposals.found import Question
from tidewaiter.intake.proposals.tables import LOOKED_AT, heads_of
from tidewaiter.intake.proposing import SAMPLE, SHEET, Proposed, likely_forms, propose, values_of, vocabulary_of
from tidewaiter.intake.reading.flat_records import as_rows, is_flat
from tidewaiter.intake.reading.readers import Source, open_source
from tidewaiter.intake.rows import RowParser
from tidewaiter.intake.staged import Staged

SHOWN = 8
TRIED = 500
"""Rows on which a mapping is tried."""


@dataclass(slots=True)
class Looked:
    """A foreign file, its heads and its first rows."""

    heads: list[str]
    rows: list[list[str]]
    hints: ReaderHints
    numbered: list[NumberedRow]
    """The first rows as they stand in the file, with what is above the heads."""
    other_sheets: tuple[str, ...] = ()
    """Sheets of a workbook that are not read."""


@dataclass(slots=True)
class Tried:
    """What a mapping does with the first rows."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    good: int = 0
    looked_at: int = 0
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: dict[str, dict[str, str]] = field(default_factory=dict)
    """Values that no list knows, by path, with a proposal each."""


class EncodingUnsure(BadInput):
    """The encoding of a file is one of several: a person sees by a line which."""

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        words = gettext("In which of these is a line of the file as it should be?")
        super().__init__("encoding_unsure", words)
        self.choices = choices


class FormUnsure(BadInput):
    """The goods of a file do not say which form it is: one of `choices`, or of all where there are none."""

    def __init__(self, choices: list[str]) -> None:
        words = gettext("The goods do not say of which commodity the file is: choose it.")
        super().__init__("form_unsure", words)
        self.choices = choices


@contextmanager
def opened(sealed: str) -> Iterator[Path]:
    """The sealed file, in the clear as long as it is read."""
    with scratch() as folder:
        path = folder / "opened"
        with path.open("wb") as file:
            file.writelines(unsealed(sealed))
        yield path


def look(path: Path, *, country: str = "", encoding: str = "") -> Looked:
    """Heads and first rows of a table. `country`: whose file it is; `encoding`: where a person chose it.

    Raises `BadInput` for a file that is none, or has no rows; `EncodingUnsure`.
    """
    first = SAMPLE + LOOKED_AT
    with open_source(path, ReaderHints(encoding=encoding), first=first, country=country) as source:
        choices = read_json(source.guessed.get("encoding_choices", "[]"))
        if choices:
            raise EncodingUnsure([(str(name), str(line)) for name, line in choices])
        rows = [row for row in islice(_rows_of(source), first) if any(cell.strip() for cell in row[1])]
        sheet, guessed = source.guessed.get("sheet", ""), source.guessed.get("encoding", "")
        others = source.other_sheets
    _small_enough(rows)
    if len(rows) < 2:
        raise BadInput("no_rows", gettext("The file holds no rows."))
    at, heads, numbers = heads_of(rows, vocabulary_of(forms_in_use()[0]))
    if not any(heads):
        raise BadInput("no_rows", gettext("The file holds no rows."))
    header: int | tuple[int, ...] = numbers if len(numbers) > 1 else numbers[0] if at else 0
    hints = ReaderHints(sheet=sheet, header=header, encoding=encoding or ("" if guessed[:3] == "utf" else guessed))
    return Looked(heads, [cells for _, cells in rows[at + 1 : at + 1 + SAMPLE]], hints, rows, others)


def _rows_of(source: Source) -> Iterator[NumberedRow]:
    if source.kind != "json":
        return iter(source.rows)
    if not is_flat(source):
        raise BadInput(
            "no_table", gettext("Only tables are mapped: Excel, CSV, flat JSON. Records of cases name their fields.")
        )
    return as_rows(source)


def _small_enough(rows: list[NumberedRow]) -> None:
    """Each column is held against each of the form: more columns than a person can look at
    are not proposed. Raises `OverLimit`.
    """
    wide = max((len(cells) for _, cells in rows), default=0)
    if wide > most("mapped_columns"):
        advice = gettext(
            "This one has %(columns)s. Delete those that are not cases' own, or write the mapping by hand."
        )
        raise over("mapped_columns", advice % {"columns": wide})
    longest = most("mapped_cell_signs")
    for number, cells in rows:
        if max(map(len, cells), default=0) > longest:
            column = next(at for at, cell in enumerate(cells, 1) if len(cell) > longest)
            where = {"row": number, "column": column}
            raise over("mapped_cell_signs", gettext("Row %(row)s, column %(column)s holds more.") % where)


def country_of(said: str) -> str:
    """The code of a country that a person said; nothing where none was. Raises `BadInput`."""
    found = list_view("country").resolve(said).code if said else ""
    if found is None:
        raise BadInput("unknown_country", gettext("«%(said)s» is no country.") % {"said": said[:80]})
    return found


def form_for(looked: Looked, said: str) -> Form:
    """The form that is said, else the one that the goods belong to. Raises `Missing`, `FormUnsure`."""
    if said:
        return form_named(said)
    forms = forms_in_use()
    likely = likely_forms(forms, looked.heads, looked.rows)
    if len(likely) != 1:
        raise FormUnsure(likely)
    return next(form for form in forms if form.code == likely[0])


def proposed(looked: Looked, form: Form, country: str) -> Proposed:
    """What is proposed for a file that was looked at; the other sheets of a workbook are named."""
    answer = propose(form, looked.heads, looked.rows, country=country, reader=looked.hints)
    if looked.other_sheets:
        words = gettext('These sheets are not read. For all that have the same heads say sheet = "*" under [reader].')
        answer.questions.append(Question(SHEET, words, looked.other_sheets))
    return answer


def tried(looked: Looked, form: Form, mapping: Mapping) -> Tried:
    """What the mapping does with the first rows, as intake would read them. Raises `BadInput`."""
    found = Tried()
    if not mapping.columns and not mapping.lines:
        return found
    for staged in (one for batch in RowParser(_first_rows(looked), mapping).staged(TRIED) for one in batch):
        if staged.skipped:
            continue
        found.looked_at += staged.counts
        found.good += staged.counts * (not staged.problems)
        found.problems.update((problem.path, problem.code) for problem in staged.problems)
        if len(found.rows) < SHOWN:
            found.rows.append(_shown(staged))
    for path, head in mapping.columns.items():
        if head not in looked.heads:
            continue
        at = looked.heads.index(head)
        texts = [row[at].strip() for row in looked.rows if at < len(row)]
        unknown = values_of(form, path, [text for text in texts if text not in mapping.values.get(path, {})])
        if unknown:
            found.unknown[path] = unknown
    return found


def _first_rows(looked: Looked) -> Source:
    """The rows that were looked at, as a source that intake reads; it is opened again as often as it is asked."""
    rows = looked.numbered[: TRIED + LOOKED_AT]
    return Source("csv", rows=iter(rows), again=lambda: _first_rows(looked))


def _shown(staged: Staged) -> dict[str, Any]:
    line = staged.lines[0] if staged.lines else {}
    flat = {
        path: as_text(value)
        for path, value in laid_flat(staged.header)
        if path not in ("form", "form_version", "kind", "date_precision")
    }
    flat |= {path: as_text(value) for path, value in line.items() if path != "fields"}
    flat |= {path: as_text(value) for path, value in line.get("fields", {}).items()}
    return {
        "number": staged.number,
        "cells": flat,
        "wrong": {problem.path: problem.sentence() for problem in staged.problems},
        "said": {problem.path: problem.said for problem in staged.problems},
    }
