"""A form compiled once: its columns, and the reader that turns rows and records into checked cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings

from tidewaiter.codelists.queries import CodeView, Resolution, list_view, resolve_places
from tidewaiter.forms.columns import (
    Column,
    as_text,
    attached,
    columns_of,
    flatten_header,
    is_beside,
    nest_header,
    normal_path,
)
from tidewaiter.forms.definitions import Common, Definition
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.types import Cleaned, Value, clean_boolean, clean_code, clean_date, clean_decimal, cleaner
from tidewaiter.foundation.personal import kept, kept_name, masked
from tidewaiter.foundation.text import fold

_MEMO = 50_000
_digest = re.compile(r"[0-9a-f]{64}")
"""How a picture in the vault is named; it names nobody."""
_COARSE = ("day", "month", "year")


def _needs(column: Column, long: bool) -> bool:
    return column.needed == "always" or (column.needed == "long" and long)


class Form:
    """One version of a form."""

    def __init__(self, definition: Definition, common: Common) -> None:
        self.definition = definition
        self.common = common
        self.columns = columns_of(definition, common)
        self.by_path = {column.path: column for column in self.columns}
        self.header_columns = {column.path: column for column in self.columns if column.scope == "header"}
        self.line_columns = {column.path: column for column in self.columns if column.scope != "header"}

    @property
    def code(self) -> str:
        """The commodity's code."""
        return self.definition.code

    @property
    def version(self) -> int:
        """The definition's version."""
        return self.definition.version

    def title(self, lang: str) -> str:
        """The commodity's name."""
        return self.definition.label.get(lang) or self.definition.label["en"]

    def asked(self, *, simple: bool) -> list[Column]:
        """The columns of the simple or of the long form."""
        return [column for column in self.columns if column.simple or not simple]

    def lineage(self, subtype: str) -> list[str]:
        """A sub-type and what it stands under, nearest first."""
        view = list_view(self.definition.list_of_subtypes)
        found: list[str] = []
        at = subtype
        while at and at not in found:
            found.append(at)
            known = view.codes.get(at)
            at = known.parent if known else ""
        return found

    def units_for(self, subtype: str) -> tuple[str, ...]:
        """Units that a quantity of this sub-type may have, after the sub-type's own parents."""
        units = self.definition.units
        own = next((at for at in self.lineage(subtype) if at in units.by_subtype), None)
        return units.allowed if own is None else units.by_subtype[own]

    def value_suffices(self, subtype: str) -> bool:
        """Whether a line of this sub-type may state its value and currency in place of a quantity."""
        return any(at in self.definition.units.value_suffices for at in self.lineage(subtype))

    def applies(self, column: Column, subtype: str) -> bool:
        """Whether a column is asked for goods of this sub-type."""
        return not column.subtypes or any(at in column.subtypes for at in self.lineage(subtype))

    @cached_property
    def needed_in_header(self) -> dict[bool, list[str]]:
        """Paths of the header that must be given, in the simple (False) and in the long form (True)."""
        return {
            long: [c.path for c in self.columns if c.scope == "header" and _needs(c, long)] for long in (False, True)
        }

    @cached_property
    def needed_in_line(self) -> dict[bool, list[Column]]:
        """Columns of a line that must be given beside the quantity, likewise."""
        lines = [c for c in self.columns if c.scope != "header" and c.path != "quantity"]
        return {long: [c for c in lines if _needs(c, long)] for long in (False, True)}

    @cached_property
    def paths_by_label(self) -> dict[str, str]:
        """Folded names under which a file may give a column: its path, and its label in each language."""
        names: dict[str, str] = {}
        for column in self.columns:
            for name in (column.path, *column.label.values()):
                names.setdefault(fold(name), column.path)
        return names

    def path_of(self, head: str) -> str | None:
        """The path that a file's column head means, or nothing."""
        path, described_by = normal_path(head.strip())
        if described_by in self.by_path or is_beside(path):
            return path
        return self.paths_by_label.get(fold(head))


@dataclass(slots=True)
class ReadingRules:
    """How a source writes things, where that is known."""

    date_formats: tuple[str, ...] = ()
    fiscal_year_starts: int = 0
    decimal_mark: str = ""
    long: bool = False
    days_from_1904: bool = False
    """Days that are bare numbers are counted from 1904, as in workbooks of old Macintoshes."""


@dataclass(slots=True)
class CaseReader:
    """Reads rows of one form. Holds what it has cleaned already, so make one for a file and let it go."""

    form: Form
    rules: ReadingRules = field(default_factory=ReadingRules)
    places: dict[tuple[str, str], Resolution] = field(default_factory=dict)
    _memo: dict[str, dict[str, tuple[Value | None, Problem | None, CodeView | None]]] = field(default_factory=dict)
    _cleaners: dict[str, Callable[[str], Cleaned]] = field(default_factory=dict)
    _columns: dict[str, Column | None] = field(default_factory=dict)
    _countries: dict[str, str] = field(default_factory=dict)
    _days: dict[str, tuple[str | None, str, Problem | None]] = field(default_factory=dict)
    _dated: list[tuple[str, CodeView]] = field(default_factory=list)
    """Codes with dates of validity met in the row that is being read."""

    def gather_places(self, rows: Iterable[dict[str, str]]) -> None:
        """Looks up the places of many rows at once, so that none is looked up alone."""
        wanted = []
        for row in rows:
            for path, said in row.items():
                column = self._described_by(path)
                if column is not None and column.type == "place":
                    pair = (said, self._place_country(path, row))
                    if pair not in self.places:
                        wanted.append(pair)
        if len(self.places) > _MEMO:
            self.places.clear()
        if wanted:
            self.places.update(resolve_places(wanted))

    def _place_country(self, path: str, row: dict[str, str]) -> str:
        said = row.get(path.replace("place", "country") if path != "place" else "country", "")
        if said and said not in self._countries:
            self._countries[said[:200]] = list_view("country").resolve(said[:200]).code or ""
        return self._countries.get(said[:200], "")

    def is_long(self, row: dict[str, str]) -> bool:
        """Whether the row is held to the long form: the source says so, or the row itself."""
        return self.rules.long or ("long" in row and clean_boolean("long", row["long"])[0] is True)

    def header(self, row: dict[str, str]) -> tuple[dict[str, Any], list[Problem]]:
        """The header of a case from texts by path (empty ones left out). Lines' columns are passed over."""
        long = self.is_long(row)
        problems: list[Problem] = []
        flat: dict[str, Any] = {}
        for path, said in row.items():
            column = self._described_by(path)
            if column is None:
                continue
            if path == "date":
                self._date(said, flat, problems)
            elif column.type == "place":
                self._place(path, said, row, flat, problems)
            else:
                self._value(path, column, said, flat, problems)
        if "date_precision" in row:
            self._precision(row["date_precision"], flat, problems)
        for path in self.form.needed_in_header[long]:
            if path not in row:
                problems.append(Problem(path, "required"))
        self._in_force(flat.get("date"), problems)
        flat.setdefault("kind", "seizure")
        header = nest_header(flat)
        header["form"] = self.form.code
        header["form_version"] = self.form.version
        if long:
            header["long"] = True
        beside = attached(row)
        return (header | _attached(beside) if beside else header), problems

    def _described_by(self, path: str) -> Column | None:
        """The column of the header that a path means; a date's precision is read after the date."""
        try:
            return self._columns[path]
        except KeyError:
            if len(self._columns) > _MEMO:
                self._columns.clear()
            found = self.form.header_columns.get(normal_path(path)[1])
            self._columns[path] = None if path == "date_precision" else found
            return self._columns[path]

    def line(
        self, row: dict[str, str], day: str = "", *, long: bool | None = None
    ) -> tuple[dict[str, Any], list[Problem]]:
        """One line of goods from texts by path. `long`: its case is held to the long form; else the row says so itself."""
        problems: list[Problem] = []
        flat: dict[str, Any] = {}
        own: dict[str, Any] = {}
        columns = self.form.line_columns
        for path, said in row.items():
            column = columns.get(path)
            if column is None:
                continue
            into = own if column.scope == "fields" else flat
            if column.type == "decimal" and self.rules.decimal_mark:
                value, problem = clean_decimal(path, said, self.rules.decimal_mark)
                if problem is None:
                    into[path] = value
                else:
                    problems.append(problem)
            else:
                self._value(path, column, said, into, problems)
        counted = "quantity" in row
        if not counted:
            counted_by_value = "value" in row and "currency" in row
            if not (counted_by_value and self.form.value_suffices(str(flat.get("subtype", "")))):
                problems.append(Problem("quantity", "no_line"))
        elif flat.get("quantity", "1").startswith("-") or flat.get("quantity") == "0":
            problems.append(Problem("quantity", "not_positive", row["quantity"][:80]))
        if counted and "unit" not in row and "subtype" in flat:
            units = self.form.units_for(flat["subtype"])
            if len(units) == 1:
                flat["unit"] = units[0]
        for column in self.form.needed_in_line[self.is_long(row) if long is None else long]:
            if column.path == "unit" and not counted:
                continue
            if (
                column.path not in row
                and column.path not in flat
                and self.form.applies(column, str(flat.get("subtype", "")))
            ):
                problems.append(Problem(column.path, "required"))
        self._in_force(day, problems)
        if own:
            flat["fields"] = own
        return flat, problems

    def texts_of(self, document: dict[str, Any]) -> dict[str, str]:
        """The header of a record as texts by path, empty ones left out."""
        flat = {normal_path(path)[0]: as_text(value) for path, value in flatten_header(document)}
        return {path: text for path, text in flat.items() if path not in ("lines", "form") and text.strip()}

    def record(
        self, document: dict[str, Any], texts: dict[str, str] | None = None
    ) -> tuple[dict[str, Any], list[dict[str, Any]], list[Problem]]:
        """A case record as JSON gives it: its header, its lines, and what is wrong, with paths as `lines.1.unit`.

        `texts` is what `texts_of` made of it, where places of many records have been gathered already.
        """
        if texts is None:
            texts = self.texts_of(document)
            self.gather_places([texts])
        header, problems = self.header(texts)
        header |= _attached(document)
        lines = []
        given = document.get("lines") or []
        for number, line in enumerate(given if isinstance(given, list) else [], 1):
            own = line.get("fields") if isinstance(line, dict) else None
            row = {**(line if isinstance(line, dict) else {}), **(own if isinstance(own, dict) else {})}
            cells = {path: as_text(value) for path, value in row.items() if path != "fields" and as_text(value).strip()}
            value, wrong = self.line(cells, str(header.get("date", "")), long=header.get("long", False))
            lines.append(value)
            problems += [Problem(f"lines.{number}.{item.path}", item.code, item.said, item.proposals) for item in wrong]
        if not lines and header["kind"] == "seizure":
            problems.append(Problem("lines", "required"))
        return header, lines, problems

    def _value(self, path: str, column: Column, said: str, into: dict[str, Any], problems: list[Problem]) -> None:
        try:
            value, problem, dated = self._memo[path][said]
        except KeyError:
            value, problem, dated = self._cleaned(path, column, said)
        if problem is not None:
            problems.append(problem)
        elif value or value is False:
            into[path] = value
            if dated is not None:
                self._dated.append((path, dated))

    def _cleaned(self, path: str, column: Column, said: str) -> tuple[Value | None, Problem | None, CodeView | None]:
        memo = self._memo.setdefault(path, {})
        clean = self._cleaners.get(path)
        if clean is None:
            clean = self._cleaners[path] = cleaner(path, column.type, column.list, column.largest, is_open=column.open)
        value, problem = clean(said)
        if not settings.HOLDS_NAMES and problem is None and column.may_name(str(value)):
            value, problem = _without_names(path, str(value))
        dated = list_view(column.list).dated.get(str(value)) if column.type == "code" else None
        if len(memo) > _MEMO:
            memo.clear()
        memo[said] = (value, problem, dated)
        return memo[said]

    def _date(self, said: str, flat: dict[str, Any], problems: list[Problem]) -> None:
        answer = self._days.get(said)
        if answer is None:
            if len(self._days) > _MEMO:
                self._days.clear()
            answer = self._days[said] = clean_date(
                "date", said, self.rules.date_formats, days_from_1904=self.rules.days_from_1904
            )
        value, precision, problem = answer
        if problem or value is None:
            problems.append(problem or Problem("date", "date_unreadable", said[:80]))
            return
        starts = self.rules.fiscal_year_starts
        if starts > 1 and int(value[5:7]) >= starts:
            value = f"{int(value[:4]) - 1}{value[4:]}"
        flat["date"] = value
        flat["date_precision"] = precision

    def _precision(self, said: str, flat: dict[str, Any], problems: list[Problem]) -> None:
        """A precision that is stated beside a whole date makes it coarser, never finer."""
        value, problem = clean_code("date_precision", said, "date_precision")
        if problem is not None:
            problems.append(problem)
        elif "date" in flat and _COARSE.index(str(value)) > _COARSE.index(flat["date_precision"]):
            flat["date_precision"] = value
            flat["date"] = flat["date"][:4] + ("-01-01" if value == "year" else flat["date"][4:7] + "-01")

    def _place(self, path: str, said: str, row: dict[str, str], flat: dict[str, Any], problems: list[Problem]) -> None:
        pair = (said, self._place_country(path, row))
        answer = self.places.get(pair)
        if answer is None:
            self.gather_places([{path: said, **{key: row[key] for key in row if key.endswith("country")}}])
            answer = self.places[pair]
        if answer.code is None:
            problems.append(Problem(path, "unknown_place", said[:80], tuple(answer.proposals)))
        else:
            flat[path] = answer.code

    def _in_force(self, day: Any, problems: list[Problem]) -> None:
        """Codes must have been in force on the day of the seizure."""
        if day and self._dated:
            moment = date.fromisoformat(str(day))
            problems += [
                Problem(path, "code_retired", view.code) for path, view in self._dated if not view.valid_on(moment)
            ]
        self._dated.clear()


def _without_names(path: str, text: str) -> tuple[str, Problem | None]:
    """On a node that holds no names: the text with what is suspected masked; a reference is refused, for it must stay itself."""
    clean, found = masked(text)
    if found and path == "national_ref":
        return "", Problem(path, "personal_data", clean)
    return clean, None


def _attached(document: dict[str, Any]) -> dict[str, Any]:
    """Photos and links of a record: the known names with short texts, all else is dropped unread."""
    photos = document.get("photos")
    links = document.get("links")
    pictures = [_photo(one) for one in (photos if isinstance(photos, list) else []) if isinstance(one, dict)]
    found: dict[str, Any] = {}
    if any(pictures):
        found["photos"] = [one for one in pictures if one][:100]
    if isinstance(links, list) and any(isinstance(one, str) and one for one in links):
        found["links"] = [kept(one[:64]) for one in links if isinstance(one, str) and one][:100]
    return found


def _photo(said: dict[str, Any]) -> dict[str, str]:
    texts = {
        name: said[name][:200]
        for name in ("file", "blurred", "caption", "shows", "tags")
        if isinstance(said.get(name), str) and said[name]
    }
    return {
        name: (text if _digest.fullmatch(text) else kept_name(text)) if name == "file" else kept(text)
        for name, text in texts.items()
        if name != "blurred" or _digest.fullmatch(text)
    }
