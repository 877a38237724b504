"""Mapping files: how a foreign file becomes case records (CONTRACT.md)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from django.utils.translation import gettext
from rapidfuzz import fuzz, process

from tidewaiter.forms.lines import ReadingRules
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

REST, UNKNOWN = "*", "?"
"""Source values of `[values]` that stand for those not listed, and for those that no list resolves."""
HOLE = re.compile(r"\{([^{}]*)\}")


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit that is so many of another: a pack is twenty sticks."""

    code: str
    times: int | float

    def __post_init__(self) -> None:
        if not 0 < self.times < 1e12:
            raise ValueError("times is a number above 0")


type Values = dict[str, str | Factor]


type _Row = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class ReaderHints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read the file, where guessing is not wanted."""

    sheet: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """A sheet's name; `*`: every sheet that has the heads."""
    header: _Row | Annotated[tuple[_Row, ...], msgspec.Meta(max_length=10)] = 0
    """The row of the heads, or several rows whose heads are joined."""
    delimiter: Annotated[str, msgspec.Meta(max_length=1)] = ""
    encoding: Annotated[str, msgspec.Meta(max_length=40)] = ""
    headings: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """The column that alone is filled in rows that are headings."""

    @property
    def header_rows(self) -> tuple[int, ...]:
        """The rows of the heads; none where they are looked for."""
        return (self.header,) * bool(self.header) if isinstance(self.header, int) else self.header


class Formats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the source writes dates and numbers."""

    date: tuple[str, ...] = ()
    fiscal_year_starts: Annotated[int, msgspec.Meta(ge=0, le=12)] = 0
    fiscal_year_named: Literal["", "first", "last"] = ""
    decimal: Literal["", ".", ","] = ""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file; names of source columns without outer spaces and line breaks."""

    form: str = ""
    constants: dict[str, str] = {}
    columns: dict[str, str] = {}
    values: dict[str, Values] = {}
    clean: dict[str, str] = {}
    empty: dict[str, tuple[str, ...]] = {}
    formats: Formats = Formats()
    skip: dict[str, tuple[str, ...]] = {}
    lines: tuple[dict[str, str], ...] = ()
    reader: ReaderHints = ReaderHints()
    long: bool = False
    key: Annotated[tuple[str, ...], msgspec.Meta(max_length=20)] = ()
    """Source columns that together say which record a row is, where no column holds a reference: a later release of the
    same file restates it and does not add to it.
    """

    @property
    def rules(self) -> ReadingRules:
        """What the reader of cases needs to know. Made anew each time: a file's own rules are its own."""
        formats = self.formats
        rules = ReadingRules(formats.date, formats.fiscal_year_starts, formats.decimal, self.long)
        rules.fiscal_year_first = formats.fiscal_year_named == "first"
        rules.unit_in_quantity = "quantity" in self.columns and self.columns["quantity"] == self.columns.get("unit")
        rules.point = bool(formats.decimal)
        return rules

    def sources(self) -> set[str]:
        """The source columns that the mapping names."""
        named = {name for text in self.columns.values() for name in (holes(text) or [text])}
        in_lines = {name for line in self.lines for text in line.values() for name in holes(text)}
        return (named | in_lines | set(self.skip) | set(self.key) | {self.reader.headings}) - {""}

    def sources_of(self, path: str) -> list[str]:
        """The source columns that a target is made of."""
        texts = [self.columns[path]] if path in self.columns else []
        found = [name for text in texts for name in (holes(text) or [text])]
        return found + [name for line in self.lines for name in holes(line.get(path, ""))]

    def digest(self) -> str:
        """Digest of what the mapping says."""
        return digest(msgspec.to_builtins(self))


def holes(text: str) -> list[str]:
    """The source columns that a text with holes names."""
    return HOLE.findall(text)


def head_of(text: str) -> str:
    """The head of a column as it is compared: without outer spaces, line breaks and runs of spaces."""
    return " ".join(text.replace("\ufeff", "").split())


def read_mapping(text: str) -> Mapping:
    """The mapping that a file's text holds; raises `BadInput` that says where it is wrong."""
    return _read(text)


@lru_cache(maxsize=16)
def _read(text: str) -> Mapping:
    try:
        document = read_toml(text)
        _known_tables(document)
        mapping = _with_heads(msgspec.convert(document, Mapping))
        for pattern in mapping.clean.values():
            if len(pattern) > most("pattern_signs"):
                raise over("pattern_signs", gettext("One under [clean] is longer."))
            re.compile(pattern)
    except (NotToml, msgspec.ValidationError, re.error, RecursionError, OverflowError) as error:
        why = error.why if isinstance(error, NotToml) else error
        raise BadInput("mapping", gettext("The mapping cannot be read: %(error)s.") % {"error": why}) from error
    _must_be_readable(mapping.reader)
    entries = _entries(mapping)
    if entries > most("mapping_entries"):
        raise over("mapping_entries", gettext("This one has %(entries)s.") % {"entries": f"{entries:,}"})
    if not mapping.columns and not mapping.lines:
        raise BadInput("mapping", gettext("The mapping names no columns."))
    return mapping


def _must_be_readable(hints: ReaderHints) -> None:
    """Raises `BadInput` for an encoding of no text (`zlib_codec`), and a separator that no table can have."""
    if hints.encoding and not _is_of_text(hints.encoding):
        raise BadInput(
            "mapping", gettext("«%(name)s» is no encoding of texts that this node knows.") % {"name": hints.encoding}
        )
    if hints.delimiter and (hints.delimiter in '"\r\n' or (hints.delimiter < " " and hints.delimiter != "\t")):
        raise BadInput(
            "mapping", gettext("`delimiter` is one sign between cells, as a comma, a semicolon or a tabulator.")
        )


def _is_of_text(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        return False


def nearest_name(said: str, known: Iterable[str]) -> str:
    """The known name that is most like what was said; nothing where none is."""
    hit = process.extractOne(said, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return hit[0] if hit else ""


def not_known(what: str, known: Iterable[str], sentence: str) -> BadInput:
    """The refusal of a name that means nothing here, with the nearest that does."""
    words = sentence % {"name": what[:80]}
    near = nearest_name(what, known)
    if near:
        words += " " + gettext("Is «%(near)s» meant?") % {"near": near}
    return BadInput("mapping", words)


def _known_tables(document: dict[str, Any]) -> None:
    """Refuses a table, or a setting of one, that no mapping has."""
    kinds: tuple[tuple[dict[str, Any], type[msgspec.Struct], str], ...] = (
        (document, Mapping, gettext("A mapping has no table or setting «%(name)s».")),
        (document.get("formats", {}), Formats, gettext("[formats] of a mapping has no setting «%(name)s».")),
        (document.get("reader", {}), ReaderHints, gettext("[reader] of a mapping has no setting «%(name)s».")),
    )
    for table, kind, sentence in kinds:
        known = kind.__struct_fields__
        for name in table if isinstance(table, dict) else ():
            if name not in known:
                raise not_known(name, known, sentence)


def _with_heads(mapping: Mapping) -> Mapping:
    """The same mapping with the names of source columns as heads are compared."""

    def in_holes(text: str) -> str:
        return HOLE.sub(lambda hole: "{" + head_of(hole[1]) + "}", text)

    return msgspec.structs.replace(
        mapping,
        columns={path: in_holes(text) if holes(text) else head_of(text) for path, text in mapping.columns.items()},
        lines=tuple({path: in_holes(text) for path, text in line.items()} for line in mapping.lines),
        clean={head_of(name): text for name, text in mapping.clean.items()},
        empty={head_of(name): texts for name, texts in mapping.empty.items()},
        skip={head_of(name): texts for name, texts in mapping.skip.items()},
        key=tuple(map(head_of, mapping.key)),
        reader=msgspec.structs.replace(mapping.reader, headings=head_of(mapping.reader.headings)),
    )


def _entries(mapping: Mapping) -> int:
    tables: list[dict[str, Any]] = [mapping.constants, mapping.columns, mapping.clean, *mapping.lines]
    tables += mapping.values.values()
    lists = [*mapping.empty.values(), *mapping.skip.values(), mapping.formats.date, mapping.key]
    return sum(len(table) for table in tables) + sum(len(one) for one in lists)
