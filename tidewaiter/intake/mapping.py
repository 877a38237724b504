"""Mapping files: how a foreign file becomes case records (CONTRACT.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec
from django.utils.translation import gettext

from tidewaiter.forms.engine import ReadingRules
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.refusals import BadInput


class ReaderHints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read the file, where guessing is not wanted."""

    sheet: str = ""
    header: int = 0
    delimiter: str = ""
    encoding: str = ""


class Formats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the source writes dates and numbers."""

    date: tuple[str, ...] = ()
    fiscal_year_starts: int = 0
    decimal: str = ""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file."""

    form: str = ""
    constants: dict[str, str] = {}
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    clean: dict[str, str] = {}
    empty: dict[str, tuple[str, ...]] = {}
    formats: Formats = Formats()
    skip: dict[str, tuple[str, ...]] = {}
    lines: tuple[dict[str, str], ...] = ()
    reader: ReaderHints = ReaderHints()
    long: bool = False

    @property
    def rules(self) -> ReadingRules:
        """What the reader of cases needs to know."""
        return ReadingRules(self.formats.date, self.formats.fiscal_year_starts, self.formats.decimal, self.long)

    def sources(self) -> set[str]:
        """The source columns that the mapping names."""
        named = {name for text in self.columns.values() for name in (_holes(text) or [text])}
        in_lines = {name for line in self.lines for text in line.values() for name in _holes(text)}
        return named | in_lines | set(self.skip)

    def digest(self) -> str:
        """Digest of what the mapping says."""
        return digest(msgspec.to_builtins(self))


_hole = re.compile(r"\{([^{}]*)\}")


def _holes(text: str) -> list[str]:
    return _hole.findall(text)


def read_mapping(text: str) -> Mapping:
    """The mapping that a file's text holds; raises `BadInput` that says where it is wrong."""
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
        for pattern in mapping.clean.values():
            re.compile(pattern)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise BadInput("mapping", gettext("The mapping cannot be read: %(error)s.") % {"error": error}) from error
    if not mapping.columns:
        raise BadInput("mapping", gettext("The mapping names no columns."))
    return mapping


class Mapper:
    """A mapping compiled against the heads of a file."""

    def __init__(self, mapping: Mapping, heads: list[str]) -> None:
        self.mapping = mapping
        absent = sorted(mapping.sources() - set(heads) - {""})
        if absent:
            names = ", ".join(f"«{name}»" for name in absent)
            raise BadInput(
                "missing_columns",
                gettext("The file has no column %(names)s, which the mapping names. Its columns: %(names2)s.")
                % {"names": names, "names2": ", ".join(heads[:40])},
            )
        twice = sorted(name for name in mapping.sources() if heads.count(name) > 1)
        if twice:
            raise BadInput("column_twice", gettext("Two columns hold «%(twice)s». Keep one.") % {"twice": twice[0]})
        self._clean = {name: re.compile(pattern) for name, pattern in mapping.clean.items()}
        self._empty = {name: frozenset(values) for name, values in mapping.empty.items()}
        self._skip = {name: frozenset(values) for name, values in mapping.skip.items()}
        self._targets = [
            (target, *self._compile(source), mapping.values.get(target)) for target, source in mapping.columns.items()
        ]
        self._lines = [
            [
                (target, *self._compile(source, literal=True), mapping.values.get(target))
                for target, source in line.items()
            ]
            for line in mapping.lines
        ]
        self._cache: dict[tuple[str, str], str] = {}

    @staticmethod
    def _compile(source: str, *, literal: bool = False) -> tuple[str, list[str]]:
        holes = _holes(source)
        if holes:
            return source, holes
        return (source, []) if literal else ("", [source])

    def skips(self, row: dict[str, str]) -> bool:
        """Whether the source row is one to leave out."""
        return any(row.get(name, "") in values for name, values in self._skip.items())

    def header_and_line(self, row: dict[str, str]) -> dict[str, str]:
        """Texts by path, empty ones left out."""
        out = dict(self.mapping.constants)
        out |= self._take(row, self._targets)
        return {path: text for path, text in out.items() if text}

    def extra_lines(self, row: dict[str, str]) -> Iterator[dict[str, str]]:
        """The lines of `[[lines]]` whose quantity is neither empty nor zero."""
        for targets in self._lines:
            line = {path: text for path, text in self._take(row, targets).items() if text}
            if line.get("quantity", "").strip("0., "):
                yield line

    @property
    def has_lines(self) -> bool:
        """Whether one source row may hold several lines."""
        return bool(self._lines)

    def _take(self, row: dict[str, str], targets: list[Any]) -> dict[str, str]:
        out: dict[str, str] = {}
        for target, template, sources, values in targets:
            if not template:
                text = self._source(sources[0], row)
            elif not sources:
                text = template
            else:
                parts = {name: self._source(name, row) for name in sources}
                text = self._filled(template, parts) if all(parts.values()) else ""
            if values is not None:
                text = values.get(text, values.get("*", text) if text else "")
            if text:
                out[target] = text
        return out

    @staticmethod
    def _filled(template: str, parts: dict[str, str]) -> str:
        return _hole.sub(lambda hole: parts[hole[1]], template)

    def _source(self, name: str, row: dict[str, str]) -> str:
        text = row.get(name, "").strip()
        if not text or text in self._empty.get(name, ()):
            return ""
        pattern = self._clean.get(name)
        if pattern is None:
            return text
        found = self._cache.get((name, text))
        if found is None:
            match = pattern.search(text)
            found = "" if match is None else (match.group(1) if pattern.groups else match.group(0))
            if len(self._cache) < 100_000:
                self._cache[(name, text)] = found
        return found
