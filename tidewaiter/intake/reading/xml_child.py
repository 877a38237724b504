"""Reads cases from XML in a process of its own: `python -m tidewaiter.intake.reading.xml_child FILE`.

Tells lists of (case number, record), last what it passed over. The file is read through once before anything is told.
Element names are those of `forms.data_model`, in any namespace and any order; elements it does not know are passed
over unread. No entity is expanded, no document type read, nothing fetched; each case is let go when it is written.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from lxml import etree

from tidewaiter.forms.data_model import BARE, CASE, ITEM, LISTED, OWN, PART_OF, PATH_OF_HEADER, PATH_OF_LINE
from tidewaiter.foundation.child_errors import Batches, gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.files.unpacking import unpacker
from tidewaiter.foundation.limits import most

MOST_PASSED_OVER = 40
DEEPEST = 3
_CHUNK = 64 * 1024
_MARKED = {"quantity": (("unitCode", "unit"),), "value": (("currencyID", "currency"),)}
"""Attributes by which the data model's own messages give a unit or a currency."""


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2][:80]


def _name(element: Any) -> str:
    """The name without its namespace; nothing for a comment or an instruction."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1)
def _longest() -> int:
    return most("file_cell_signs")


def _text(element: Any) -> str:
    return (element.text or "")[: _longest() + 1]


def _add(into: dict[str, Any], path: str, text: str) -> None:
    if text.strip():
        into[path] = f"{into[path]};{text}" if path in into else text


@lru_cache(maxsize=4096)
def _own(named: tuple[str, ...]) -> str:
    """The path of a field that has no name in the data model: its own name, in small letters."""
    if len(named) == 2 and named[0] == OWN:
        return named[1]
    return ".".join(named) if named and all(name.islower() for name in named) else ""


class CaseElements:
    """Makes records of elements, and remembers the names of those it passed over."""

    def __init__(self) -> None:
        self.passed_over: Counter[str] = Counter()

    def record(self, case: Any, form: str) -> dict[str, Any]:
        """One case: header values by path, its lines, route, persons, photos and links as lists."""
        found: dict[str, Any] = {"form": case.get("form") or form}
        for mark, path in (("version", "form_version"), ("long", "long")):
            if case.get(mark):
                found[path] = case.get(mark)
        lines: list[dict[str, Any]] = []
        for element in case:
            name = _name(element)
            if name == ITEM:
                line: dict[str, Any] = {}
                self._branch(element, (), line, PATH_OF_LINE)
                lines.append(line)
            elif name in LISTED:
                self._listed(element, name, found)
            elif name:
                self._branch(element, (name,), found, PATH_OF_HEADER)
        if lines:
            found["lines"] = lines
        return found

    def _listed(self, element: Any, name: str, found: dict[str, Any]) -> None:
        parts: dict[str, Any] = {}
        for one in element:
            its = _name(one)
            part = PART_OF[name].get(its)
            if part:
                _add(parts, part, _text(one))
            elif its:
                self._pass_over(its)
        if parts:
            found.setdefault(LISTED[name], []).append(parts[BARE[name]] if name in BARE else parts)

    def _branch(
        self, element: Any, names: tuple[str, ...], into: dict[str, Any], paths: dict[tuple[str, ...], str]
    ) -> None:
        """Takes the texts at the ends of an element; no recursion on what a stranger nests."""
        waiting = [(element, names)]
        while waiting:
            at, named = waiting.pop()
            path = paths.get(named) or _own(named)
            inside = [(child, (*named, name)) for child in at if (name := _name(child))] if len(at) else []
            if path:
                _add(into, path, _text(at))
                for mark, target in _MARKED.get(path, ()):
                    _add(into, target, at.get(mark, ""))
            elif inside and len(named) < DEEPEST:
                waiting += reversed(inside)
            elif named:
                self._pass_over(named[-1])

    def _pass_over(self, name: str) -> None:
        if name in self.passed_over or len(self.passed_over) < MOST_PASSED_OVER:
            self.passed_over[name[:80]] += 1


class _Parser:
    """Feeds a file to the parser bit by bit, so that no case, and nothing between cases, grows without end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._parser = etree.XMLPullParser(
            events=("end",),
            tag=f"{{*}}{CASE}",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        self._longest, self._most = most("file_row_bytes"), most("file_rows")
        self._too_deep = etree.XPath(f"boolean({'/*' * (most('xml_depth') + 1)})")
        self.number = 0

    def cases(self) -> Iterator[tuple[str, Any, int]]:
        """(root's form, case element, bytes read for it) one after the other, root or right
        under it; what has been read is let go.
        """
        form, since = "", 0
        while chunk := self._stream.read(_CHUNK):
            self._parser.feed(chunk)
            since += len(chunk)
            ended: list[Any] = [element for _event, element in self._parser.read_events()]
            if ended:  # once a chunk: what is in memory then holds all that came since the last case was let go
                self._must_be_flat(ended[0].getroottree())
            for element in ended:
                parent = element.getparent()
                if not self.number:
                    form = _look_at(element.getroottree())
                if parent is not None and parent.getparent() is not None:
                    continue
                self.number += 1
                if self.number > self._most:
                    refuse_over("file_rows", gettext_noop("Case %(case)s is over that."), case=str(self.number))
                yield form, element, since // len(ended)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                since = 0
            if since > self._longest:
                words = gettext_noop("What follows case %(case)s is over that.")
                refuse_over("file_row_bytes", words, case=str(self.number))
        root = self._parser.close()
        if root is not None:
            self._must_be_flat(root.getroottree())
        if not self.number and root is not None:
            _look_at(root.getroottree())

    def _must_be_flat(self, tree: Any) -> None:
        if self._too_deep(tree):
            refuse_over(
                "xml_depth", gettext_noop("Case %(case)s, or what follows it, is over that."), case=str(self.number)
            )


def _look_at(tree: Any) -> str:
    """The form that the root names. A file with a document type is refused."""
    if tree.docinfo.doctype:
        refuse(gettext_noop("A document type declaration (DOCTYPE) is not taken. Send the cases without it."))
    return tree.getroot().get("form") or ""


def main() -> None:
    """Reads the file named; says in the last line of standard error why it is refused."""
    unpack = unpacker(Path(sys.argv[1]))
    try:
        with unpack() as stream:
            for _one in _Parser(stream).cases():
                pass
        with unpack() as stream:
            _tell(_Parser(stream))
    except (etree.XMLSyntaxError, UnicodeError) as error:
        if "depth" in str(error) and getattr(error, "code", 0) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            refuse_over("xml_depth")  # the parser's own bound, which is met first where ours is set higher
        refuse(gettext_noop("It is no well-formed XML: %(what)s"), what=str(error)[:200])


def _tell(parser: _Parser) -> None:
    reads = CaseElements()
    batches = Batches(most("file_batch_bytes"))
    for form, element, size in parser.cases():
        batches.add((parser.number, reads.record(element, form)), 2 * size)
    batches.end()
    tell({"passed_over": sorted(reads.passed_over)})


if __name__ == "__main__":
    main()
