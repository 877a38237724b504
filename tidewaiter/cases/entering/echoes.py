"""What a text became that was typed into a field: its name and code, the question where it may be several, what is
wrong. Read by the reader that reads the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tidewaiter.cases.entering.rows import country_named, stops
from tidewaiter.codelists.places import resolve_places
from tidewaiter.codelists.queries import CodeView, code_view, code_views, list_view
from tidewaiter.forms.columns import Column, flatten_header, normal_path
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.problems import Problem
from tidewaiter.foundation.numbers import grouped

IS, ASK, BAD, NOTE = "is", "ask", "bad", "note"
_READ = ("code", "place", "hs", "decimal", "integer", "date")
"""Types of fields of which the page says what a text became."""

_SPOKEN = ("country", "currency", "airline", "package", "un_number", "unit")
"""Lists whose codes people use themselves; those of our own lists are for programs."""


def is_spoken(column: Column) -> bool:
    """Whether people say the codes of a column: «KE», «8413.91», «USD»."""
    return column.type in ("hs", "place") or column.list in _SPOKEN


@dataclass(slots=True)
class Choice:
    """One of several meanings: the text that means it alone, its name, and its code where that is another text."""

    value: str
    label: str
    code: str = ""


@dataclass(slots=True)
class Echo:
    """What a text became: `kind` is `is`, `ask`, `bad`, `note`, or empty where there is nothing to say."""

    kind: str = ""
    words: str = ""
    code: str = ""
    choices: list[Choice] = field(default_factory=list)
    unit: str = ""
    """The unit that stood in the box of a quantity."""


class Echoes:
    """Says what texts of one entry became."""

    def __init__(self, form: Form, header: Mapping[str, str], lang: str) -> None:
        """`header`: the texts of the entry's header by path; places of all are looked up at once."""
        self.form, self.lang = form, lang
        self.reader = CaseReader(form)
        self.country = header.get("country", "")
        wanted = {path: text for path, text in header.items() if path == "place" or path in _boxes(header)}
        own = country_named(self.country)
        pairs = [(text[:200], own if path == "place" else "") for path, text in wanted.items() if text.strip()]
        self.reader.places.update(resolve_places(pairs))
        found = self.reader.places.values()
        code_views("unlocode", [code for one in found for code in (one.code, *(c for c, _n in one.proposals)) if code])

    def of(self, path: str, text: str, row: Mapping[str, str] | None = None) -> Echo:
        """What a text at a path became; `row`: the other texts of its line, where it is of one."""
        said = text.strip()
        column = self.form.by_path.get(normal_path(path)[1])
        if not said or column is None or column.type not in _READ:
            return Echo()
        if row is not None:
            return self._of_line(column, said, row)
        if path.startswith("route.") and path.endswith(".place"):
            return self._of_leg(path, said)
        context = {"country": self.country} if path == "place" and self.country else {}
        header, problems = self.reader.header({path: said, **context})
        problem = next((one for one in problems if one.path == path and one.code != "required"), None)
        value = dict(flatten_header(header)).get(path)
        return self._told(column, said, value, problem, str(header.get("date_precision", "day")))

    def _of_leg(self, path: str, said: str) -> Echo:
        """A box that takes a place or a country."""
        country = country_named(said)
        if not country:
            header, problems = self.reader.header({path: said})
            problem = next((one for one in problems if one.path == path), None)
            column = self.form.by_path[normal_path(path)[1]]
            return self._told(column, said, dict(flatten_header(header)).get(path), problem)
        answer = Echo(IS, self._name("country", country), country)
        inside = resolve_places([(said, country)])[(said, country)].code
        if inside and inside != said.upper():
            answer.choices = [Choice(inside, _("the place: %(name)s") % {"name": self._place(inside)}, inside)]
        return answer

    def _of_line(self, column: Column, said: str, row: Mapping[str, str]) -> Echo:
        texts = {name: text for name, text in row.items() if text.strip() and name in ("subtype", "unit")}
        texts[column.path] = said
        if column.path == "quantity":
            texts.pop("unit", None)
        line, problems = self.reader.line(texts)
        problem = next((one for one in problems if one.path == column.path and one.code != "required"), None)
        value = line.get("fields", {}).get(column.path) if column.scope == "fields" else line.get(column.path)
        answer = self._told(column, said, value, problem)
        if column.path == "quantity" and problem is None:
            read = self.reader.line({"quantity": said})[0]
            answer.unit = str(read.get("unit", ""))
            unit = code_view("unit", answer.unit) if answer.unit else None
            amount = grouped(str(value))
            answer.words = f"{amount} {unit.label(self.lang)}" if unit else amount
            answer.kind = IS if answer.unit or amount != said else ""
        return answer

    def _told(self, column: Column, said: str, value: Any, problem: Problem | None, precision: str = "day") -> Echo:
        if problem is not None:
            choices = [self._choice(column, code) for code, _label in problem.proposals]
            if problem.code in ("ambiguous_code", "ambiguous_place", "date_ambiguous", "number_ambiguous"):
                return Echo(ASK, _("«%(said)s» can mean several. Which?") % {"said": said[:60]}, choices=choices)
            words = Problem(problem.path, problem.code, problem.said, (), problem.facts).sentence()
            return Echo(BAD, words, choices=choices)
        text = str(value or "")
        if column.type == "date":
            return Echo(IS, day_in_words(text, precision), "" if text == said else text) if text else Echo()
        if column.type in ("decimal", "integer"):
            return Echo(IS, grouped(text)) if text and grouped(text) != said else Echo()
        if column.type == "place":
            return Echo(IS, self._place(text), text)
        if column.open and column.list and text and text not in list_view(column.list).codes:
            return Echo(NOTE, _("Kept as written: the list has no such entry."))
        name = self._name("hs" if column.type == "hs" else column.list, text)
        return Echo(IS, name, text if is_spoken(column) else "") if text else Echo()

    def _choice(self, column: Column, code: str) -> Choice:
        if column.type == "place":
            return Choice(code, self._place(code), code)
        if column.type == "date":
            return Choice(code, day_in_words(code, "day"), code)
        if column.type in ("decimal", "integer"):
            return Choice(code, grouped(code))
        name = self._name("hs" if column.type == "hs" else column.list, code)
        return Choice(code, name, code if is_spoken(column) else "")

    def _name(self, list_name: str, code: str) -> str:
        view: CodeView | None = code_view(list_name, code)
        return view.label(self.lang) if view else code

    def _place(self, code: str) -> str:
        """«Antwerpen, Belgium»."""
        return ", ".join(dict.fromkeys((self._name("unlocode", code), self._name("country", code[:2]))))


def day_in_words(iso: str, precision: str) -> str:
    """A day with its name, a month, or a year, in the reader's language."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return date_format(day, {"year": "Y", "month": "F Y"}.get(precision, "l j F Y"))


def _boxes(header: Mapping[str, str]) -> set[str]:
    return {f"{stop}.place" for stop in stops(header)}
