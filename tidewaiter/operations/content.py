"""What somebody writes, read by its template: clean values, or what is wrong with each in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import process

from tidewaiter.codelists.places import resolve_places
from tidewaiter.codelists.queries import Resolution, list_view
from tidewaiter.forms.columns import as_text
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.forms.types import clean_code, clean_date, clean_text, cleaner
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.operations.definitions import BESIDE, MessageField, Template, as_field

LONGEST_TEXT, MOST_NAMED = 20_000, 100
VICTIM = "victim"
"""The role of whom a crime was done to: read as a number everywhere but on a sheet of their own."""
ANNEX = {"name": 200, "role": 0, "birth_date": 0, "nationality": 0, "document": 100, "note": 1000}
_NOTHING = dict.fromkeys(("nil", "nil report", "none", "neant", "nada", "nulo", "لا شيء"), "0")
"""How people write that a count is zero, in comparable form."""
_LONG_CODES = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "por": "pt",
    "rus": "ru",
    "ara": "ar",
    "zho": "zh",
    "chi": "zh",
    "swa": "sw",
    "ind": "id",
}
"""The nine languages by their three letters (ISO 639-2), as programs write them."""
_iata = re.compile(r"[A-Za-z]{3}")
_language = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


@dataclass(slots=True)
class Content:
    """What a message says."""

    data: dict[str, Any] = field(default_factory=dict)
    """By its template's fields; of a seizure also `record`, the case as its form has it."""
    text: str = ""
    lang: str = ""
    annex: list[dict[str, str]] = field(default_factory=list)
    """Whom it names; read by those who read names."""

    def plain(self) -> dict[str, Any]:
        """As it is sealed."""
        return {"data": self.data, "text": self.text, "lang": self.lang, "annex": self.annex}

    def told(self, *, names: frozenset[str] | set[str], whole: bool) -> dict[str, Any]:
        """As programs read it: what was written, and nothing nominal (`names`) unless the `whole` is theirs to read."""
        data = {name: value for name, value in self.data.items() if name != "record"}
        data |= self.data.get("record", {})
        if not whole:
            data = {name: value for name, value in data.items() if name not in names}
        if self.text:
            data |= {"text": self.text, "lang": self.lang}
        return data | ({"annex": numbered(self.annex)} if self.annex and whole else {})


def numbered(annex: list[dict[str, str]]) -> list[dict[str, str]]:
    """Persons as everybody who reads names reads them: of a victim a number alone."""
    found, victims = [], 0
    for person in annex:
        if person.get("role") == VICTIM:
            victims += 1
            found.append({"role": VICTIM, "number": str(victims)})
        else:
            found.append(person)
    return found


def victims_of(annex: list[dict[str, str]]) -> list[dict[str, str]]:
    """The victims among them, in the order of their numbers."""
    return [person for person in annex if person.get("role") == VICTIM]


class NotValid(BadInput):
    """What was written does not fit its template; `problems` by field."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__("message", f"{first.path}: {first.sentence()}")
        self.problems = problems


def content_of(said: dict[str, Any]) -> Content:
    """What was sealed."""
    return Content(said["data"], said["text"], said["lang"], said["annex"])


def read_content(template: Template, said: Any, *, lang: str) -> Content:
    """What was written, clean. Raises `NotValid` with all that is wrong; `lang` is the writer's, where the text does
    not say its own.
    """
    if not isinstance(said, dict):
        raise BadInput("message", _("A message is a document of fields."))
    problems: list[Problem] = []
    made = Content()
    _read_text(said, made, lang, template, problems)
    _read_annex(said.get("annex"), made, problems)
    own = {name: value for name, value in said.items() if name not in BESIDE}
    for one in template.fields:
        if (value := own.pop(one.name, None)) not in (None, "", []):
            _read_field(one, value, made, problems)
        elif one.needed == "always":
            problems.append(Problem(one.name, "required"))
    if template.record:
        _read_record(own, made, problems)
    elif own:
        raise BadInput("unknown_field", _unknown(next(iter(own)), template))
    if problems:
        raise NotValid(problems)
    return made


def _unknown(name: str, template: Template) -> str:
    known = [one.name for one in template.fields] + list(BESIDE)
    near = process.extractOne(str(name), known, score_cutoff=60)
    sentence = _("The template «%(template)s» has no field «%(name)s». It has: %(names)s.") % {
        "template": template.code,
        "name": str(name)[:40],
        "names": ", ".join(known),
    }
    return f"{sentence} {_('Nearest: %(codes)s.') % {'codes': near[0]}}" if near else sentence


def _read_text(said: dict[str, Any], made: Content, lang: str, template: Template, problems: list[Problem]) -> None:
    text, problem = clean_text("text", as_text(said.get("text") or ""), LONGEST_TEXT)
    if problem:
        problems.append(problem)
    elif template.text_needed and not text:
        problems.append(Problem("text", "required"))
    made.text = str(text or "")
    language = str(said.get("lang") or lang).strip().lower()
    language = _LONG_CODES.get(language, language)
    if not _language.fullmatch(language):
        raise BadInput("lang", _("«%(lang)s» is no language: give its code, as fr or ar.") % {"lang": language[:20]})
    made.lang = language if made.text else ""


def _read_annex(said: Any, made: Content, problems: list[Problem]) -> None:
    if said in (None, "", []):
        return
    if not isinstance(said, list) or len(said) > MOST_NAMED or not all(isinstance(one, dict) for one in said):
        raise BadInput(
            "annex", _("Names are a list of at most %(most)s persons, each with fields.") % {"most": MOST_NAMED}
        )
    for number, person in enumerate(said, 1):
        if unknown := sorted(set(person) - set(ANNEX)):
            raise BadInput(
                "unknown_field",
                _("A person of the annex has no field «%(name)s». It has: %(names)s.")
                % {"name": str(unknown[0])[:40], "names": ", ".join(ANNEX)},
            )
        clean: dict[str, str] = {}
        for name, value in person.items():
            if value in (None, ""):
                continue
            path, text = f"annex.{number}.{name}", as_text(value)
            found: Any
            problem: Problem | None
            if name == "birth_date":
                found, _precision, problem = clean_date(path, text)
            elif name == "role" and fold(text) == VICTIM:
                found, problem = VICTIM, None
            elif name in ("role", "nationality"):
                found, problem = clean_code(path, text, "person_role" if name == "role" else "country")
            else:
                found, problem = clean_text(path, text, ANNEX[name])
            if problem:
                problems.append(problem)
            elif found:
                clean[name] = str(found)
        if not clean.get("name"):
            problems.append(Problem(f"annex.{number}.name", "required"))
        made.annex.append(clean)


def _read_field(one: MessageField, value: Any, made: Content, problems: list[Problem]) -> None:
    """Cleans one value into `made`, or says what is wrong with it."""
    text = ";".join(map(str, value)) if isinstance(value, list) else as_text(value)
    if one.type == "date":
        day, _precision, problem = clean_date(one.name, text)
        found: Any = day
    elif one.type == "place":
        answer = _place(text[:200])
        code = "ambiguous_place" if answer.several else "unknown_place"
        problem = None if answer.code else Problem(one.name, code, text[:80], tuple(answer.proposals))
        found = answer.code
    else:
        whole = as_field(one)
        clean = cleaner(one.name, whole.type, whole.list, whole.largest)
        found, problem = clean(_NOTHING.get(fold(text), text) if one.type == "integer" else text)
        if problem is not None and one.type == "integer" and (count := _whole_reading(problem)):
            found, problem = clean(count)
        if problem is None and one.type == "integer" and str(found).startswith("-"):
            problem = Problem(one.name, "not_positive", text[:80])
    if problem:
        problems.append(problem)
    elif found not in (None, "", []):
        made.data[one.name] = found


def _place(text: str) -> Resolution:
    """A place as it was written; the three letters of an airport are its own, wherever it is."""
    answer = resolve_places([(text, "")])[text, ""]
    if answer.code is None and not answer.several and _iata.fullmatch(text.strip()):
        airport = list_view("airport").codes.get(text.strip().upper())
        home = str(airport.data.get("country", "")) if airport else ""
        if home and (found := resolve_places([(text, home)])[text, home]).code:
            return found
    return answer


def _whole_reading(problem: Problem) -> str:
    """Of a number that can be read in two ways the one that is whole: a count is never a fraction."""
    whole = [code for code, _label in problem.proposals if code.isascii() and code.isdigit()]
    return whole[0] if len(problem.proposals) > 1 and len(whole) == 1 else ""


def _read_record(own: dict[str, Any], made: Content, problems: list[Problem]) -> None:
    """The seizure itself, by the form of its commodity: as a case record has it, or flat, one line of goods."""
    code = str(own.pop("form", "") or "")
    try:
        form = form_named(code)
    except Missing as error:
        known = ", ".join(one.code for one in forms_in_use())
        raise BadInput(
            "form",
            _("Say which form the goods are of (`form`): %(said)s is none. There are: %(codes)s.")
            % {"said": code[:20] or "–", "codes": known},
        ) from error
    document = {name: value for name, value in own.items() if value not in (None, "", [])}
    document.setdefault("kind", "seizure")
    if "lines" not in document:
        flat = [name for name in document if name in form.line_columns or name == "fields"]
        line = {name: document.pop(name) for name in flat}
        own_fields = {name: line.pop(name) for name in list(line) if form.line_columns[name].scope == "fields"}
        if own_fields:
            line["fields"] = {**own_fields, **line.get("fields", {})}
        document["lines"] = [line] if line else []
    if unknown := [name for name in document if name != "lines" and not _is_of_header(form, name)]:
        raise BadInput(
            "unknown_field",
            _("The form %(form)s has no field «%(name)s».") % {"form": form.code, "name": str(unknown[0])[:40]},
        )
    _known_of_lines(form, document["lines"])
    reader = CaseReader(form)
    header, lines, found = reader.record(document)
    problems += found
    if not lines and document["kind"] == "seizure":
        problems.append(Problem("lines", "no_line"))
    made.data["record"] = {**header, "lines": lines}


def _known_of_lines(form: Any, lines: Any) -> None:
    """Raises `BadInput` for a field of a line that the form has not: it would be dropped in silence."""
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines):
        raise BadInput("lines", _("The lines of goods (`lines`) are a list, each with its fields."))
    for line in lines:
        own = line.get("fields")
        names = [name for name in line if name != "fields"] + (list(own) if isinstance(own, dict) else [])
        if unknown := [name for name in names if name not in form.line_columns]:
            raise BadInput(
                "unknown_field",
                _("A line of the form %(form)s has no field «%(name)s».")
                % {"form": form.code, "name": str(unknown[0])[:40]},
            )


def _is_of_header(form: Any, name: str) -> bool:
    return (
        form.path_of(name) is not None
        or any(path.startswith(f"{name}.") for path in form.header_columns)
        or name
        in (
            "route",
            "persons",
            "photos",
            "links",
        )
    )
