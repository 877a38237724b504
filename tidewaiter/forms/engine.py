"""The reader that turns rows and records into checked cases by a form that is compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings

from tidewaiter.codelists.places import resolve_places
from tidewaiter.codelists.queries import CodeView, Resolution, list_view
from tidewaiter.forms.attachments import found_in_captions, with_attached, without_names
from tidewaiter.forms.columns import (
    Column,
    as_text,
    attached,
    flatten_header,
    nest_header,
    normal_path,
)
from tidewaiter.forms.compiled_form import Form as Form
from tidewaiter.forms.dates import Days
from tidewaiter.forms.judgements import JUDGED, Found, cell_of, found_in, judged_by_field
from tidewaiter.forms.lines import REPORTED, TIMES, LineNumbers, ReadingRules, currency_problem, multiplied
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.row_plans import RowPlans, Step
from tidewaiter.forms.types import Cleaned, Value, clean_boolean, cleaner
from tidewaiter.foundation.readings.numbers import NumberShown

_MEMO, _REMEMBERED = 50_000, 200
"""Texts whose cleaning is remembered, and signs of one that is: a stranger's long cells would fill the memory."""


type _Answer = tuple[Value | None, Problem | None, CodeView | None, tuple[Found, ...]]


@dataclass(slots=True)
class CaseReader:
    """Reads rows of one form. Holds what it has cleaned already, so make one for a file and let it go."""

    form: Form
    rules: ReadingRules = field(default_factory=ReadingRules)
    places: dict[tuple[str, str], Resolution] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    """Stretches that may name somebody, in the record that was read last."""
    _nobody: dict[str, list[str]] = field(default_factory=dict)
    _judged: list[str] = field(default_factory=list)
    _cleaners: dict[str, Callable[[str], Cleaned]] = field(default_factory=dict)
    _plans: RowPlans = field(init=False)
    _unit: Step = field(init=False)
    _countries: dict[str, str] = field(default_factory=dict)
    _numbers: LineNumbers = field(init=False)
    _days: Days = field(init=False)
    _holds_names: bool = field(init=False)
    _dates_of: dict[str, dict[str, CodeView]] = field(default_factory=dict)
    """Of lists whose codes have dates of validity these codes, as they were when the reader first met the list."""
    _dated: list[tuple[str, CodeView]] = field(default_factory=list)
    """Codes with dates of validity met in the row that is being read."""

    def __post_init__(self) -> None:
        self._holds_names = bool(settings.HOLDS_NAMES)
        self._plans = RowPlans(self.form)
        self._unit = self._plans.step("unit", self.form.line_columns["unit"])
        self._numbers, self._days = LineNumbers(self.form.every_unit, self.rules), Days(self.rules)

    def gather_places(self, rows: Iterable[dict[str, str]]) -> None:
        """Looks up the places of many rows at once, so that none is looked up alone."""
        wanted = []
        for row in rows:
            for step in self._plans.of(row).header:
                if step.how == "place":
                    pair = (row[step.path][:_REMEMBERED], self._place_country(step.path, row))
                    if pair not in self.places:
                        wanted.append(pair)
        # forgotten whole: to find what was used least would cost more than looking it up again
        self.places = {} if len(self.places) > _MEMO else self.places
        if wanted:
            self.places.update(resolve_places(wanted))

    def _place_country(self, path: str, row: dict[str, str]) -> str:
        said = row.get(path.replace("place", "country") if path != "place" else "country", "")[:_REMEMBERED]
        if said and said not in self._countries:
            self._countries = {} if len(self._countries) > _MEMO else self._countries
            self._countries[said] = list_view("country").resolve(said).code or ""
        return self._countries.get(said, "")

    def is_long(self, row: dict[str, str]) -> bool:
        """Whether the row is held to the long form: the source says so, or the row itself."""
        return self.rules.long or ("long" in row and clean_boolean("long", row["long"])[0] is True)

    def header(self, row: dict[str, str]) -> tuple[dict[str, Any], list[Problem]]:
        """The header of a case from texts by path (empty ones left out). Lines' columns are passed over."""
        long = self.is_long(row)
        self._begin(row)
        self.found = []
        problems: list[Problem] = []
        flat: dict[str, Any] = {}
        plan = self._plans.of(row)
        some_nobody = bool(self._nobody)
        for step in plan.header:
            path = step.path
            if step.how == "value":
                said = row[path]
                value = None if some_nobody or said.__class__ is not str else step.texts.plain.get(said)
                if value is None:
                    self._value(step, said, flat, problems)
                else:
                    flat[path] = value
            elif step.how == "date":
                self._days.read(row[path], flat, problems)
            else:
                self._place(path, row[path], row, flat, problems)
        if "date_precision" in row:
            self._days.make_coarser(row["date_precision"], flat, problems)
        problems += [Problem(path, "required") for path in plan.lacking[long]]
        self._in_force(flat.get("date"), problems)
        flat.setdefault("kind", "seizure")
        header = nest_header(flat)
        header["form"] = self.form.code
        header["form_version"] = self.form.version
        if long:
            header["long"] = True
        if self._judged:
            header[JUDGED] = sorted(self._judged)
        beside = attached(row) if plan.beside else {}
        if not beside:
            return header, problems
        self.found += found_in_captions(beside, row.get(JUDGED, ""))
        return with_attached(header, beside, row.get(JUDGED, "")), problems

    def line(
        self, row: dict[str, str], day: str = "", *, long: bool | None = None
    ) -> tuple[dict[str, Any], list[Problem]]:
        """One line of goods from texts by path. `long`: its case is held to the
        long form; else the row says so itself.
        """
        problems: list[Problem] = []
        flat: dict[str, Any] = {}
        own: dict[str, Any] = {}
        self._begin(row)
        plan = self._plans.of(row)
        for step in plan.lines:
            into, said = own if step.column.scope == "fields" else flat, row[step.path]
            known = None if self._nobody or said.__class__ is not str else step.texts.plain.get(said)
            if known is None:
                self._value(step, said, into, problems)
            else:
                into[step.path] = known
        self._quantity(row, flat, problems)
        if "value" in flat and "currency" in flat:
            wrong = currency_problem(row["value"], str(flat["currency"]))
            problems += [wrong] if wrong is not None else []
        counted = "quantity" in row
        if not counted:
            counted_by_value = "value" in row and "currency" in row
            if not (counted_by_value and self.form.value_suffices(str(flat.get("subtype", "")))):
                problems.append(Problem("quantity", "no_line"))
        elif flat.get("quantity", "1").startswith("-") or flat.get("quantity") == "0":
            problems.append(Problem("quantity", "not_positive", row["quantity"][:80]))
        if counted and "unit" not in row and "unit" not in flat and "subtype" in flat:
            units = self.form.units_for(flat["subtype"])
            if len(units) == 1:  # goods that are counted one way only need not say it
                flat["unit"] = units[0]
        for column in plan.lacking_in_line[self.is_long(row) if long is None else long]:
            if column.path == "unit" and (not counted or any(one.path == "quantity" for one in problems)):
                continue
            if column.path not in flat and self.form.applies(column, str(flat.get("subtype", ""))):
                problems.append(Problem(column.path, "required"))
        self._in_force(day, problems)
        if own:
            flat["fields"] = own
        if self._judged:
            flat[JUDGED] = sorted(self._judged)
        return flat, problems

    def _quantity(self, row: dict[str, str], flat: dict[str, Any], problems: list[Problem]) -> None:
        """Quantity and unit of a line, which may stand in one cell; what was reported otherwise is kept beside them."""
        said = "" if self.rules.unit_in_quantity else row.get("unit", "")
        if said:
            self._value(self._unit, said, flat, problems)
        if "quantity" in row:
            quantity, unit, problem = self._numbers.quantity(row["quantity"], flat.get("unit") if said else None)
            if problem is not None:
                problems.append(problem)
            else:
                flat["quantity"] = multiplied(quantity, row[TIMES]) if TIMES in row else quantity
            if unit and not said:
                flat["unit"] = unit
        if REPORTED in row and "reported" in self.form.line_columns:
            step = self._plans.step("reported", self.form.line_columns["reported"])
            self._value(step, row[REPORTED], flat, problems)

    def resolves(self, path: str, text: str) -> bool:
        """Whether a text is a code of the column's list, or names one."""
        column = self.form.by_path.get(normal_path(path)[1])
        if column is None:
            return True
        if column.type == "place":
            return resolve_places([(text, "")])[(text, "")].code is not None
        clean = self._cleaner(path, column)
        return clean(text)[1] is None and not (
            column.open and column.list and clean(text)[0] not in list_view(column.list).codes
        )

    def texts_of(self, document: dict[str, Any]) -> dict[str, str]:
        """The header of a record as texts by path, empty ones left out."""
        flat = {
            normal_path(path)[0]: value if value.__class__ is str else as_text(value)
            for path, value in flatten_header(document)
        }
        flat[JUDGED] = cell_of(document)
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
        header = with_attached(header, document)
        self.found += found_in_captions(document)
        lines = []
        given = document.get("lines") or []
        for number, line in enumerate(given if isinstance(given, list) else [], 1):
            own = line.get("fields") if isinstance(line, dict) else None
            row = {**(line if isinstance(line, dict) else {}), **(own if isinstance(own, dict) else {})}
            row[JUDGED] = texts.get(JUDGED, "")
            said = {path: as_text(value) for path, value in row.items() if path != "fields"}
            cells = {path: text for path, text in said.items() if text.strip()}
            before = len(self.found)
            value, wrong = self.line(cells, str(header.get("date", "")), long=header.get("long", False))
            lines.append(value)
            self.found[before:] = [replace(one, path=f"lines.{number}.{one.path}") for one in self.found[before:]]
            problems += [replace(item, path=f"lines.{number}.{item.path}") for item in wrong]
        if not lines and header["kind"] == "seizure":
            problems.append(Problem("lines", "required"))
        return header, lines, problems

    def _value(self, step: Step, said: str, into: dict[str, Any], problems: list[Problem]) -> None:
        answer = None if step.path in self._nobody or said.__class__ is NumberShown else step.known(said)
        value, problem, dated, found = self._cleaned(step, said) if answer is None else answer
        if found:
            self.found += found
        if problem is not None:
            problems.append(problem)
        elif value or value is False:
            into[step.path] = value
            if dated is not None:
                self._dated.append((step.path, dated))

    def _cleaned(self, step: Step, said: str) -> _Answer:
        path, column = step.path, step.column
        clean = self._cleaners.get(path)
        if clean is None:
            clean = self._cleaners[path] = self._cleaner(path, column)
        value, problem = clean(said)
        found: tuple[Found, ...] = ()
        if not self._holds_names and problem is None and column.may_name(str(value)):
            text, nobody = str(value), self._nobody.get(path, ())
            answer, problem = without_names(path, text, column.about, nobody)
            value, found = answer.text, found_in(path, text, column.about, answer)
            self._judged += [f"{path}={words}" for words in answer.words]
        dated = self._dated_codes(column.list).get(str(value)) if column.type == "code" else None
        if len(said) <= _REMEMBERED and path not in self._nobody and said.__class__ is not NumberShown:
            read = step.read(said)
            if len(read) > _MEMO:
                read.forget()
            if problem is None and dated is None and not found and (value or value is False):
                read.plain[said] = value
            else:
                read.other[said] = (value, problem, dated, found)
        return value, problem, dated, found

    def _dated_codes(self, name: str) -> dict[str, CodeView]:
        found = self._dates_of.get(name)
        if found is None:
            found = self._dates_of[name] = list_view(name).dated
        return found

    def _begin(self, row: dict[str, str]) -> None:
        """Takes up what a row says of words in it that are nobody."""
        self._nobody, self._judged = judged_by_field(row[JUDGED]) if JUDGED in row else {}, []

    def _cleaner(self, path: str, column: Column) -> Callable[[str], Cleaned]:
        if column.type in ("decimal", "integer"):
            return lambda said: self._numbers.number(path, column.type, said, per_cent=column.per_cent)
        if column.list == "unit" and column.scope == "line":
            return self._numbers.unit
        return cleaner(path, column.type, column.list, column.largest, is_open=column.open)

    def _place(self, path: str, said: str, row: dict[str, str], flat: dict[str, Any], problems: list[Problem]) -> None:
        pair = (said[:_REMEMBERED], self._place_country(path, row))
        answer = self.places.get(pair)
        if answer is None:
            self.gather_places([{path: said, **{key: row[key] for key in row if key.endswith("country")}}])
            answer = self.places[pair]
        if answer.code is None:
            code = "doubted" if answer.doubted else "ambiguous_place" if answer.several else "unknown_place"
            problems.append(Problem(path, code, said[:80], tuple(answer.proposals)))
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
