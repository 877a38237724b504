"""Reading list files: our own columns, and the layouts in which official lists are published."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.files.reading import open_text
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh", "sw", "id")

_CODE_HEADS = (
    "code",
    "common code",
    "hscode",
    "alpha-2",
    "alpha_2",
    "alphabetic code",
    "iso 3166-1 alpha-2 codes",
)
_NAME_HEADS = ("name", "label", "description", "definition", "preferred term", "currency")
ROW_WEIGHT, CELL_WEIGHT = 64, 60
"""Bytes that a row, and a cell, take beside their texts."""
_STATUS_GONE = ("X", "D")
_KNOWN = frozenset({"parent", "valid_from", "valid_to", "alt", "status", *LANGUAGES})


@dataclass(slots=True)
class CodeRow:
    """One code as a file states it."""

    code: str
    parent: str = ""
    valid_from: str = ""
    valid_to: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    alternatives: list[str] = field(default_factory=list)
    data: dict[str, str] = field(default_factory=dict)


def read_list(path: Path, *, ours: bool = False) -> list[CodeRow]:
    """The codes of a file: CSV (or .gz) with a header, UN/LOCODE's CSV without one; UTF-8 or Windows-1252.

    A stranger's file is read by a child process within the limits; one of `ours`, whose digest has been checked, is
    read here at once. Raises `BadInput` when no column holds codes, or a code stands twice.
    """
    table = _own_table(path) if ours else _table(path)
    if not table:
        raise BadInput("empty", gettext("%(name)s holds no rows.") % {"name": path.name})
    rows = _unlocode(table) if _is_unlocode(table) else _with_header(table, path.name)
    seen: set[str] = set()
    for row in rows:
        if row.code in seen:
            raise BadInput(
                "code_twice",
                gettext("%(name)s: the code «%(code)s» stands twice.") % {"name": path.name, "code": row.code},
            )
        seen.add(row.code)
        for moment in filter(None, (row.valid_from, row.valid_to)):
            try:
                date.fromisoformat(moment)
            except ValueError:
                raise BadInput(
                    "date",
                    gettext("%(name)s: «%(moment)s» of %(code)s is not a date (YYYY-MM-DD).")
                    % {"name": path.name, "moment": moment, "code": row.code},
                ) from None
    return rows


def _own_table(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    return [cells for cells in csv.reader(io.StringIO(text)) if cells]


def _table(path: Path) -> list[list[str]]:
    """The file's rows, read by a child: UTF-8 where it is that, else Windows-1252, as official lists still are."""
    if not path.is_file():
        raise BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": path.name})
    text = open_text(path, delimiter=",", as_rows=True, unpacked="list_bytes", otherwise="cp1252")
    table: list[list[str]] = []
    weight = 0
    for number, cells in text.rows:
        table.append(cells)
        weight += ROW_WEIGHT + sum(map(len, cells)) + CELL_WEIGHT * len(cells)
        if len(table) > most("list_codes") or weight > most("list_memory_bytes"):
            limit = "list_codes" if len(table) > most("list_codes") else "list_memory_bytes"
            raise over(
                limit, gettext("Line %(line)s is over that. Load a part as a list of its own.") % {"line": number}
            )
    return table


def _is_unlocode(table: list[list[str]]) -> bool:
    sample = [row for row in table[:50] if len(row) in (11, 12) and row[1:3] != ["country", "location"]]
    return len(sample) > 2 and all(len(row[1]) == 2 and len(row[2]) in (0, 3) for row in sample)


def _unlocode(table: list[list[str]]) -> list[CodeRow]:
    rows: dict[str, CodeRow] = {}
    for row in table:
        change, country, location, name, plain, subdivision, function, status, _, iata, coordinates = row[:11]
        if len(country) != 2 or len(location) != 3 or change.upper() == "X" or status == "XX":
            continue
        data = {
            "country": country,
            "subdivision": subdivision,
            "function": function,
            "coordinates": coordinates,
            "iata": iata,
        }
        rows[country + location] = CodeRow(
            code=country + location,
            labels={"en": name},
            alternatives=[plain] if plain != name else [],
            data={key: value for key, value in data.items() if value},
        )
    return list(rows.values())


def _with_header(table: list[list[str]], file: str) -> list[CodeRow]:
    heads = [" ".join(head.split()).casefold() for head in table[0]]
    code_at = next((heads.index(name) for name in _CODE_HEADS if name in heads), None)
    if code_at is None:
        raise BadInput(
            "no_code_column",
            gettext("%(file)s: no column holds codes. Name it «code»; names go in «name» or en, fr, es …")
            % {"file": file},
        )
    name_at = next((heads.index(name) for name in _NAME_HEADS if name in heads), None)
    spoken = [lang for lang in LANGUAGES if lang in heads]
    others = [column for column in ("alt", "synonyms") if column in heads]  # `synonyms` are names, and data besides
    besides = [
        head for head in dict.fromkeys(heads) if head not in _KNOWN and heads.index(head) not in (code_at, name_at)
    ]
    rows = []
    for cells in table[1:]:
        named = dict(zip(heads, map(str.strip, cells)))
        code = cells[code_at].strip() if len(cells) > code_at else ""
        if not code or named.get("status", "") in _STATUS_GONE:
            continue
        labels = {lang: text for lang in spoken if (text := named.get(lang))}
        if "en" not in labels and name_at is not None and len(cells) > name_at:
            labels["en"] = cells[name_at].strip()
        rows.append(
            CodeRow(
                code=code,
                parent=named.get("parent", ""),
                valid_from=named.get("valid_from", ""),
                valid_to=named.get("valid_to", ""),
                labels=labels,
                alternatives=[text for column in others for text in named.get(column, "").split("|") if text],
                data={head: value for head in besides if (value := named.get(head))},
            )
        )
    return rows
