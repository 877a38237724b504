"""What a template of messages may say, and those that every room has: data, made of the fields of the forms' engine."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.definitions import FieldDefinition, FieldType
from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.refusals import BadInput

BASE = ("warning", "feedback", "seizure", "situation", "request", "reply", "instruction", "raid")
"""Templates that every room has, in the order in which they are offered."""
FOLDER = Path(__file__).parent / "message_templates"
MOST_FIELDS, MOST_TEMPLATES = 60, 40
SHORTEST_CLOCK, LONGEST_CLOCK = 5, 60 * 24 * 30
TYPES: tuple[FieldType, ...] = ("text", "long_text", "code", "codes", "decimal", "integer", "boolean", "date", "place")
BESIDE = ("text", "lang", "annex")
"""What every message may hold beside its template's fields: free text, its language, and whom it names."""
_code = re.compile(r"[a-z][a-z0-9_]{1,30}", re.ASCII)


class MessageField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field as a template's file says it: words for it stand in `words.csv` unless it brings its own."""

    name: str
    type: FieldType
    label: dict[str, str] = {}
    list: str = ""
    about: str = "free"
    needed: str = "never"
    nominal: bool = False
    largest: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 200
    example: str = ""


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template of messages."""

    code: str
    label: dict[str, str] = {}
    icon: str = "message"
    asks: str = ""
    """`reply` where whom it is sent to owes an answer."""
    reply_minutes: Annotated[int, msgspec.Meta(ge=SHORTEST_CLOCK, le=LONGEST_CLOCK)] = 120
    answers: tuple[str, ...] = ()
    """Templates whose messages it answers: it names one."""
    title: tuple[str, ...] = ()
    """Fields that make the sentence of its card."""
    record: bool = False
    """Whether it holds a seizure by the form of its commodity."""
    text_needed: bool = False
    fields: tuple[MessageField, ...] = ()

    def named(self, lang: str) -> str:
        """What it is called."""
        return in_language(self.label, lang) or self.code

    def field(self, name: str) -> MessageField | None:
        """One of its fields."""
        return next((one for one in self.fields if one.name == name), None)


def in_language(labels: dict[str, str], lang: str) -> str:
    """A label in a language, else in English, else any."""
    return labels.get(lang) or labels.get(lang.split("-")[0]) or labels.get("en") or next(iter(labels.values()), "")


@cache
def words() -> dict[str, dict[str, str]]:
    """Words of templates and their fields in the nine languages."""
    with (FOLDER / "words.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("code"): row for row in csv.DictReader(file)}


def word(name: str, lang: str) -> str:
    """One of them."""
    return in_language(words().get(name, {}), lang) or name


@cache
def base_template(code: str) -> Template:
    """A template as every room begins with it, with its words."""
    made = read_template((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    fields = tuple(
        msgspec.structs.replace(field, label=field.label or words().get(field.name, {})) for field in made.fields
    )
    return msgspec.structs.replace(made, label=made.label or words().get(made.code, {}), fields=fields)


def read_template(text: str) -> Template:
    """The template that TOML says. Raises `BadInput` that says where it is wrong."""
    try:
        return template_of(read_toml(text))
    except NotToml as error:
        raise BadInput("template", _("The template is not TOML: %(error)s.") % {"error": error.why}) from error


def template_of(said: Any) -> Template:
    """The template that a document says. Raises `BadInput`."""
    try:
        made = msgspec.convert(said, Template)
    except msgspec.ValidationError as error:
        raise BadInput("template", _("The template is not valid: %(error)s.") % {"error": error}) from error
    return made


def must_fit(made: Template) -> None:
    """Raises `BadInput` for a template that a room cannot write by."""
    if not _code.fullmatch(made.code):
        raise BadInput("template", _("A template's code has small letters, digits and underscores."))
    if not in_language(made.label, "en"):
        raise BadInput("template", _("Give the template a name."))
    if len(made.fields) > MOST_FIELDS:
        raise BadInput("template", _("A template may have %(most)s fields.") % {"most": MOST_FIELDS})
    names = [field.name for field in made.fields]
    if len(set(names)) != len(names) or set(names) & set(BESIDE):
        raise BadInput("template", _("Each field has a name of its own; text, lang and annex every message has."))
    for field in made.fields:
        if not _code.fullmatch(field.name) or not in_language(field.label, "en"):
            raise BadInput(
                "template",
                _("«%(name)s»: a field has a name of small letters and a label.") % {"name": field.name[:40]},
            )
        if field.type not in TYPES or (field.type in ("code", "codes")) != bool(field.list):
            raise BadInput(
                "template",
                _("«%(name)s»: choose one of %(types)s, and for a code the list it is of.")
                % {"name": field.name[:40], "types": ", ".join(TYPES)},
            )
        if field.list and not list_view(field.list).codes:
            raise BadInput("template", _("There is no list «%(name)s» on this node.") % {"name": field.list[:40]})
    if unknown := [one for one in made.answers if not _code.fullmatch(one)]:
        raise BadInput("template", _("«%(name)s» is no template.") % {"name": unknown[0][:40]})


def languages() -> tuple[str, ...]:
    """Codes of the languages in which a text may be written: those of the node, and any other by two letters."""
    return tuple(code for code, _name in settings.LANGUAGES)


def as_field(field: MessageField) -> FieldDefinition:
    """A field as the forms' engine has it."""
    return msgspec.convert(
        {
            "name": field.name,
            "type": field.type,
            "label": field.label,
            "list": field.list,
            "largest": field.largest,
            "nominal": field.nominal,
        },
        FieldDefinition,
    )
