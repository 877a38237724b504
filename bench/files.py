"""Files that the benchmarks bring: the same made seizures in every kind. Imported once the settings are set up."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter
from lxml import etree

from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.xml import case_element


def made_file(lines: int, folder: Path) -> Path:
    """A file of weapons seizures: a third of the cases have two lines; a place, a route, a conveyance each."""
    path = folder / "made.csv"
    places, kinds = ("KEMBA", "KENBO", "Mombasa", "Kisumu"), ("pistol", "magazine", "ammunition", "silencer", "rifle")
    with path.open("w") as file:
        file.write(
            "form,national_ref,date,country,place,location_type,direction,conveyance.mode,"
            "route.departure.country,route.destination.country,subtype,quantity,unit,value,currency\n"
        )
        case = line = 0
        while line < lines:
            case += 1
            for _ in range(min(1 + (case % 3 == 0), lines - line)):
                line += 1
                file.write(
                    f"WPN,B-{case},20{10 + case // 336 % 16}-{1 + case // 28 % 12:02}-{1 + case % 28:02},KE,"
                    f"{places[case % 4]},seaport,import,{1 + case % 4},{('CL', 'CN', 'US')[case % 3]},KE,"
                    f"{kinds[line % 5]},{1 + line * 7919 % 613},H87,{line % 900},USD\n"
                )
    return path


_GOODS = {"csv": "revolver", "xlsx": "shotgun", "xml": "grenade", "ndjson": "silencer"}
"""Each kind of file brings other goods, so that none of its cases is a probable double of another file's."""


def written_as(kind: str, source: Path, path: Path) -> None:
    """The rows of a made file in another kind of file: csv, xlsx, ndjson, xml."""
    with source.open() as file:
        rows = (
            {**row, "national_ref": f"{kind}-{row['national_ref']}", "subtype": _GOODS[kind]}
            for row in csv.DictReader(file)
        )
        if kind == "csv":
            with path.open("w", newline="") as out:
                writer: csv.DictWriter[str] | None = None
                for row in rows:
                    writer = writer or csv.DictWriter(out, list(row))
                    if out.tell() == 0:
                        writer.writeheader()
                    writer.writerow(row)
            return
        if kind == "xlsx":
            book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
            sheet = book.add_worksheet("Data")
            for number, row in enumerate(rows, 1):
                if number == 1:
                    sheet.write_row(0, 0, list(row))
                sheet.write_row(number, 0, list(row.values()))
            book.close()
            return
        form = form_named("WPN")
        reader = CaseReader(form)
        if kind == "ndjson":
            with path.open("wb") as out:
                for record in _records(reader, rows):
                    out.write(msgspec.json.encode(record) + b"\n")
            return
        with path.open("wb") as out, etree.xmlfile(out, encoding="utf-8") as xml, xml.element("Cases"):
            for record in _records(reader, rows):
                xml.write(case_element(form, record))


def _records(reader: CaseReader, rows: Iterable[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Rows as case records."""
    for _, group in groupby(rows, key=lambda row: row["national_ref"]):
        some = [{name: text for name, text in row.items() if text} for row in group]
        header, _ = reader.header(some[0])
        yield {**header, "form_version": reader.form.version, "lines": [reader.line(row)[0] for row in some]}
