"""What a definition file may say, and reading one."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext

from tidewaiter.forms.shapes import must_be_shape
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

FieldType = Literal["text", "long_text", "code", "codes", "decimal", "integer", "boolean", "date", "place", "hs"]
Needed = Literal["never", "long", "always"]
About = Literal["free", "place", "office", "brand", "firm", "code"]
Version = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Length = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
_name = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


class FieldDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One field of a form."""

    name: str
    type: FieldType
    label: dict[str, str]
    help: dict[str, str] = {}
    list: str = ""
    shape: str = ""
    """A pattern that only an identifier of goods has: what is of this shape is not
    searched for personal data (`forms.shapes`).
    """
    about: About = "free"
    """What its texts mean: in a name of a place, an office, a brand or a firm and in a code no person is looked for but
    one with an age (`privacy.finding`).
    """
    open: bool = False
    """A code of the list where it is one; other text is kept as it was said, and noted."""
    needed: Needed = "never"
    nominal: bool = False
    largest: Length = 200
    """Characters of a text, digits before the point of a number."""
    subtypes: tuple[str, ...] = ()
    """Asked only for these sub-types (and what stands under them); empty: for all."""
    when: dict[str, tuple[str, ...]] = {}
    """Asked only where that other field has one of these codes."""
    block: str = "goods"
    simple: bool = True
    """Stands in the simple form too."""
    example: str = ""


class InlineCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sub-type that the form brings itself, where no list has it."""

    code: str
    label: dict[str, str]
    parent: str = ""
    alt: tuple[str, ...] = ()


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Units of UN/ECE Recommendation 20 that quantities of this commodity may have."""

    allowed: tuple[str, ...]
    by_subtype: dict[str, tuple[str, ...]] = {}
    value_suffices: tuple[str, ...] = ()
    """Sub-types (and what stands under them) whose lines may have a value with its currency in place of a quantity."""


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A commodity's seizure form."""

    code: str
    version: Version
    label: dict[str, str]
    units: Units
    valid_from: str = ""
    subtype_list: str = ""
    subtypes: tuple[InlineCode, ...] = ()
    hs: tuple[str, ...] = ()
    """HS headings (any prefix) that fit; empty: all."""
    fields: tuple[FieldDefinition, ...] = ()
    example: dict[str, str] = {}
    """A whole row by path that the form takes: the example of templates, schemas and the guide."""

    @property
    def list_of_subtypes(self) -> str:
        """The code list the sub-type is chosen from."""
        return self.subtype_list or f"subtype_{self.code.lower()}"


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields that every form has: `header` once a case, `line` once a line of goods."""

    header: tuple[FieldDefinition, ...]
    line: tuple[FieldDefinition, ...]
    blocks: dict[str, dict[str, str]]


def read_definition(text: str, *, kept: bool = False) -> Definition:
    """The definition that a file's text holds; raises `BadInput` that says where it is wrong, `OverLimit` for one
    that is too large.

    One that is `kept` here already was judged when it was taken, by a former release perhaps: its shapes are let
    pass, and those that no form may have any more are not tried on anything (`shapes.has_shape`).
    """
    definition = _read(text, Definition)
    _within(definition)
    names = [field.name for field in definition.fields]
    if len(set(names)) != len(names):
        raise BadInput("definition", gettext("A field stands twice in the definition."))
    if not (2 <= len(definition.code) <= 8 and definition.code.isalnum() and definition.code.isupper()):
        raise BadInput("definition", gettext("`code` has 2 to 8 capital letters or digits."))
    if bool(definition.subtype_list) == bool(definition.subtypes):
        raise BadInput("definition", gettext("Give either `subtype_list` or `[[subtypes]]`."))
    for field in definition.fields:
        if not (_name.fullmatch(field.name) or (kept and field.name.isidentifier())):
            raise BadInput(
                "definition",
                gettext("`%(name)s`: a field's name has small letters, digits and underscores.") % {"name": field.name},
            )
        if field.shape and not kept:
            _must_have_shape(field)
        if field.open and field.type != "code":
            raise BadInput("definition", gettext("`%(name)s`: only a `code` can be open.") % {"name": field.name})
        if field.type in ("code", "codes") and not field.list:
            raise BadInput("definition", gettext("`%(name)s` is a code and needs `list`.") % {"name": field.name})
        if "en" not in field.label:
            raise BadInput(
                "definition", gettext("`%(name)s` needs a label in English at least.") % {"name": field.name}
            )
    return definition


def _must_have_shape(field: FieldDefinition) -> None:
    try:
        must_be_shape(field.shape)
    except BadInput as error:
        raise BadInput(
            "definition",
            gettext("`%(name)s`: its shape cannot be used: %(why)s.") % {"name": field.name, "why": error.sentence},
        ) from error


def read_common(text: str) -> Common:
    """The fields of every form, from `forms/common.toml`."""
    return _read(text, Common)


def _within(definition: Definition) -> None:
    entries = len(definition.subtypes) + len(definition.fields) + len(definition.units.allowed)
    if entries > most("form_entries"):
        raise over("form_entries", gettext("This one has %(entries)s.") % {"entries": f"{entries:,}"})


def _read[T](text: str, kind: type[T]) -> T:
    try:
        return msgspec.convert(read_toml(text), kind)
    except NotToml as error:
        raise BadInput(
            "definition", gettext("The definition is not TOML: %(error)s.") % {"error": error.why}
        ) from error
    except msgspec.ValidationError as error:
        raise BadInput("definition", gettext("The definition is not valid: %(error)s.") % {"error": error}) from error
