"""A mapping at work: a source row becomes texts by path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from tidewaiter.forms.lines import REPORTED, TIMES
from tidewaiter.foundation.limits import MIB
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sandbox import Answering
from tidewaiter.intake.mapping.mapping_file import HOLE, REST, UNKNOWN, Factor, Mapping, Values, head_of, holes

PATTERNS_MEMORY, PATTERNS_SECONDS = 256 * MIB, 120
_CACHED = 100_000
_LONGEST_CACHED, _LONGEST_SEARCHED = 200, 10_000
"""Texts whose findings are kept, signs of one that is, and signs among which a pattern is looked for."""

type Known = Callable[[str, str, str], bool]
"""Whether a text of a target resolves to a code of its list, in the form that its row says (nothing: the mapping's)."""


@dataclass(frozen=True, slots=True)
class _Target:
    """One target compiled: a template with holes, or a column alone, or bare text; and its values."""

    path: str
    template: str
    sources: tuple[str, ...]
    values: Values | None


def _anything(_path: str, _text: str, _form: str) -> bool:
    return True


class Mapper:
    """A mapping compiled against the heads of a file. `known` tells what resolves to a code, for the value `?`."""

    def __init__(self, mapping: Mapping, heads: list[str], known: Known = _anything) -> None:
        self.mapping = mapping
        self.heads = [head_of(head) for head in heads]
        self._known = known
        absent = sorted(mapping.sources() - set(self.heads))
        if absent:
            names = ", ".join(f"«{name}»" for name in absent)
            raise BadInput(
                "missing_columns",
                gettext("The file has no column %(names)s, which the mapping names. Its columns: %(names2)s.")
                % {"names": names, "names2": ", ".join(self.heads[:40])},
            )
        twice = sorted(name for name in mapping.sources() if self.heads.count(name) > 1)
        if twice:
            raise BadInput("column_twice", gettext("Two columns hold «%(twice)s». Keep one.") % {"twice": twice[0]})
        self._clean = {name: at for at, name in enumerate(mapping.clean)}
        self._patterns: Answering | None = None
        self._empty = {name: frozenset(map(str.strip, values)) for name, values in mapping.empty.items()}
        self._skip = {name: frozenset(map(str.strip, values)) for name, values in mapping.skip.items()}
        first = sorted(
            mapping.columns, key=lambda path: path != "form"
        )  # a row's form says which list its words are of
        self._targets = [self._compiled(path, mapping.columns[path]) for path in first]
        self._lines = [
            [self._compiled(path, source, literal=True) for path, source in line.items()] for line in mapping.lines
        ]
        self._cache: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str, str], str] = {}
        """What the patterns found in rows that were looked at, of texts that are too long, or too many, for the cache.
        """

    def _compiled(self, path: str, source: str, *, literal: bool = False) -> _Target:
        values, named = self.mapping.values.get(path), tuple(holes(source))
        if named == (source[1:-1],):
            return _Target(path, "", named, values)
        if named or literal:
            return _Target(path, source, named, values)
        return _Target(path, "", (source,), values)

    def named(self, cells: list[str]) -> dict[str, str]:
        """A row's cells by the heads they stand under."""
        return dict(zip(self.heads, cells))

    def skips(self, row: dict[str, str]) -> bool:
        """Whether the source row is one to leave out: a total, or a heading."""
        if any(row.get(name, "").strip() in values for name, values in self._skip.items()):
            return True
        headings = self.mapping.reader.headings
        return bool(headings) and not any(text.strip() for name, text in row.items() if name != headings)

    def header_and_line(self, row: dict[str, str]) -> dict[str, str]:
        """Texts by path, empty ones left out."""
        out = {path: text for path, text in self.mapping.constants.items() if text}
        if self.mapping.key:
            out["national_ref"] = self._reference(row)
        return out | self._take(row, self._targets)

    def _reference(self, row: dict[str, str]) -> str:
        """The reference that the key of a row makes: a digest, for its words may be longer
        than a reference, or look like a name.
        """
        said = "\x1f".join(self._source(name, row) for name in self.mapping.key)
        return f"AUTO-{hashlib.blake2b(said.encode('utf-8', 'surrogatepass'), digest_size=10).hexdigest().upper()}"

    def extra_lines(self, row: dict[str, str]) -> Iterator[dict[str, str]]:
        """The lines of `[[lines]]` whose quantity is neither empty nor zero."""
        form = self._take(row, [one for one in self._targets[:1] if one.path == "form"]).get("form", "")
        for targets in self._lines:
            line = self._take(row, targets, form)
            if line.get("quantity", "").strip("0., -–—"):
                yield line

    @property
    def has_lines(self) -> bool:
        """Whether one source row may hold several lines."""
        return bool(self._lines)

    def _take(self, row: dict[str, str], targets: list[_Target], form: str = "") -> dict[str, str]:
        out: dict[str, str] = {}
        reported: list[str] = []
        for one in targets:
            text = self._text(one, row)
            if one.values is not None:
                text = self._valued(one, text, out, reported, form)
            if text:
                out[one.path] = text
        if TIMES in out:
            reported.insert(0, f"{out.get('quantity', '')} {reported.pop(0)}".strip())
        if reported:
            out[REPORTED] = "; ".join(reported)[:200]
        return out

    def _text(self, one: _Target, row: dict[str, str]) -> str:
        if not one.template:
            return self._source(one.sources[0], row)
        if not one.sources:
            return one.template
        parts = {name: self._source(name, row) for name in one.sources}
        return HOLE.sub(lambda hole: parts[hole[1]], one.template) if all(parts.values()) else ""

    def _valued(self, one: _Target, text: str, out: dict[str, str], reported: list[str], form: str) -> str:
        """What `[values]` makes of a text; what it made something else of is reported. `form`: where the row's
        own does not stand among its fields.
        """
        values = one.values or {}
        if text in values:
            found = values[text]
        elif not text:
            return ""
        elif UNKNOWN in values:
            if self._known(one.path, text, out.get("form", form)):
                return text
            found = values[UNKNOWN]
            reported.append(text)
        else:
            found = values.get(REST, text)
        if isinstance(found, Factor):
            out[TIMES] = str(found.times)
            reported.insert(0, text)
            return found.code
        return found

    def _source(self, name: str, row: dict[str, str]) -> str:
        text = row.get(name, "").strip()
        if not text or text in self._empty.get(name, ()):
            return ""
        if name not in self._clean:
            return text
        found = self._cache.get((name, text))
        if found is None:
            found = self._found.get((name, text))
        return self._searched(name, [text])[0] if found is None else found

    def look_at(self, rows: Iterable[dict[str, str]]) -> None:
        """Has the patterns search many rows at once, which goes faster than row by row."""
        self._found.clear()
        wanted: dict[str, dict[str, None]] = {name: {} for name in self._clean}
        for row in rows if self._clean else ():
            for name, texts in wanted.items():
                text = row.get(name, "").strip()
                if text and (name, text) not in self._cache:
                    texts[text] = None
        for name, texts in wanted.items():
            for text, found in zip(texts, self._searched(name, list(texts)), strict=True):
                if len(self._cache) < _CACHED and len(text) <= _LONGEST_CACHED:
                    self._cache[(name, text)] = found
                else:
                    self._found[(name, text)] = found

    def _searched(self, name: str, texts: list[str]) -> list[str]:
        """What a column's pattern takes of texts, found by a child process that may work so
        long and no longer. Raises `OverLimit`.
        """
        if not texts:
            return []
        if self._patterns is None:
            said = json.dumps(list(self.mapping.clean.values()))
            child = "tidewaiter.intake.mapping.patterns_child"
            self._patterns = Answering(child, said, memory=PATTERNS_MEMORY, seconds=PATTERNS_SECONDS)
        short = [text[:_LONGEST_SEARCHED] for text in texts]
        found: list[str] = self._patterns.ask((self._clean[name], short), list[str])
        return found

    def close(self) -> None:
        """Ends the process that searches."""
        if self._patterns is not None:
            self._patterns.close()
            self._patterns = None
