"""Files of one sound case in every kind, for tests that spoil or send them."""

from __future__ import annotations

import io
import json
from typing import Any

import xlsxwriter

HEADS = ("form", "national_ref", "date", "country", "subtype", "quantity", "unit")
ROW = {
    "form": "WPN",
    "national_ref": "R-1",
    "date": "2026-11-01",
    "country": "KE",
    "subtype": "pistol",
    "quantity": "2",
    "unit": "H87",
}
KINDS = ("csv", "xlsx", "xml", "json", "ndjson")
XML_NAMES = {
    "national_ref": "FunctionalReferenceID",
    "date": "SeizureDate",
    "country": "ReportingCountryCode",
    "narrative": "AdditionalInformation/StatementDescription",
    "place": "GoodsLocation/ID",
    "conveyance.mode": "BorderTransportMeans/ModeCode",
    "detection.techniques": "Detection/TechniqueCode",
    "location_type": "GoodsLocation/TypeCode",
    "date_precision": "date_precision",
    "conveyance.container": "TransportEquipment/ID",
    "persons.1.arrested": "Person/ArrestIndicator",
    "route.transit.1.country": "Itinerary/RoutingCountryCode",
}
LINE = (
    "subtype",
    "quantity",
    "unit",
    "hs",
    "value",
    "currency",
    "packages",
    "make",
    "converted",
    "origin",
    "package_type",
)


def csv_of(*rows: dict[str, str], heads: tuple[str, ...] | None = None, delimiter: str = ",") -> bytes:
    """Rows as CSV, quoted where needed."""
    names = heads or tuple(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([row.get(name, "") for name in names] for row in rows)]
    quoted = [
        delimiter.join(f'"{c.replace(chr(34), chr(34) * 2)}"' if set(c) & set(f'{delimiter}"\n\r') else c for c in row)
        for row in cells
    ]
    return ("\n".join(quoted) + "\n").encode()


def xlsx_of(*rows: dict[str, Any]) -> bytes:
    """Rows as a workbook; what is a text is written as one."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "max_string": 40_000_000})
    sheet = book.add_worksheet("Data")
    names = list(dict.fromkeys(name for row in rows for name in row))
    for at, name in enumerate(names):
        sheet.write_string(0, at, name)
        for number, row in enumerate(rows, 1):
            if isinstance(row.get(name), str):
                sheet.write_string(number, at, row[name])
            elif name in row:
                sheet.write_number(number, at, row[name])
    book.close()
    return out.getvalue()


def record_of(row: dict[str, str]) -> dict[str, Any]:
    """A row as a record."""
    line = {name: row[name] for name in LINE if name in row}
    return {**{name: value for name, value in row.items() if name not in LINE}, "lines": [line]}


def xml_of(row: dict[str, str]) -> bytes:
    """A row as XML."""

    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;")

    parts = []
    for name, value in row.items():
        if name in XML_NAMES:
            names = XML_NAMES[name].split("/")
            parts.append(
                "".join(f"<{n}>" for n in names) + escaped(value) + "".join(f"</{n}>" for n in reversed(names))
            )
    own = {"make": "Characteristics", "converted": "Characteristics"}
    classes = {
        "subtype": "Commodity/TypeCode",
        "hs": "Commodity/ClassificationID",
        "quantity": "GoodsMeasure/TariffQuantity",
        "unit": "GoodsMeasure/UnitCode",
        "value": "CustomsValuation/ValueAmount",
        "currency": "CustomsValuation/CurrencyCode",
        "packages": "Packaging/QuantityQuantity",
        "package_type": "Packaging/TypeCode",
        "origin": "Origin/CountryCode",
    }
    item = ""
    for name in LINE:
        if name in row:
            names = [own[name], name] if name in own else classes[name].split("/")
            item += "".join(f"<{n}>" for n in names) + escaped(row[name]) + "".join(f"</{n}>" for n in reversed(names))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Cases><Case form="{row["form"]}">{"".join(parts)}'
        f"<GovernmentAgencyGoodsItem>{item}</GovernmentAgencyGoodsItem></Case></Cases>"
    ).encode()


def file_of(kind: str, row: dict[str, str]) -> bytes:
    """One row as a file of a kind."""
    if kind == "xlsx":
        return xlsx_of(row)
    if kind == "xml":
        return xml_of(row)
    if kind == "json":
        return json.dumps([record_of(row)]).encode()
    return json.dumps(record_of(row)).encode() + b"\n" if kind == "ndjson" else csv_of(row)
