"""What a workbook's number formats show beside its numbers: a cell 12 in the format `0 "kg"` shows «12 kg».

For the child process that reads workbooks. The values come without their formats from the reader, so that the formats
are read here, from the styles and from the cells of the sheet, where any style shows a word at all.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from tidewaiter.foundation.files.archives import member

STYLES = "xl/styles.xml"
"""The part that holds the formats, in small letters."""
LONGEST = 24
"""Signs of a word that may be a unit."""
_CHUNK = 1 << 20
_ROWS_APART, _NO_COLUMN = 1 << 14, -1
_PERCENT = {9: "0%", 10: "0.00%"}
"""Formats that every workbook has without naming them (ECMA-376, 18.8.30)."""
_format = re.compile(r"<(?:\w+:)?numFmt\s[^<>]*>")
_styles = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_style = re.compile(r"<(?:\w+:)?xf\s[^<>]*>")
_attribute = re.compile(r'([\w:]+)="([^"]*)"')
_part = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|(.)', re.DOTALL)
_tag = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_place = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_styled = re.compile(rb'\bs="(\d{1,6})"')
_general = re.compile(r"general", re.IGNORECASE)
_condition = re.compile(r"\[[<>=]")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a format shows beside a number: a word, and by how many digits the number shown is shifted."""

    word: str
    shift: int = 0


def shown_by(code: str) -> Shown | None:
    """What a format code shows behind a positive number; nothing where it shows the number alone, or a day."""
    before, after, digits, shift, percent = "", "", False, 0, False
    for *words_of, sign in (hit.groups() for hit in _part.finditer(_general.sub("0", _positive(code)))):
        words = "".join(text or "" for text in words_of)
        if words or not sign:
            after, before = (after + words, before) if digits else (after, before + words)
        elif sign in "0#?":
            digits, shift = True, 0
        elif sign == "," and digits:
            shift -= 3
        elif sign == "%":
            percent = True
        elif sign.isalpha():
            return None  # a day, a time, or an exponent
        elif digits:
            after += " " if sign == " " else ""
    word = f"{before.strip()} {after.strip()}".strip()
    if _condition.search(code):  # which section shows a number depends on the number: no unit is told
        return Shown(code[:LONGEST]) if any(map(str.isalpha, word)) else None
    if percent:
        return Shown("%", 2) if not word else None
    if not digits or len(word) > LONGEST or not any(map(_tells, word)):
        return None
    return Shown(word, shift)


def _tells(sign: str) -> bool:
    """Whether a sign belongs to a word, or is one of money."""
    return sign.isalpha() or unicodedata.category(sign) == "Sc"


def _positive(code: str) -> str:
    """The section of a format for positive numbers."""
    at = 0
    for hit in _part.finditer(code):
        if hit[4] == ";":
            return code[:at]
        at = hit.end()
    return code


def shown_by_styles(archive: zipfile.ZipFile) -> dict[int, Shown]:
    """What each style of the workbook's cells shows beside numbers, by its number; of those that show anything."""
    info = next((info for info in archive.infolist() if info.filename.lower() == STYLES), None)
    if info is None:
        return {}
    with member(archive, info, "sheet_parts_bytes") as stream:
        text = stream.read().decode("utf-8", "replace")
    codes = dict(_PERCENT)
    for tag in _format.findall(text):
        said = _attributes(tag)
        if said.get("numFmtId", "").isdigit():
            codes[int(said["numFmtId"])] = said.get("formatCode", "")
    shown = {number: found for number, code in codes.items() if (found := shown_by(code)) is not None}
    styles = _styles.search(text)
    numbers = [_attributes(tag).get("numFmtId", "") for tag in _style.findall(styles[0] if styles else "")]
    return {at: shown[int(one)] for at, one in enumerate(numbers) if one.isdigit() and int(one) in shown}


def _attributes(tag: str) -> dict[str, str]:
    return {name.rpartition(":")[2]: unescape(said) for name, said in _attribute.findall(tag)}


class ShownCells:
    """The cells of a sheet whose format shows a word, eight bytes each."""

    def __init__(self, archive: zipfile.ZipFile, part: str, styles: dict[int, Shown]) -> None:
        self._shown = list(dict.fromkeys(styles.values()))
        self._by_style = {style: self._shown.index(shown) for style, shown in styles.items()}
        self._cells = array("Q")
        """Row, column and what is shown, packed into one number, in order."""
        info = next((info for info in archive.infolist() if info.filename.lower() == part), None)
        if info is not None and styles:
            self._read(archive, info)

    def _read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        row, column, before, ordered = _NO_COLUMN, _NO_COLUMN, b"", True
        with member(archive, info, "file_unpacked_bytes") as stream:
            while chunk := stream.read(_CHUNK):
                both = before + chunk
                end = both.rfind(b">") + 1
                for name, said in _tag.findall(both[:end]):
                    place = _place.search(said)
                    if name == b"row":
                        row, column = int(place[2]) - 1 if place else row + 1, _NO_COLUMN
                        continue
                    column = _column(place[1]) if place else column + 1
                    row = int(place[2]) - 1 if place else row
                    style = _styled.search(said)
                    at = self._by_style.get(int(style[1])) if style else None
                    if at is not None and 0 <= column < _ROWS_APART:
                        packed = ((row * _ROWS_APART + column) << 16) + at
                        ordered = ordered and not (self._cells and packed < self._cells[-1])
                        self._cells.append(packed)
                before = both[end:][-_CHUNK:]
        if not ordered:
            self._cells = array("Q", sorted(self._cells))

    def beside(self, rows: Iterator[list[Any]], left: int) -> Iterator[list[Any]]:
        """Rows of a sheet that begins in column `left`; a number with a word beside it is a list of number, word and
        shift.
        """
        for number, cells in enumerate(rows):
            at = bisect_left(self._cells, (number * _ROWS_APART) << 16)
            while at < len(self._cells) and (self._cells[at] >> 16) // _ROWS_APART == number:
                packed = self._cells[at]
                column = (packed >> 16) % _ROWS_APART - left
                if 0 <= column < len(cells) and type(cells[column]) in (int, float):
                    shown = self._shown[packed & 0xFFFF]
                    cells[column] = [cells[column], shown.word, shown.shift]
                at += 1
            yield cells

    def __len__(self) -> int:
        return len(self._cells)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
