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

from tidewaiter.forms.columns import as_text, laid_flat
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import fold
from tidewaiter.foundation.uploads import unsealed
from tidewaiter.intake.actions import forget_upload, keep_upload
from tidewaiter.intake.mapping import Formats, Mapper, Mapping, ReaderHints
from tidewaiter.intake.proposing import SAMPLE, Proposal, formats_of, propose, targets_of, values_of
from tidewaiter.intake.readers import open_source

LOOKED_AT = 20
SHOWN = 8


@dataclass(slots=True)
class Looked:
    """A foreign file, its heads and its first rows."""

    heads: list[str]
    rows: list[list[str]]
    hints: ReaderHints


@dataclass(slots=True)
class Tried:
    """What a mapping does with the first rows."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    good: int = 0
    looked_at: int = 0
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: dict[str, dict[str, str]] = field(default_factory=dict)
    """Values that no list knows, by path, with a proposal each."""


@contextmanager
def opened(sealed: str) -> Iterator[Path]:
    """The sealed file, in the clear as long as it is read."""
    path = keep_upload(chunks=[unsealed(sealed)])
    try:
        yield path
    finally:
        forget_upload(path=str(path))


def look(path: Path, form: Form) -> Looked:
    """Heads and first rows of a table. Raises `BadInput` for a file that is none, or has no rows."""
    source = open_source(path, ReaderHints())
    if source.kind == "json":
        raise BadInput("no_table", gettext("Only tables are mapped: Excel or CSV. XML and JSON name their fields."))
    rows = [row for row in islice(source.rows, SAMPLE + LOOKED_AT) if any(cell.strip() for cell in row[1])]
    if len(rows) < 2:
        raise BadInput("no_rows", gettext("The file holds no rows."))
    at = max(range(min(len(rows) - 1, LOOKED_AT)), key=lambda n: (_heads_like(form, rows[n][1]), -n))
    heads = [cell.strip() for cell in rows[at][1]]
    hints = ReaderHints(sheet=source.guessed.get("sheet", ""), header=rows[at][0] if at else 0)
    return Looked(heads, [cells for _, cells in rows[at + 1 : at + 1 + SAMPLE]], hints)


def _heads_like(form: Form, cells: list[str]) -> int:
    words = [cell for cell in cells if cell.strip() and not cell.strip().replace(".", "").isdigit()]
    return len({fold(word) for word in words}) + 5 * sum(form.path_of(word) is not None for word in words)


def proposed(looked: Looked, form: Form, country: str) -> tuple[list[Proposal], Mapping]:
    """Proposals, and the mapping that they make."""
    proposals = propose(form, looked.heads, looked.rows)
    chosen = {one.head: one.path for one in proposals if one.path}
    return proposals, mapping_of(looked, form, chosen, {"country": country} if country else {}, None, {})


def mapping_of(
    looked: Looked,
    form: Form,
    chosen: dict[str, str],
    constants: dict[str, str],
    formats: Formats | None,
    values: dict[str, dict[str, str]],
) -> Mapping:
    """A mapping from choices: path by head, constants by path, codes by value and path."""
    allowed = {column.path for column in targets_of(form)}
    columns = {path: head for head, path in chosen.items() if path in allowed and head and not set(head) & set("{}")}
    if formats is None:
        said = {path: _column(looked, head) for path, head in columns.items()}
        numbers = [text for path, texts in said.items() if form.by_path[path].type == "decimal" for text in texts]
        formats = formats_of(said.get("date", []), numbers)
    kept = {path: text for path, text in constants.items() if path in allowed and path not in columns and text}
    return Mapping(
        form=form.code, constants=kept, columns=columns, formats=formats, reader=looked.hints,
        values={path: {said: code for said, code in codes.items() if code} for path, codes in values.items() if path in columns and any(codes.values())},
    )  # fmt: skip


def _column(looked: Looked, head: str) -> list[str]:
    at = looked.heads.index(head)
    return [row[at].strip() for row in looked.rows if at < len(row)]


def tried(looked: Looked, form: Form, mapping: Mapping) -> Tried:
    """What the mapping does with the rows that were looked at."""
    found = Tried(looked_at=len(looked.rows))
    if not mapping.columns:
        return found
    mapper = Mapper(mapping, looked.heads)
    reader = CaseReader(form, mapping.rules)
    texts = [mapper.header_and_line(dict(zip(looked.heads, cells, strict=False))) for cells in looked.rows]
    reader.gather_places(texts)
    for number, text in enumerate(texts, 1):
        header, problems = reader.header(text)
        line, wrong = reader.line(text, str(header.get("date", "")))
        problems += wrong
        found.good += not problems
        found.problems.update((problem.path, problem.code) for problem in problems)
        if number <= SHOWN:
            found.rows.append(_shown(number, header, line, problems))
    for path, head in mapping.columns.items():
        unknown = values_of(
            form, path, [text for text in _column(looked, head) if text not in mapping.values.get(path, {})]
        )
        if unknown:
            found.unknown[path] = unknown
    return found


def _shown(number: int, header: dict[str, Any], line: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
    flat = {
        path: as_text(value)
        for path, value in laid_flat(header)
        if path not in ("form", "form_version", "kind", "date_precision")
    }
    flat |= {path: as_text(value) for path, value in line.items() if path != "fields"}
    flat |= {path: as_text(value) for path, value in line.get("fields", {}).items()}
    wrong = {problem.path: problem.sentence() for problem in problems}
    return {
        "number": number,
        "cells": flat,
        "wrong": wrong,
        "said": {problem.path: problem.said for problem in problems},
    }
