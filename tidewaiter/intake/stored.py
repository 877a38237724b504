"""Rows of files that wait to be mended, masked as those that come in today."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tidewaiter.cases.stored_masking import AT_ONCE, Masked
from tidewaiter.forms.columns import Column, about_in
from tidewaiter.forms.engine import Form
from tidewaiter.forms.problems import problem_of
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.stored import masked_header, masked_line
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import Missing
from tidewaiter.intake.models import StagedRow
from tidewaiter.intake.reading.layouts import CELLS, layout_of
from tidewaiter.privacy.judging import judged_json
from tidewaiter.privacy.masking import mask_personal_data


def masked_rows(after: int, *, write: bool) -> Masked | None:
    """Looks at the rows with keys beyond `after`, and writes what is masked anew where `write`; nothing when there
    are no more. Call inside a transaction.
    """
    rows = list(StagedRow.objects.filter(pk__gt=after).select_related("receipt").order_by("pk")[:AT_ONCE])
    if not rows:
        return None
    headers, lines, told = [], [], []
    forms: dict[str, Form | None] = {}
    for row in rows:
        form = _form(row.form, forms)
        header, own = masked_header(form, row.header), [masked_line(form, line) for line in row.lines]
        if header != row.header:
            row.header_text = canonical(header).decode()
            headers.append(row)
        if own != row.lines:
            row.lines_text = canonical(own).decode()
            lines.append(row)
        problems, raw = _problems(row), _raw(form, row)
        if (problems, raw) != (row.problems, row.raw):
            row.problems, row.raw = problems, raw
            told.append(row)
    if write:
        StagedRow.objects.bulk_update(headers, ["header_text"], batch_size=200)
        StagedRow.objects.bulk_update(lines, ["lines_text"], batch_size=200)
        StagedRow.objects.bulk_update(told, ["problems", "raw"], batch_size=200)
    names = tuple(f"intake.StagedRow.{name}" for name in ("header_text", "lines_text", "problems", "raw"))
    changed = (len(headers), len(lines), len(told), len(told))
    return Masked(rows[-1].pk, dict.fromkeys(names, len(rows)), dict(zip(names, changed, strict=True)))


def _problems(row: StagedRow) -> str:
    """The row's problems, what was said masked; the same text where nothing was found."""
    found = [problem_of(item) for item in read_json(row.problems or "[]")]
    masked = [replace(one, said=mask_personal_data(one.said)) for one in found]
    return json.dumps([one.plain() for one in masked], ensure_ascii=False) if masked != found else row.problems


def _raw(form: Form | None, row: StagedRow) -> str:
    """What the row said, by path and by cell: what was understood is masked as its
    column means it, the rest as words.
    """
    said = read_json(row.raw or "{}")
    layout = layout_of(row.receipt) if CELLS in said else None
    wrong = {str(item["path"]) for item in read_json(row.problems or "[]")}
    masked: dict[str, Any] = {}
    for path, value in said.items():
        if isinstance(value, str):
            masked[path] = mask_personal_data(value)
        elif isinstance(value, list):
            paths = layout.paths if layout else []
            # what a wrong cell says may be anything, whatever its column means
            abouts = ["free" if path in wrong else about_in(_columns(form), path) for path in paths]
            abouts += ["free"] * (len(value) - len(paths))
            masked[path] = [
                mask_personal_data(cell, about) if isinstance(cell, str) else cell
                for cell, about in zip(value, abouts, strict=False)
            ]
        else:
            masked[path] = judged_json(value, "free")
    return json.dumps(masked, ensure_ascii=False) if masked != said else row.raw


def _columns(form: Form | None) -> dict[str, Column]:
    return form.by_path if form is not None else {}


def _form(code: str, forms: dict[str, Form | None]) -> Form | None:
    if code not in forms:
        try:
            forms[code] = form_named(code)
        except Missing:
            forms[code] = None
    return forms[code]
