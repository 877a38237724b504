"""Rows of CSV, within the limits of a cell, a row and a file. For child processes: what is
over a limit ends them with a refusal.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NoReturn

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over
from tidewaiter.foundation.files.encodings import Encoding, told_encoding
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.text import as_said

CELL_WEIGHT = 16
"""Bytes that a cell weighs beside its text."""
type Opened = Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is written, where that is known; what is not is found out."""

    encoding: str = ""
    delimiter: str = ""
    otherwise: str = ""
    """The encoding of what is not UTF-8, where it is not to be guessed; signs that it has not are replaced."""
    guessed: dict[str, str] = field(default_factory=dict)
    country: str = ""
    """Whose file it is, where that is known."""
    must_be_sure: bool = False
    """A guess of the encoding that is not sure is refused, with a line in each that it may be."""
    broken: bool = False
    """It holds some bytes that are none of UTF-8, which it otherwise is; they are replaced."""


def layout_of(unpack: Opened, said: Layout, bytes_that_tell: int) -> Layout:
    """Encoding and separator of a table. Ends the child for what is no text."""
    told = Encoding(said.encoding) if said.encoding else told_encoding(unpack, bytes_that_tell, said.country)
    encoding, guessed = told.name, told.guessed
    if said.otherwise and not encoding.startswith("utf"):
        encoding, guessed = said.otherwise, False
    elif told.rivals and said.must_be_sure:
        _ask(told)
    with unpack() as stream:
        start = stream.read(64 * 1024)
    try:
        sample = start.decode(encoding, "replace")
    except LookupError:
        refuse(gettext_noop("There is no encoding «%(name)s»."), "encoding", name=encoding[:40])
    if "\x00" in sample:
        refuse(gettext_noop("This is no text file, workbook, XML or JSON that the node can read."))
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = said.delimiter or max(",;\t|", key=first.count)
    guesses = {"delimiter": delimiter} | ({"encoding": encoding} if guessed else {})
    if told.broken:
        guesses["broken_bytes"] = str(told.broken)
    if told.rivals and not said.otherwise:
        guesses["encoding_choices"] = json.dumps(_choices(told))
    return Layout(encoding, delimiter, said.otherwise, guesses, broken=bool(told.broken))


def _ask(told: Encoding) -> NoReturn:
    """Ends the child: which encoding the file has is not sure, and a person sees it by a line."""
    shown = "; ".join(f"{name}: «{line}»" for name, line in _choices(told))
    words = gettext_noop(
        "The encoding of the file is not sure. Save it as UTF-8, or say which it is ([reader] encoding in the mapping)."
        " A line of it in each: %(shown)s"
    )
    refuse(words, "encoding_unsure", shown=shown)


def _choices(told: Encoding) -> list[tuple[str, str]]:
    """The encodings that a file may have, with one of its lines in each."""
    line = next(iter(told.lines), b"")
    return [(name, line.decode(name, "replace")[:120]) for name in (told.name, *told.rivals)[:5]]


def rows_of(unpack: Opened, layout: Layout) -> Iterator[tuple[int, list[str], int]]:
    """(line, cells, what it weighs in bytes) of every row; a blank line is none."""
    return _Rows(unpack, layout).rows()


class _Rows:
    """Counts while the reader of CSV reads, so that no line and no row grows without end."""

    def __init__(self, unpack: Opened, layout: Layout) -> None:
        self._unpack, self._layout = unpack, layout
        self._row_bytes, self._columns, self._rows = most("file_row_bytes"), most("file_columns"), most("file_rows")
        self._most_lines = most("file_lines")
        self._fed = 0
        self._line = 0
        csv.field_size_limit(most("file_cell_signs"))

    def rows(self) -> Iterator[tuple[int, list[str], int]]:
        """All rows."""
        try:
            of = self._layout
            with self._unpack() as raw, self._text(raw) as text:
                reader: Any = csv.reader(self._lines(text), delimiter=of.delimiter, strict=not of.otherwise)
                filled = 0
                for cells in reader:
                    if cells:
                        filled += 1
                        if filled > self._rows or len(cells) > self._columns:
                            self._too_many(cells)
                        yield self._line, [as_said(cell) for cell in cells], self._fed + CELL_WEIGHT * len(cells)
                    self._fed = 0
        except (csv.Error, UnicodeError, LookupError) as error:
            self._why(error)

    def _text(self, raw: IO[bytes]) -> io.TextIOWrapper:
        errors = "replace" if self._layout.otherwise or self._layout.broken else "strict"
        return io.TextIOWrapper(raw, self._layout.encoding, errors, newline="")

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        longest = self._row_bytes
        while line := text.readline(longest):
            self._line += 1
            self._fed += len(line) if line.isascii() else len(line.encode())
            if self._line > self._most_lines:
                self._over("file_lines", gettext_noop("Most of them are empty. Delete those at the end."))
            if self._fed > longest and self._fed > len(line):
                self._over(
                    "file_row_bytes",
                    gettext_noop("The row that ends after line %(line)s is over that. Is a quotation mark open?"),
                )
            yield line
            if len(line) >= longest and not line.endswith(("\n", "\r")):
                self._over("file_row_bytes", gettext_noop("Line %(line)s is over that."))

    def _too_many(self, cells: list[str]) -> NoReturn:
        if len(cells) > self._columns:
            self._over(
                "file_columns",
                gettext_noop("Line %(line)s has %(cells)s. Is the separator another one?"),
                cells=len(cells),
            )
        self._over("file_rows", gettext_noop("Line %(line)s is over that. Send the file in parts."))

    def _over(self, limit: str, advice: str, **figures: int) -> NoReturn:
        refuse_over(limit, advice, line=str(self._line), **{name: str(said) for name, said in figures.items()})

    def _first_odd_line(self) -> int:
        """The line that holds what is none of the encoding: text is decoded some way ahead of the rows."""
        if not self._layout.encoding.startswith("utf-8"):
            return self._line + 1
        with self._unpack() as raw:
            for number in range(1, self._most_lines):
                line = raw.readline(self._row_bytes)
                if not line:
                    break
                try:
                    line.decode()
                except UnicodeDecodeError:
                    return number
        return self._line + 1

    def _why(self, error: Exception) -> NoReturn:
        """What is wrong in a text file, and what to do."""
        if isinstance(error, UnicodeError):
            self._line = self._first_odd_line()
            words = gettext_noop("Line %(line)s holds signs that are none of the encoding. Save the file as UTF-8.")
        elif "field larger" in str(error):
            words = gettext_noop(
                "Line %(line)s: a cell holds more than %(most)s signs. "
                "Is a quotation mark open, here or in a line before?"
            )
        elif "end of data" in str(error):
            words = gettext_noop(
                "The file ends inside quotation marks that were opened before line %(line)s. Close them."
            )
        else:
            words = gettext_noop(
                "Line %(line)s: after a closing quotation mark comes no separator. Double the mark inside a text."
            )
        refuse(words, line=str(self._line), most=f"{most('file_cell_signs'):,}")
