"""The entry page of a case: fields from the form, values as typed, problems and findings beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from tidewaiter.cases.personal_stretches import answers_in, with_answers
from tidewaiter.cases.rows import CaseIn
from tidewaiter.cases.validate_record import with_findings
from tidewaiter.cases.values import value_in_words
from tidewaiter.checks.findings import Finding
from tidewaiter.codelists.queries import ListView, code_views, list_view
from tidewaiter.forms.columns import Column, as_text, flatten_header
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.judgements import JUDGED, Found, as_judged, cell_of, judged_by_field
from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.parameters import whole

CHOICES = 80
"""Lists with more codes are typed into, with suggestions."""
MOST_LINES = 50


@dataclass(slots=True)
class Entry:
    """What is on the page: texts by path for the header and for each line."""

    form: Form
    simple: bool
    header: dict[str, str]
    lines: list[dict[str, str]]
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    case: CaseIn | None = None
    sent_back: dict[str, str] = field(default_factory=dict)
    """What the reviewer says of fields, by path, where the case was sent back."""
    long: bool | None = None
    """Whether the case is held to the long form; where nothing is said, when the page shows that."""

    read: tuple[str, str] = ("", "")
    """Version and digest of the case that was read before it was written over."""

    judged: dict[str, list[str]] = field(default_factory=dict)
    """Words that were judged to be nobody, by field: what stands with the case, and what is answered now."""
    answers: dict[str, str] = field(default_factory=dict)
    """What the page answered to «A person?», by the key of the question."""
    found: list[Found] = field(default_factory=list)

    @property
    def held_long(self) -> bool:
        """Whether what the long form demands is demanded."""
        return not self.simple if self.long is None else self.long

    def check(self) -> None:
        """Cleans the values and, when they are clean, runs the checks: what a reviewer would ask, before saving."""
        header, lines = self._read()
        if self.found and self.answers:
            self.judged = with_answers(self.judged, self.found, self.answers)
            header, lines = self._read()
        if self.problems:
            return
        self.case = with_findings(self.form, CaseIn(header, lines))
        self.findings = self.case.findings

    def _read(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Header and lines, cleaned; says what is wrong with them and what in them may name somebody."""
        reader = CaseReader(self.form, ReadingRules(long=self.held_long))
        judged = {JUDGED: ";".join(as_judged(self.judged))} if self.judged else {}
        texts = judged | {path: text for path, text in self.header.items() if text.strip()}
        reader.gather_places([texts])
        header, self.problems = reader.header(texts)
        lines = []
        for number, row in enumerate(self.lines, 1):
            line, wrong = reader.line(
                judged | {path: text for path, text in row.items() if text.strip()}, str(header.get("date", ""))
            )
            lines.append(line)
            self.problems += [replace(item, path=f"lines.{number}.{item.path}") for item in wrong]
        self.found = reader.found
        return header, lines


def read_entry(form: Form, simple: bool, posted: QueryDict) -> Entry:
    """The entry as it was posted."""
    number = min(whole(posted.get("lines", "1"), least=1) or 1, MOST_LINES)
    header: dict[str, str] = {}
    lines: list[dict[str, str]] = [{} for _ in range(number)]
    for column in form.asked(simple=simple):
        if column.scope == "header":
            header[column.path] = ";".join(posted.getlist(column.path))
        else:
            for at in range(number):
                lines[at][column.path] = ";".join(posted.getlist(f"lines.{at + 1}.{column.path}"))
    return Entry(form, simple, header, lines, answers=answers_in(posted))


def entry_of(form: Form, header: dict[str, Any], lines: list[dict[str, Any]]) -> Entry:
    """The entry of a case that is here already."""
    texts = {path: as_text(value) for path, value in flatten_header(header)}
    if header.get("date_precision") in ("month", "year"):
        texts["date"] = texts["date"][: 7 if header["date_precision"] == "month" else 4]
    rows = [
        {
            **{k: as_text(v) for k, v in line.items() if k not in ("fields", JUDGED)},
            **{k: as_text(v) for k, v in line.get("fields", {}).items()},
        }
        for line in lines
    ]
    judged = judged_by_field(cell_of({**header, "lines": lines}))
    return Entry(form, False, texts, rows or [{}], judged=judged)


def beside_theirs(entry: Entry, theirs: Entry, titles: dict[str, str], lang: str) -> list[dict[str, str]]:
    """The fields in which what was typed is not what stands: key, title, and both, in words."""
    pairs = [(key, entry.header.get(key, ""), theirs.header.get(key, "")) for key in {**entry.header, **theirs.header}]
    for at in range(max(len(entry.lines), len(theirs.lines))):
        own, other = (some.lines[at] if at < len(some.lines) else {} for some in (entry, theirs))
        pairs += [(f"lines.{at + 1}.{key}", own.get(key, ""), other.get(key, "")) for key in {**own, **other}]
    columns = {column.path: column for column in entry.form.columns}
    found = []
    for key, yours, stands in pairs:
        column = columns.get(key.split(".", 2)[-1] if key.startswith("lines.") else key)
        if column is not None and column.path != "date_precision" and yours.strip() != stands.strip():
            both = [in_words(column, text, lang) for text in (yours, stands)]
            title = titles.get(key) or column.title(lang)
            found.append({"key": key, "title": title, "yours": both[0], "theirs": both[1]})
    return found


def in_words(column: Column, text: str, lang: str) -> str:
    """A text of a field, with the word for its code."""
    code = text.split(";") if column.type == "codes" else text
    words = value_in_words(column, code, lang) if column.type in ("code", "codes", "place") else text
    return words if words in ("", text) else f"{words} ({text})"


def take_theirs(entry: Entry, key: str, theirs: Entry) -> None:
    """Puts what stands into a field in place of what was typed."""
    if not key.startswith("lines."):
        entry.header[key] = theirs.header.get(key, "")
        return
    number, _, name = key.removeprefix("lines.").partition(".")
    at = (whole(number, least=1) or 1) - 1
    stands = theirs.lines[at] if at < len(theirs.lines) else {}
    while len(entry.lines) <= at < MOST_LINES:
        entry.lines.append({})
    if at < len(entry.lines):
        entry.lines[at][name] = stands.get(name, "")


def fields_shown(
    entry: Entry, lang: str, readonly: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """(header fields with their block, fields of each line), ready for the template."""
    said: dict[str, tuple[bool, str]] = {finding.path: (False, finding.sentence()) for finding in entry.findings}
    said |= {problem.path: (True, problem.sentence()) for problem in entry.problems}
    header = []
    lines: list[list[dict[str, Any]]] = [[] for _ in entry.lines]
    for column in entry.form.asked(simple=entry.simple):
        if column.path == "date_precision":
            continue  # read from how the date is written
        if column.scope == "header":
            shown = _field(column, column.path, entry.header.get(column.path, ""), said, entry, lang)
            header.append({**shown, "block": column.block, "readonly": column.path in readonly})
        else:
            for at, row in enumerate(entry.lines):
                lines[at].append(
                    _field(column, f"lines.{at + 1}.{column.path}", row.get(column.path, ""), said, entry, lang)
                )
    return header, lines


_WIDTH = {"long_text": "s6", "codes": "s6"}


def _field(
    column: Column, key: str, value: str, said: dict[str, tuple[bool, str]], entry: Entry, lang: str
) -> dict[str, Any]:
    bad, words = said.get(key, (False, ""))
    shown: dict[str, Any] = {
        "key": key,
        "title": column.title(lang),
        "hint": column.hint(lang),
        "value": value,
        "kind": "text",
        "bad": bad,
        "says": words,
        "mark": " is-invalid" if bad else " is-warn" if words else "",
        "css": _WIDTH.get(column.type, "s2"),
        "needed": column.needed == "always" or (column.needed == "long" and entry.held_long),
        "back": entry.sent_back.get(key) or entry.sent_back.get(column.path, ""),
        "asked": _asked(column, key, entry.form),
        "units": _units(entry.form) if column.path == "unit" else "",
    }
    choices = _choices(column, entry, lang)
    if column.type == "codes":
        shown |= {"kind": "many", "choices": choices, "value": value.split(";")}
    elif choices:
        codes = {code for code, _ in choices}
        resolved = list_view(column.list).resolve(value).code if value and value not in codes and column.list else None
        shown |= {
            "kind": "select",
            "choices": choices,
            "value": resolved or value,
            "stray": value if value and value not in codes and not resolved else "",
        }
    elif column.type in ("code", "place", "hs"):
        shown["suggest"] = {"place": "unlocode", "hs": "hs"}.get(column.type, column.list)
        view = code_views(shown["suggest"], [value]).get(value) if value else None
        shown["caption"] = view.label(lang) if view else ""
        shown["hint"] = "" if view else shown["hint"]
    elif column.type == "long_text":
        shown["kind"] = "long"
    elif column.type in ("decimal", "integer"):
        shown["kind"] = "number"
    return shown


def _choices(column: Column, entry: Entry, lang: str) -> list[tuple[str, str]]:
    if column.type == "boolean":
        return [("yes", {"fr": "oui", "es": "sí"}.get(lang, "yes")), ("no", {"fr": "non"}.get(lang, "no"))]
    if column.type not in ("code", "codes"):
        return []
    view = list_view(column.list)
    if column.path == "unit":
        units = entry.form.definition.units
        allowed = dict.fromkeys(unit for group in (units.allowed, *units.by_subtype.values()) for unit in group)
        return [(code, view.codes[code].label(lang)) for code in allowed if code in view.codes]
    current = view.current()
    if len(current) > CHOICES:
        return []
    return [(code.code, _indent(view, code.parent) + code.label(lang)) for code in current]


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
