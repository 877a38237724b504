"""What a questionnaire's file may say: domains, and questions whose types are those of the forms' engine."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

import msgspec
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.definitions import FieldType
from tidewaiter.forms.types import Value, cleaner
from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.refusals import BadInput

MATURITY = "maturity"
"""The list of levels, 0 to 4: a question that names no other list is answered by one of them."""
TYPES: tuple[FieldType, ...] = ("text", "long_text", "code", "codes", "decimal", "integer", "boolean", "date")
MOST_QUESTIONS, MOST_DOMAINS = 400, 20
_code = re.compile(r"[a-z][a-z0-9_]{1,58}", re.ASCII)


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A domain of maturity: a corner of the radar, and a section of the questionnaire."""

    code: str
    label: dict[str, str]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question; a level of maturity unless it says otherwise."""

    name: str
    domain: str
    label: dict[str, str]
    type: FieldType = "code"
    list: str = ""
    largest: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 4_000

    @property
    def list_name(self) -> str:
        """The list that its codes are of."""
        return self.list or (MATURITY if self.type == "code" else "")

    @property
    def scored(self) -> bool:
        """Whether its answer is a level of maturity."""
        return self.type == "code" and self.list_name == MATURITY

    def clean(self, said: str) -> Value | None:
        """The answer as it is kept. Raises `BadInput`."""
        value, problem = cleaner(self.name, self.type, self.list_name, self.largest)(said)
        if problem is not None:
            raise BadInput(self.name, problem.sentence())
        return value


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A questionnaire in a version."""

    code: str
    version: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    label: dict[str, str]
    domains: tuple[Domain, ...]
    questions: tuple[Question, ...]

    def of_domain(self, code: str) -> list[Question]:
        """The questions of a domain, in their order."""
        return [one for one in self.questions if one.domain == code]

    def question(self, name: str) -> Question:
        """A question by name. Raises `BadInput`."""
        found = next((one for one in self.questions if one.name == name), None)
        if found is None:
            raise BadInput("question", _("The questionnaire has no question «%(name)s».") % {"name": name[:60]})
        return found


def in_language(labels: dict[str, str], lang: str) -> str:
    """A label in a language, else in English, else in any."""
    return labels.get(lang) or labels.get(lang.split("-")[0]) or labels.get("en") or next(iter(labels.values()), "")


@lru_cache(maxsize=16)
def kept_definition(text: str) -> Definition:
    """A definition that was judged when it was taken."""
    return msgspec.convert(read_toml(text), Definition)


def read_definition(text: str) -> Definition:
    """The questionnaire that a file's text says. Raises `BadInput` that says where it is wrong."""
    try:
        made = msgspec.convert(read_toml(text), Definition)
    except NotToml as error:
        raise BadInput("questionnaire", _("It is not TOML: %(error)s.") % {"error": error.why}) from error
    except msgspec.ValidationError as error:
        raise BadInput("questionnaire", _("It is not valid: %(error)s.") % {"error": error}) from error
    if len(made.questions) > MOST_QUESTIONS or not 1 <= len(made.domains) <= MOST_DOMAINS or not made.questions:
        sentence = _("A questionnaire has up to %(n)s questions in up to %(m)s domains.")
        raise BadInput("questionnaire", sentence % {"n": MOST_QUESTIONS, "m": MOST_DOMAINS})
    names, domains = [one.name for one in made.questions], [one.code for one in made.domains]
    if not all(_code.fullmatch(one) for one in (made.code, *names, *domains)):
        raise BadInput("questionnaire", _("Names have small letters, digits and underscores."))
    if len(set(names)) != len(names) or len(set(domains)) != len(domains):
        raise BadInput("questionnaire", _("Each question and each domain has a name of its own."))
    for one in made.questions:
        _must_fit(one, domains)
    return made


def _must_fit(one: Question, domains: list[str]) -> None:
    if one.domain not in domains or "en" not in one.label:
        raise BadInput("questionnaire", _("«%(name)s» needs a domain and a label in English.") % {"name": one.name})
    if one.type not in TYPES or (one.list_name and not list_view(one.list_name).codes):
        raise BadInput("questionnaire", _("«%(name)s»: there is no such type or list.") % {"name": one.name})
