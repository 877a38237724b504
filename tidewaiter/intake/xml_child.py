"""Reads cases from XML in a process of its own: `python -m tidewaiter.intake.xml_child FILE`.

Writes pickled plain values to standard output: what the file says of itself, then lists of (case number, record). Element
names are those of `forms.data_model`, in any namespace and any order; elements it does not know are passed over unread.
No entity is expanded, no document type read, nothing fetched; each case is let go when it is written.
"""

from __future__ import annotations

import gzip
import pickle
import sys
from collections import Counter
from functools import lru_cache
from typing import Any

from lxml import etree

from tidewaiter.forms.data_model import CASE, ITEM, LINK, LISTED, OWN, PART_OF, PATH_OF_HEADER, PATH_OF_LINE
from tidewaiter.foundation.refusing import gettext_noop, refuse
from tidewaiter.intake.limits import LARGEST_CELL, Bounded, Unreadable

BATCH = 500
MOST_PASSED_OVER = 40
DEEPEST = 3
_MARKED = {"quantity": (("unitCode", "unit"),), "value": (("currencyID", "currency"),)}
"""Attributes by which the data model's own messages give a unit or a currency."""


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2][:80]


def _name(element: Any) -> str:
    """The name without its namespace; nothing for a comment or an instruction."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


def _text(element: Any) -> str:
    return (element.text or "")[: LARGEST_CELL + 1]


def _add(into: dict[str, Any], path: str, text: str) -> None:
    if text.strip():
        into[path] = f"{into[path]};{text}" if path in into else text


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
            part = PART_OF[name].get(_name(one))
            if part:
                _add(parts, part, _text(one))
            elif _name(one):
                self._pass_over(_name(one))
        if parts:
            found.setdefault(LISTED[name], []).append(parts["ref"] if name == LINK else parts)

    def _branch(
        self, element: Any, names: tuple[str, ...], into: dict[str, Any], paths: dict[tuple[str, ...], str]
    ) -> None:
        """Takes the texts at the ends of an element; no recursion on what a stranger nests."""
        waiting = [(element, names)]
        while waiting:
            at, named = waiting.pop()
            path = paths.get(named) or self._own(named)
            inside = [(child, (*named, _name(child))) for child in at if _name(child)]
            if path:
                _add(into, path, _text(at))
                for mark, target in _MARKED.get(path, ()):
                    _add(into, target, at.get(mark, ""))
            elif inside and len(named) < DEEPEST:
                waiting += reversed(inside)
            elif named:
                self._pass_over(named[-1])

    @staticmethod
    def _own(named: tuple[str, ...]) -> str:
        """The path of a field that has no name in the data model: its own name, in small letters."""
        if len(named) == 2 and named[0] == OWN:
            return named[1]
        return ".".join(named) if named and all(name.islower() for name in named) else ""

    def _pass_over(self, name: str) -> None:
        if name in self.passed_over or len(self.passed_over) < MOST_PASSED_OVER:
            self.passed_over[name[:80]] += 1


def _cases(stream: Any) -> Any:
    """(root's form, case element) one after the other, root or right under it; what has been read is let go."""
    form = ""
    looked = False
    reading = etree.iterparse(
        stream, events=("end",), tag=f"{{*}}{CASE}", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
    )  # fmt: skip
    for _, element in reading:
        parent = element.getparent()
        if not looked:
            form = _look_at(element.getroottree())
            looked = True
        if parent is not None and parent.getparent() is not None:
            continue
        yield form, element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    if not looked and reading.root is not None:
        _look_at(reading.root.getroottree())


def _look_at(tree: Any) -> str:
    """The form that the root names. A file with a document type is refused."""
    if tree.docinfo.doctype:
        refuse(gettext_noop("A document type declaration (DOCTYPE) is not taken. Send the cases without it."))
    return tree.getroot().get("form") or ""


def main() -> None:
    """Reads the file named; says in the last line of standard error why it is refused."""
    out = sys.stdout.buffer
    reads = CaseElements()
    batch: list[tuple[int, dict[str, Any]]] = []
    try:
        with open(sys.argv[1], "rb") as start:
            packed = start.read(2) == b"\x1f\x8b"
        with Bounded(gzip.open(sys.argv[1], "rb") if packed else open(sys.argv[1], "rb")) as stream:
            for number, (form, element) in enumerate(_cases(stream), 1):
                batch.append((number, reads.record(element, form)))
                if len(batch) >= BATCH:
                    pickle.dump(batch, out, protocol=5)
                    batch.clear()
    except (etree.XMLSyntaxError, UnicodeError) as error:
        refuse(gettext_noop("It is no well-formed XML: %(what)s"), what=str(error)[:200])
    except Unreadable as damaged:
        if str(damaged) == "too_large":
            refuse(gettext_noop("The file unpacks to more than 4 GiB."))
        refuse(gettext_noop("The gzip file is damaged or cut off."))
    pickle.dump(batch, out, protocol=5)
    pickle.dump({"passed_over": sorted(reads.passed_over)}, out, protocol=5)


if __name__ == "__main__":
    main()
