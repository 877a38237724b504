"""The fields of the entry page, ready for its templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tidewaiter.cases.entering.echoes import IS, Echoes, is_spoken
from tidewaiter.cases.entering.rows import LEG, PERSON, box, is_row, people, stops
from tidewaiter.cases.entry import Entry
from tidewaiter.cases.returning import path_title
from tidewaiter.cases.values import yes_or_no
from tidewaiter.codelists.queries import ListView, code_view, list_view
from tidewaiter.forms.columns import Column, normal_path
from tidewaiter.forms.engine import Form

CHOICES = 80
"""Lists with more codes are typed into, with suggestions."""
_WIDTH = {"long_text": "s6", "codes": "s6"}
_HALF = ("location_type", "direction", "quantity", "unit", "value", "currency")
"""Fields that stand two in a row on a phone."""
_FIRST = ("date", "place", "location_type", "direction", "country", "national_ref")
"""The order in which the case is told; all else follows as the form has it."""
_OWN_WIDTH = {"subtype": "s3", "quantity": "s2", "unit": "s1", "currency": "s1", "value": "s2"}
type Field = dict[str, Any]


@dataclass(slots=True)
class Shown:
    """What the fields of one page are made with."""

    entry: Entry
    lang: str
    echoes: Echoes
    said: dict[str, tuple[bool, str]]
    focus: str
    readonly: tuple[str, ...] = ()

    def field(self, column: Column, key: str, value: str, row: dict[str, str] | None = None) -> Field:
        """One field: what it is called, holds and takes, and what is said of it."""
        entry, lang = self.entry, self.lang
        bad, words = self.said.get(key, (False, ""))
        back = entry.sent_back.get(key) or entry.sent_back.get(column.path if column.scope != "header" else key, "")
        shown: Field = {
            "key": key,
            "title": column.spoken(lang),
            "hint": column.spoken_hint(lang),
            "value": value,
            "kind": "text",
            "bad": bad,
            "says": words,
            "mark": " is-invalid" if bad else " is-warn" if words else "",
            "css": (_WIDTH.get(column.type) or _OWN_WIDTH.get(column.path, "s2"))
            + (" half" if column.path in _HALF else ""),
            "needed": column.needed == "always" or (column.needed == "long" and entry.long),
            "simple": column.simple,
            "back": back,
            "focus": key == self.focus,
            "readonly": key in self.readonly,
            "asked": _asked(column, key, entry.form),
            "units": _units(entry.form) if column.path == "unit" else "",
            "filled": bool(value.strip()),
        }
        choices = _choices(column, entry, lang)
        if column.type == "codes":
            shown |= {"kind": "many", "choices": choices, "value": value.split(";")}
        elif choices:
            shown |= _select(column, choices, value)
        elif column.type in ("code", "place", "hs"):
            shown["value"] = in_a_name(column, value, lang)
            shown["suggest"] = {"place": "unlocode", "hs": "hs"}.get(column.type, column.list)
        elif column.type == "long_text":
            shown["kind"] = "long"
        elif column.type in ("decimal", "integer"):
            shown["kind"] = "number"
        if shown["kind"] in ("text", "number") and column.type not in ("text",):
            shown["read"] = True
            echo = shown["echo"] = self.echoes.of(key if row is None else column.path, value, row)
            if bad and echo.choices:
                echo.kind, shown["says"] = "bad", ""  # one question in place of two sentences
        return shown

    def place(self) -> str:
        """The code of the place of the seizure, as far as it is read."""
        echo = self.echoes.of("place", self.entry.header.get("place", ""))
        return echo.code if echo.kind == IS else ""


def shown_for(entry: Entry, lang: str, focus: str, readonly: tuple[str, ...] = ()) -> Shown:
    """What the fields of the page are made with: what is wrong and what was found, by the box in which it is typed."""
    said = {box(finding.path): (False, finding.sentence()) for finding in entry.findings}
    said |= {box(problem.path): (True, problem.sentence()) for problem in entry.problems}
    entry.sent_back |= {box(path): words for path, words in entry.sent_back.items()}
    return Shown(entry, lang, Echoes(entry.form, entry.header, lang), said, box(focus), readonly)


def header_fields(shown: Shown) -> list[Field]:
    """The fields of the header but the rows of the route and of persons, each with its block."""
    found = []
    for column in shown.entry.form.columns:
        if column.scope == "header" and column.path != "date_precision" and not is_row(column.path):
            value = shown.entry.header.get(column.path, "")
            found.append({**shown.field(column, column.path, value), "block": column.block})
    last = len(_FIRST)
    return sorted(found, key=lambda one: _FIRST.index(one["key"]) if one["key"] in _FIRST else last)


def line_fields(shown: Shown) -> list[list[Field]]:
    """The fields of each line of goods."""
    columns = [column for column in shown.entry.form.columns if column.scope != "header"]
    return [
        [shown.field(column, f"lines.{at}.{column.path}", row.get(column.path, ""), row) for column in columns]
        for at, row in enumerate(shown.entry.lines, 1)
    ]


def legs_shown(shown: Shown) -> list[dict[str, Any]]:
    """The rows of the route: `row` (its path), `title`, `box`, the other fields, and whether they hold anything."""
    found = []
    rows = stops(shown.entry.header)
    for at, row in enumerate(rows, 1):
        parts = {part: _of_row(shown, f"{row}.{part}") for part in LEG if part != "country"}
        role = row.split(".")[1]
        number = row.rsplit(".", 1)[-1]
        view = code_view("route_role", role)
        title = view.spoken(shown.lang) if view else role
        title = f"{title} {number}" if role == "transit" else title
        first = parts.pop("place")
        first |= {"title": title, "needed": False, "hint": "", "css": "grow", "bare": True}
        some = any(one["filled"] or one["bad"] or one["back"] or one["focus"] for one in parts.values())
        found.append(
            {
                "row": row,
                "at": at,
                "title": title,
                "box": first,
                "parts": list(parts.values()),
                "open": some or shown.entry.long,
                "up": f"{at}:{at - 1}" if at > 1 else "",
                "down": f"{at}:{at + 1}" if at < len(rows) else "",
            }
        )
    return found


def people_shown(shown: Shown) -> list[dict[str, Any]]:
    """The rows of persons: `row`, `number`, and their fields."""
    return [
        {
            "row": row,
            "number": row.rsplit(".", 1)[-1],
            "parts": [_of_row(shown, f"{row}.{part}") for part in PERSON],
        }
        for row in people(shown.entry.header)
    ]


def _of_row(shown: Shown, path: str) -> Field:
    column = shown.entry.form.by_path[normal_path(path)[1]]
    field = shown.field(column, path, shown.entry.header.get(path, ""))
    whole = path_title(shown.entry.form, path, shown.lang)
    _row, _colon, part = whole.partition(":")
    part = part.strip()
    return {**field, "title": part[:1].upper() + part[1:] if part else whole, "whole": whole}


def in_a_name(column: Column, value: str, lang: str) -> str:
    """The name of a code that stands in a box, where the name means that code alone; a country's and those of our own
    lists, for other codes are what people type.
    """
    name = "country" if column.type == "place" and len(value) == 2 else column.list
    if not value or (is_spoken(column) and name != "country"):
        return value
    view = list_view(name).codes.get(value)
    label = view.label(lang) if view else value
    return label if list_view(name).resolve(label).code == value else value


def _select(column: Column, choices: list[tuple[str, str]], value: str) -> Field:
    codes = {code for code, _word in choices}
    resolved = list_view(column.list).resolve(value).code if value and value not in codes and column.list else None
    return {
        "kind": "select",
        "choices": choices,
        "value": resolved or value,
        "stray": value if value and value not in codes and not resolved else "",
    }


def _choices(column: Column, entry: Entry, lang: str) -> list[tuple[str, str]]:
    if column.type == "boolean":
        return [("yes", yes_or_no(True, lang)), ("no", yes_or_no(False, lang))]
    if column.type not in ("code", "codes"):
        return []
    view = list_view(column.list)
    if column.path == "unit":
        units = entry.form.definition.units
        allowed = dict.fromkeys(unit for group in (units.allowed, *units.by_subtype.values()) for unit in group)
        return [(code, view.codes[code].spoken(lang)) for code in allowed if code in view.codes]
    current = view.current()
    if len(current) > CHOICES:
        return []
    return [(code.code, _indent(view, code.parent) + code.spoken(lang)) for code in current]


def _indent(view: ListView, parent: str) -> str:
    depth = 0
    while parent and depth < 5:
        depth += 1
        parent = view.codes[parent].parent if parent in view.codes else ""
    return "\u2003" * depth


def _asked(column: Column, key: str, form: Form) -> str:
    """When the page asks for the field, as JSON for its script: the other field's key, and the values it may have."""
    if column.when:
        other, codes = next(iter(column.when.items()))
        return json.dumps([other, codes])
    if column.subtypes:
        subtypes = list_view(form.definition.list_of_subtypes).codes
        return json.dumps(
            [key.replace(column.path, "subtype"), [code for code in subtypes if form.applies(column, code)]]
        )
    return ""


def _units(form: Form) -> str:
    """The units of each sub-type that has its own, as JSON for the page's script."""
    subtypes = list_view(form.definition.list_of_subtypes).codes
    units = {code: form.units_for(code) for code in subtypes}
    return json.dumps({code: some for code, some in units.items() if some != form.definition.units.allowed})
