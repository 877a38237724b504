"""Reads a workbook or a UN list in a process of its own: `python -m tidewaiter.registry.reading.file_child FILE`.

Tells `{"kind": "xlsx"}` and lists of (row number, cells), or `{"kind": "un"}` and lists of records. Of a
workbook the first sheet is read. No entity of XML is expanded, no document type read, nothing fetched; each
record is let go when it is written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine
from lxml import etree

from tidewaiter.foundation.child_errors import Batches, gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.files.archives import opened_archive
from tidewaiter.foundation.files.unpacking import unpacker
from tidewaiter.foundation.limits import most

ROWS = {"INDIVIDUAL": "person", "ENTITY": "company"}
_PARTS = {
    "INDIVIDUAL_ALIAS": ("ALIAS_NAME", "alias"),
    "ENTITY_ALIAS": ("ALIAS_NAME", "alias"),
    "NATIONALITY": ("VALUE", "nationality"),
    "INDIVIDUAL_DOCUMENT": ("NUMBER", "idNumber"),
    "DESIGNATION": ("VALUE", "position"),
}


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    with opened_archive(path) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names:
            refuse(gettext_noop("It is no workbook."))
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            refuse(gettext_noop("The workbook holds macros. Save it as .xlsx, without them."), "macros")
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
    except (python_calamine.CalamineError, IndexError):
        refuse(gettext_noop("The workbook cannot be read."))
    if sheet.height > most("file_rows"):
        refuse_over("file_rows")
    if sheet.width > most("file_columns"):
        refuse_over("file_columns")
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in cells):
            yield number, [_cell(cell) for cell in cells]


def _cell(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[: most("file_cell_signs")]


def _text(element: Any, name: str) -> str:
    found = element.find(name)
    return " ".join((found.text or "").split()) if found is not None else ""


def _un_record(element: Any) -> dict[str, Any]:
    kind = ROWS[element.tag]
    parts = (_text(element, name) for name in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"))
    values = [["name", " ".join(part for part in parts if part)]]
    if native := _text(element, "NAME_ORIGINAL_SCRIPT"):
        values.append(["alias", native])
    for part in element:
        if part.tag in _PARTS:
            name, prop = _PARTS[part.tag]
            values += [[prop, " ".join((one.text or "").split())] for one in part.iter(name)]
        elif part.tag == "INDIVIDUAL_DATE_OF_BIRTH":
            values.append(["birthDate", _text(part, "DATE") or _text(part, "YEAR")])
        elif part.tag in ("INDIVIDUAL_ADDRESS", "ENTITY_ADDRESS"):
            said = [_text(part, name) for name in ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")]
            values.append(["address", ", ".join(one for one in said if one)])
            values.append(["country", _text(part, "COUNTRY")])
    values.append(["notes", _text(element, "COMMENTS1")])
    return {
        "kind": kind,
        "key": _text(element, "REFERENCE_NUMBER") or _text(element, "DATAID"),
        "listed": _text(element, "LISTED_ON")[:10],
        "programme": _text(element, "UN_LIST_TYPE"),
        "values": [value for value in values if value[1]],
    }


def _un(path: Path) -> Iterator[dict[str, Any]]:
    unpack = unpacker(path)
    rows = 0
    with unpack() as stream:
        try:
            parsed = etree.iterparse(
                stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
            for _event, element in parsed:
                if element.getroottree().docinfo.doctype:
                    refuse(gettext_noop("A list with a document type is not read."))
                if element.tag in ROWS:
                    rows += 1
                    if rows > most("file_rows"):
                        refuse_over("file_rows")
                    yield _un_record(element)
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError:
            refuse(gettext_noop("The XML is not well-formed."))
    if not rows:
        refuse(gettext_noop("It is no list of the United Nations: no INDIVIDUAL, no ENTITY."))


def main() -> None:
    """Reads the file that is named."""
    path = Path(sys.argv[1])
    with path.open("rb") as file:
        packed = file.read(4) == b"PK\x03\x04"
    tell({"kind": "xlsx" if packed else "un"})
    batches = Batches(most("file_batch_bytes"))
    read: Iterator[Any] = _workbook(path) if packed else _un(path)
    for one in read:
        batches.add(one, 64 + len(str(one)))
    batches.end()


if __name__ == "__main__":
    main()
