"""An entry of a case: values as typed, by path, and what the reader and the checks say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from tidewaiter.cases.entering.pictures import Photo, found_in_captions, merged, read_photos
from tidewaiter.cases.entering.rows import box, country_named, in_boxes, is_row, out_of_boxes, stops
from tidewaiter.cases.personal_stretches import answers_in, with_answers
from tidewaiter.cases.rows import CaseIn
from tidewaiter.cases.validate_record import with_findings
from tidewaiter.cases.values import value_in_words
from tidewaiter.checks.findings import Finding
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.attachments import CAPTION, with_attached
from tidewaiter.forms.columns import Column, as_text, flatten_header, normal_path
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.judgements import JUDGED, Found, as_judged, cell_of, judged_by_field
from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.parameters import whole

MOST_LINES = 50


@dataclass(slots=True)
class Entry:
    """What is on the page: texts by path for the header and for each line."""

    form: Form
    long: bool
    """Whether the entry is held to the long form: what that demands is demanded."""
    header: dict[str, str]
    lines: list[dict[str, str]]
    photos: list[Photo] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    case: CaseIn | None = None
    sent_back: dict[str, str] = field(default_factory=dict)
    """What the reviewer says of fields, by path, where the case was sent back."""

    read: tuple[str, str] = ("", "")
    """Version and digest of the case that was read before it was written over."""
    standing: list[dict[str, Any]] = field(default_factory=list)
    """Photos of the case that is written over, as it has them."""

    judged: dict[str, list[str]] = field(default_factory=dict)
    """Words that were judged to be nobody, by field: what stands with the case, and what is answered now."""
    answers: dict[str, str] = field(default_factory=dict)
    """What the page answered to «A person?», by the key of the question."""
    found: list[Found] = field(default_factory=list)
    wrong_beside: list[tuple[str, str]] = field(default_factory=list)
    """(field, its name) of what is wrong in what other rooms keep beside the case."""

    def check(self) -> None:
        """Cleans the values and, when they are clean, runs the checks: what a reviewer would ask, before saving."""
        header, lines = self._read()
        if self.found and self.answers:
            self.judged = with_answers(self.judged, self.found, self.answers)
            header, lines = self._read()
        if self.problems:
            return
        if self.photos:
            photos = merged(self.photos, self.standing)
            header = with_attached(header, {"photos": photos, JUDGED: as_judged(self.judged)})
        self.case = with_findings(self.form, CaseIn(header, lines))
        self.findings = self.case.findings

    def _read(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Header and lines, cleaned; says what is wrong with them and what in them may name somebody."""
        reader = CaseReader(self.form, ReadingRules(long=self.long))
        judged = {JUDGED: ";".join(as_judged(self.judged))} if self.judged else {}
        texts = judged | {path: text for path, text in out_of_boxes(self.header).items() if text.strip()}
        reader.gather_places([texts])
        header, self.problems = reader.header(texts)
        for leg in header.get("route", ()):
            if leg.get("place"):
                leg.setdefault("country", leg["place"][:2])  # a place says its country
        self.problems = [replace(one, path=box(one.path)) for one in self.problems]
        lines = []
        for number, row in enumerate(self.lines, 1):
            line, wrong = reader.line(
                judged | {path: text for path, text in row.items() if text.strip()}, str(header.get("date", ""))
            )
            lines.append(line)
            self.problems += [replace(item, path=f"lines.{number}.{item.path}") for item in wrong]
        self.found = [*reader.found, *found_in_captions(self.photos, self.judged.get(CAPTION, []))]
        return header, lines


def read_entry(form: Form, posted: QueryDict, *, long: bool = False) -> Entry:
    """The entry as it was posted; `long`: the form where the page does not say which it shows."""
    number = min(whole(posted.get("lines", "1"), least=1) or 1, MOST_LINES)
    header: dict[str, str] = {}
    lines: list[dict[str, str]] = [{} for _ in range(number)]
    for column in form.columns:
        if column.scope == "header":
            if not is_row(column.path):
                header[column.path] = ";".join(posted.getlist(column.path))
        else:
            for at in range(number):
                lines[at][column.path] = ";".join(posted.getlist(f"lines.{at + 1}.{column.path}"))
    for path in posted:
        if is_row(path) and normal_path(path)[1] in form.header_columns:
            header[path] = str(posted[path])
    _with_countries(header)
    said = posted.get("length", "")
    photos = read_photos({path: str(posted[path]) for path in posted if path.startswith("photos.")})
    return Entry(form, said == "long" if said else long, header, lines, photos or [], answers=answers_in(posted))


def _with_countries(header: dict[str, str]) -> None:
    """A leg whose country was posted beside the name of a place: «San Antonio, CL» in its one box."""
    for stop in stops(header):
        place, country = header.get(f"{stop}.place", "").strip(), header.get(f"{stop}.country", "").strip()
        if place and country and not place.upper().startswith(country.upper()):
            header[f"{stop}.place"] = f"{place}, {country}"
    in_boxes(header)


def says_photos(posted: QueryDict) -> bool:
    """Whether a page said which photos the case has; one that did not leaves them as they are."""
    return "photos.said" in posted


def entry_of(form: Form, header: dict[str, Any], lines: list[dict[str, Any]]) -> Entry:
    """The entry of a case that is here already."""
    texts = {path: as_text(value) for path, value in flatten_header(header)}
    if header.get("date_precision") in ("month", "year"):
        texts["date"] = texts["date"][: 7 if header["date_precision"] == "month" else 4]
    in_boxes(texts)
    rows = [
        {
            **{k: as_text(v) for k, v in line.items() if k not in ("fields", JUDGED)},
            **{k: as_text(v) for k, v in line.get("fields", {}).items()},
        }
        for line in lines
    ]
    judged = judged_by_field(cell_of({**header, "lines": lines}))
    photos = photos_of(header)
    entry = Entry(form, bool(header.get("long")), texts, rows or [{}], photos, judged=judged)
    entry.standing = list(header.get("photos", []))
    return entry


def photos_of(header: Mapping[str, Any]) -> list[Photo]:
    """The photos of a record as the page has them."""
    names = ("file", "caption", "shows")
    listed: Iterable[Mapping[str, Any]] = header.get("photos", ())
    return [{name: str(one[name]) for name in names if one.get(name)} for one in listed if one.get("file")]


def beside_theirs(entry: Entry, theirs: Entry, titles: dict[str, str], lang: str) -> list[dict[str, str]]:
    """The fields in which what was typed is not what stands: key, title, and both, in words."""
    pairs = [(key, entry.header.get(key, ""), theirs.header.get(key, "")) for key in {**entry.header, **theirs.header}]
    for at in range(max(len(entry.lines), len(theirs.lines))):
        own, other = (some.lines[at] if at < len(some.lines) else {} for some in (entry, theirs))
        pairs += [(f"lines.{at + 1}.{key}", own.get(key, ""), other.get(key, "")) for key in {**own, **other}]
    columns = {column.path: column for column in entry.form.columns}
    found = []
    for key, yours, stands in pairs:
        column = columns.get(key.split(".", 2)[-1] if key.startswith("lines.") else normal_path(key)[1])
        if column is not None and column.path != "date_precision" and _meant(column, yours) != _meant(column, stands):
            both = [in_words(column, text, lang) for text in (yours, stands)]
            title = titles.get(key) or column.spoken(lang)
            found.append({"key": key, "title": title, "yours": both[0], "theirs": both[1]})
    return found


def _meant(column: Column, text: str) -> str:
    """A text of a field, or the code that it names where that is one: a name and its code say the same."""
    said = text.strip()
    if column.type == "place":
        return country_named(said) or said
    return (list_view(column.list).resolve(said[:200]).code or said) if column.type == "code" and said else said


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


def take_meaning(entry: Entry, key: str, code: str) -> None:
    """Puts the meaning that was chosen of several into the field where they were asked for."""
    if not key.startswith("lines."):
        if normal_path(key)[1] in entry.form.header_columns:
            entry.header[key] = code
        return
    number, _, name = key.removeprefix("lines.").partition(".")
    at = whole(number, least=1) or 0
    if 1 <= at <= len(entry.lines) and name in entry.form.line_columns:
        entry.lines[at - 1][name] = code
