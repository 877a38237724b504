"""Records of JSON: lines of it, or one document cut into its records while it is read, so that none is ever held whole.

For child processes: what is over a limit ends them with a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

import msgspec

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over
from tidewaiter.foundation.files.rows import Opened
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.nesting import nests_deeper

MARK = b"\xef\xbb\xbf"
SPACE = b" \r\n\t"
VALUE_WEIGHT = 64
"""Bytes that a value weighs beside its text."""
_CHUNK = 256 * 1024
_WIDE = (-(2**63), 2**64 - 1)
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_token = re.compile(_TEXT + rb"|\{(?:[^{}\[\]\"]++|" + _TEXT + rb')*+\}|[\[\]{},]|"', re.DOTALL)
"""A whole text, an object that holds no list and no object, a bracket, a comma; or the beginning of a
text whose end has not been read yet.
"""

_PARTS = frozenset({b'"lines"', b'"route"', b'"persons"', b'"photos"', b'"links"', b'"fields"'})
"""Lists of objects that are parts of one case, and no records."""
_OPEN, _CLOSED, _ENDS = (b"[", b"{"), (b"]", b"}"), (b",", b"]")

type Record = tuple[int, Any, int]


def records_of(unpack: Opened, *, only_counted: bool = False) -> Iterator[Record]:
    """(number, record, what it weighs in bytes) of every record; in lines of JSON the number is the line's.

    With `only_counted` records are cut out and counted, but not read: nothing is given for each.
    """
    with unpack() as stream:
        head = stream.read(64 * 1024).lstrip(MARK + SPACE)
    first, _, rest = head.partition(b"\n")
    lines = head[:1] == b"{" and rest.strip() and _parses(first)
    words = (
        gettext_noop("Line %(at)s: not JSON: %(error)s.")
        if lines
        else gettext_noop("Not JSON, in case %(at)s: %(error)s.")
    )
    many, values, deepest = most("file_rows"), most("file_case_values"), most("json_depth")
    for at, (number, data) in enumerate(_in_lines(unpack) if lines else _in_document(unpack), 1):
        if at > many:
            refuse_over("file_rows", gettext_noop("Case %(case)s is over that. Send the file in parts."), case=str(at))
        held = len(data) - len(data.translate(None, b",[{"))
        if held > values:
            refuse_over("file_case_values", gettext_noop("Case %(case)s is over that."), case=str(number))
        if held > deepest and nests_deeper(data, deepest):
            refuse_over("json_depth", gettext_noop("Case %(case)s is over that."), case=str(number))
        record = None if only_counted else _bounded(_read(data, number, words), number)
        yield number, record, len(data) + VALUE_WEIGHT * held


def _parses(line: bytes) -> bool:
    if nests_deeper(line, most("json_depth")):
        return True  # it is a line: whoever reads it says what is wrong with it
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _in_lines(unpack: Opened) -> Iterator[tuple[int, bytes]]:
    longest = most("file_row_bytes")
    with unpack() as file:
        number = 0
        while line := file.readline(longest + 1):
            number += 1
            if len(line) > longest:
                refuse_over("file_row_bytes", gettext_noop("Line %(line)s is over that."), line=str(number))
            if number > most("file_lines"):
                refuse_over("file_lines")
            if line.strip(MARK + SPACE):
                yield number, line.removeprefix(MARK)


def _in_document(unpack: Opened) -> Iterator[tuple[int, bytes]]:
    with unpack() as file:
        yield from enumerate(_Document(file).pieces(), 1)


def _read(data: bytes, number: int, words: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        refuse(words, at=str(number), error=str(error))


def _bounded(record: Any, number: int) -> Any:
    """The record with names that are not too long, texts cut where they are longer than a cell may be (the form says
    that they are), and whole numbers as texts where they are wider than 64 bits.
    """
    longest_name, longest_text = most("file_head_signs"), most("file_cell_signs")
    whole = [record]
    waiting: list[dict[str, Any] | list[Any]] = [whole]
    while waiting:  # no function calls itself: how deep a record nests is up to whoever wrote it
        inside = waiting.pop()
        if isinstance(inside, dict):
            for name in inside:
                if len(name) > longest_name:
                    words = gettext_noop("Case %(case)s is over that, at «%(text)s…».")
                    refuse_over("file_head_signs", words, case=str(number), text=name[:40])
        places: Iterable[tuple[Any, Any]] = inside.items() if isinstance(inside, dict) else enumerate(inside)
        changed: list[tuple[Any, Any]] = []
        for place, value in places:
            if isinstance(value, str):
                if len(value) > longest_text:
                    changed.append((place, value[: longest_text + 1]))
            elif isinstance(value, dict | list):
                waiting.append(value)
            elif isinstance(value, int) and not _WIDE[0] <= value <= _WIDE[1]:
                changed.append((place, str(value)))
        for place, value in changed:
            inside[place] = value
    return whole[0]


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


class _Document:
    """Cuts `[record, …]`, `{"data": [record, …], …}` or one record into records; holds one at a time.

    Of a document that is an object, the only list of objects holds the records, whatever its name (`cases`, `data`,
    `results`), unless it is a part of one case.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._longest = most("file_row_bytes")
        self._buffer = b""
        self._at = 0
        self._number = 1

    def pieces(self) -> Iterator[bytes]:
        """The bytes of each record."""
        while not self._buffer and self._more():
            self._buffer = self._buffer.removeprefix(MARK).lstrip(SPACE)
        if self._buffer[:1] == b"[":
            yield from self._list(1)
            self._nothing_follows()
        else:
            yield from self._object()

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        if len(self._buffer) + len(chunk) > self._longest + _CHUNK:
            refuse_over("file_row_bytes", gettext_noop("Case %(case)s is over that."), case=str(self._number))
        self._buffer += chunk
        return bool(chunk)

    def _tokens(self, at: int) -> Iterator[tuple[bytes, int]]:
        """Each text, bracket and comma from `at`, and where it ends. Ends the child where the document ends before."""
        while True:
            for found in _token.finditer(self._buffer, at):
                if found[0] == b'"':
                    at = found.start()
                    break
                at = found.end()
                yield found[0], at
            if not self._more():
                refuse(gettext_noop("Not JSON, in case %(at)s: it ends too early."), at=str(self._number))

    def _list(self, at: int) -> Iterator[bytes]:
        """The members of the list that begins before `at`; what has been read is let go.
        Afterwards the buffer begins behind it.
        """
        self._buffer = self._buffer[at:]
        first, ended = True, False
        while not ended:
            depth = start = 0
            for sign, at in self._tokens(0):
                if sign in _OPEN:
                    depth += 1
                elif depth:
                    depth -= sign in _CLOSED
                elif sign in _ENDS:
                    piece = self._buffer[start : at - 1].strip(SPACE)
                    if piece or not first or sign == b",":
                        yield piece
                    first, ended, start = False, sign == b"]", at
                    self._number += 1
                    if ended or start > _CHUNK:
                        break
                elif sign == b"}":
                    words = gettext_noop("Not JSON, in case %(at)s: a bracket closes that was not opened.")
                    refuse(words, at=str(self._number))
            self._buffer = self._buffer[start:]

    def _object(self) -> Iterator[bytes]:
        """One record, or the records of its only list of objects."""
        before = depth = inside = 0
        name = b""
        for sign, at in self._tokens(0):
            begins = depth == 1 and sign == b"[" and self._between(before, at - 1) == b":" and name not in _PARTS
            if inside and sign[:1] == b"{" and not self._between(inside, at - len(sign)):
                begins, at = True, inside
            if begins and (inside or name == b'"cases"'):
                head = self._buffer[:at]
                yield from self._list(at)
                self._whole(head, alone=name != b'"cases"')
                return
            inside = at if begins else 0
            depth += (sign in _OPEN) - (sign in _CLOSED)
            before = at
            name = sign if sign[:1] == b'"' else b""
            if depth <= 0:
                piece, self._buffer = self._buffer[:at], self._buffer[at:]
                self._nothing_follows()
                yield piece
                return

    def _between(self, start: int, end: int) -> bytes:
        return self._buffer[start:end].strip(SPACE)

    def _whole(self, head: bytes, *, alone: bool) -> None:
        """What stands around the list must be JSON too, and where it is to stand `alone`, hold no other one."""
        while self._more():
            pass
        around = head + b"]" + self._buffer
        if nests_deeper(around, most("json_depth")):
            refuse_over("json_depth")
        try:
            document = msgspec.json.decode(around)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            refuse(gettext_noop("Not JSON, in case %(at)s: %(error)s."), at=str(self._number), error=str(error))
        others = [
            name for name, value in document.items() if isinstance(value, list) and any(map(_is_object, value[:1]))
        ]
        if others and alone:
            words = gettext_noop("The document holds another list of records, «%(name)s». Keep one of them.")
            refuse(words, name=others[0][:80])

    def _nothing_follows(self) -> None:
        while True:
            if self._buffer.strip(SPACE):
                refuse(gettext_noop("Not JSON: something follows after its end."))
            self._buffer = b""
            if not self._more():
                return
