"""Two cases field by field."""

from __future__ import annotations

from dataclasses import dataclass

from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import column_at, flat, path_title
from tidewaiter.cases.values import value_in_words
from tidewaiter.forms.queries import form_named


@dataclass(frozen=True, slots=True)
class Pair:
    """A field of two cases: its title, both values in words, and whether they are the same."""

    title: str
    one: str
    other: str
    same: bool


def differences(one: Case, other: Case, lang: str) -> list[Pair]:
    """All fields that either case has, in the order of the first one's form."""
    forms = [form_named(case.form, case.form_version) for case in (one, other)]
    values = [flat(case.header, [line.document for line in case.lines.order_by("number")]) for case in (one, other)]
    rows = []
    for path in dict.fromkeys([*values[0], *values[1]]):
        if path in ("form", "form_version", "national_ref", "links", "judged") or path.startswith("photos."):
            continue
        texts = [
            value_in_words(column_at(form, path), some.get(path), lang)
            for form, some in zip(forms, values, strict=True)
        ]
        title = path_title(forms[0], path, lang)
        if title == path:
            title = path_title(forms[1], path, lang)
        rows.append(Pair(title, texts[0], texts[1], texts[0] == texts[1]))
    return rows
