"""How a foreign file could be mapped: proposed from the names of its columns and from what stands in them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from rapidfuzz import fuzz

from tidewaiter.codelists.queries import list_view, resolve_places
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form
from tidewaiter.forms.types import clean_date
from tidewaiter.foundation.numbers import NumberRefused, read_decimal
from tidewaiter.foundation.text import fold
from tidewaiter.intake.mapping import Formats, Mapping

SAMPLE = 500
"""Rows that are looked at."""
LEAST = 0.55
"""How sure a proposal must be, of 1."""
_NEVER = ("date_precision", "kind", "form_version")
_VALUES = 60


@dataclass(slots=True)
class Proposal:
    """One source column: what it may be, how sure, and why (`name`, `values`)."""

    head: str
    path: str = ""
    sure: float = 0.0
    why: str = ""
    samples: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def _words() -> dict[str, list[str]]:
    said = tomllib.loads((Path(settings.FORMS_FOLDER) / "words.toml").read_text())
    return {**said["header"], **said["line"]}


def targets_of(form: Form) -> list[Column]:
    """The columns that a file's column may become."""
    return [column for column in form.columns if column.path not in _NEVER]


def propose(form: Form, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Proposal]:
    """A proposal for each source column, best pairs first; each of the form's columns is given away once."""
    columns = {
        at: [row[at].strip() for row in rows[:SAMPLE] if at < len(row) and row[at].strip()] for at in range(len(heads))
    }
    scored: list[tuple[float, int, str, str]] = []
    for at, head in enumerate(heads):
        for column in targets_of(form):
            by_name = _alike(head, column)
            by_value = _fits(column, columns[at]) if columns[at] else 0.0
            sure = max(by_name * (0.6 + 0.4 * by_value) if columns[at] else by_name, _tells(column, by_value))
            if sure >= LEAST:
                scored.append((sure, at, column.path, "name" if by_name >= by_value else "values"))
    found = {at: Proposal(head, samples=list(dict.fromkeys(columns[at]))[:3]) for at, head in enumerate(heads)}
    given: set[str] = set()
    for sure, at, path, why in sorted(scored, key=lambda one: (-one[0], one[1])):
        if not found[at].path and path not in given:
            found[at].path, found[at].sure, found[at].why = path, round(sure, 2), why
            given.add(path)
    return [found[at] for at in range(len(heads))]


def _alike(head: str, column: Column) -> float:
    """How like the head is to any name of the column, in any language."""
    said = fold(head)
    if not said:
        return 0.0
    names = [fold(name) for name in (column.path, column.name, *column.label.values(), *_words().get(column.path, ()))]
    if said in names:
        return 1.0
    return max(fuzz.token_set_ratio(said, name) * min(1.0, len(name) / len(said) + 0.2) for name in names) / 100 * 0.95


def _fits(column: Column, values: list[str]) -> float:
    """The share of values that the column would take."""
    sample = list(dict.fromkeys(values))[:_VALUES]
    match column.type:
        case "code" | "codes" | "hs":
            view = list_view("hs" if column.type == "hs" else column.list)
            taken = [
                view.resolve(re.sub(r"[.\s]", "", text)[:6] if column.type == "hs" else text[:200]).code
                for text in sample
            ]
        case "place":
            answers = resolve_places([(text, "") for text in sample[:15]])
            taken = [answers[(text, "")].code for text in sample[:15]]
        case "decimal" | "integer":
            taken = ["y" if _number(text) else None for text in sample]
        case "date":
            taken = ["y" if _dated(text) else None for text in sample]
        case "boolean":
            taken = [
                "y" if text.casefold() in ("yes", "no", "true", "false", "oui", "non", "да", "нет") else None
                for text in sample
            ]
        case _:
            return 0.6
    return sum(code is not None for code in taken) / len(taken)


def _tells(column: Column, share: float) -> float:
    """How sure the values alone make it: a few lists say much, numbers and countries say little of which field it is."""
    said = {"subtype": 0.9, "unit": 0.8, "conveyance.mode": 0.7, "date": 0.75}.get(column.path, 0.0)
    return said * share if share > 0.7 else 0.0


def _number(text: str) -> bool:
    for mark in ("", ","):
        try:
            read_decimal(text, decimal_mark=mark)
        except NumberRefused:
            continue
        return True
    return False


def _dated(text: str) -> bool:
    value, _, problem = clean_date("date", text)
    return (value is not None and not re.fullmatch(r"\d{4}|\d{5}", text)) or (
        problem is not None and problem.code == "date_ambiguous"
    )


def formats_of(dates: Sequence[str], numbers: Sequence[str]) -> Formats:
    """How the source writes days and decimals, where its values tell."""
    found: list[str] = []
    for separator in "/.-":
        pairs = [
            match.groups()
            for text in dates
            if (
                match := re.fullmatch(
                    rf"(\d{{1,2}}){re.escape(separator)}(\d{{1,2}}){re.escape(separator)}\d{{4}}", text
                )
            )
        ]
        if any(int(first) > 12 for first, _ in pairs):
            found.append(f"%d{separator}%m{separator}%Y")
        elif any(int(second) > 12 for _, second in pairs):
            found.append(f"%m{separator}%d{separator}%Y")
    commas = sum(bool(re.search(r",\d{1,2}$", text)) for text in numbers)
    points = sum(bool(re.search(r"\.\d+$", text)) for text in numbers)
    groups = sum(bool(re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text)) for text in numbers)
    return Formats(date=tuple(found), decimal="," if commas > max(points, groups) else "." if groups else "")


def values_of(form: Form, path: str, values: Sequence[str]) -> dict[str, str]:
    """Values of a code column that no list knows, with the code that is most like each, or nothing."""
    column = form.by_path.get(path)
    if column is None or column.type != "code" or column.open:
        return {}
    view = list_view(column.list)
    wanted = {}
    for text, _ in Counter(value for value in values if value).most_common(200):
        if view.resolve(text[:200]).code is None:
            wanted[text] = next(iter(view.nearest(text[:80], 1)), "")
    return dict(list(wanted.items())[:40])


def mapping_text(mapping: Mapping) -> str:
    """A mapping as the file that CONTRACT.md describes."""
    plain = msgspec.to_builtins(mapping)
    out = [f"form = {_quoted(plain['form'])}"]
    if mapping.long:
        out.append("long = true")
    for table in ("constants", "columns"):
        if plain[table]:
            out += ["", f"[{table}]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in plain[table].items())]
    for path, values in plain["values"].items():
        out += [
            "",
            f"[values.{_quoted(path)}]",
            *(f"{_quoted(key)} = {_quoted(value)}" for key, value in values.items()),
        ]
    formats = [("date", list(mapping.formats.date)), ("decimal", mapping.formats.decimal)]
    if any(value for _, value in formats):
        out += ["", "[formats]", *(f"{key} = {_quoted(value)}" for key, value in formats if value)]
    hints: list[tuple[str, Any]] = [
        (name, getattr(mapping.reader, name)) for name in ("sheet", "header", "delimiter", "encoding")
    ]
    if any(value for _, value in hints):
        out += ["", "[reader]", *(f"{key} = {_quoted(value)}" for key, value in hints if value)]
    return "\n".join(out) + "\n"


def _quoted(value: Any) -> str:
    return msgspec.json.encode(value).decode()
