"""A corpus of bad files, each with a twin that must be accepted: `python -m
tests.intake.bad_files FOLDER` writes them all.

A file's answer is `refused:CODE` (the whole file, nothing is stored) or
`rejected:CODE` (its row waits in the error sheet).
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.intake.files import HEADS, KINDS, ROW, csv_of, file_of, record_of, xlsx_of, xml_of


@dataclass(frozen=True)
class Bad:
    """A file that must not get in, what must be said of it, and the same file without the fault."""

    name: str
    data: bytes
    answer: str
    twin: bytes


def _values() -> Iterator[Bad]:
    """One wrong value, in every kind of file."""
    wrong = {
        "comma": ("quantity", "1,250", "number_ambiguous"),
        "odd_groups": ("quantity", "12,50,1", "number_grouping"),
        "mixed": ("quantity", "1.250,5.1", "number_grouping"),
        "nan": ("quantity", "NaN", "not_a_number"),
        "infinity": ("quantity", "Infinity", "not_a_number"),
        "words": ("quantity", "two", "not_a_number"),
        "unit_inside": ("quantity", "2 kg", "unit_contradicts"),
        "about": ("quantity", "c. 2", "number_about"),
        "between": ("quantity", "2-3", "number_between"),
        "hexadecimal": ("quantity", "0x10", "not_a_number"),
        "fraction": ("quantity", "1/2", "number_times"),
        "zero": ("quantity", "0", "not_positive"),
        "negative": ("quantity", "-3", "not_positive"),
        "digits": ("quantity", "9" * 5000, "number_too_long"),
        "exponent": ("quantity", "1e300", "number_too_long"),
        "date_ambiguous": ("date", "03/04/2026", "date_ambiguous"),
        "month_13": ("date", "2026-13-01", "date_month"),
        "february_30": ("date", "2026-02-30", "date_day"),
        "date_words": ("date", "yesterday", "date_unreadable"),
        "short_year": ("date", "1/2/26", "date_ambiguous"),
        "precision": ("date_precision", "fortnight", "unknown_code"),
        "country": ("country", "Atlantis", "unknown_code"),
        "foreign": ("country", "US", "not_your_country"),
        "subtype": ("subtype", "pistool", "unknown_code"),
        "no_unit": ("unit", "KGG", "unknown_unit"),
        "hs_five": ("hs", "93020", "hs_unreadable"),
        "hs_unknown": ("hs", "930299", "hs_unknown"),
        "place": ("place", "XXXXX", "unknown_place"),
        "long_text": ("make", "x" * 200, "too_long"),
        "not_boolean": ("converted", "perhaps", "not_yes_or_no"),
        "mode": ("conveyance.mode", "teleport", "unknown_code"),
        "technique": ("detection.techniques", "xray;smell", "unknown_code"),
        "currency": ("currency", "euros and cents", "unknown_code"),
        "retired": ("origin", "SU", "code_retired"),
        "packages": ("packages", "several", "not_a_number"),
    }
    for name, (path, value, code) in wrong.items():
        for kind in KINDS:
            if kind == "xml" and path == "date_precision":
                continue  # XML has no such element
            yield Bad(f"{name}.{kind}", file_of(kind, {**ROW, path: value}), f"rejected:{code}", file_of(kind, ROW))


def _missing() -> Iterator[Bad]:
    for path, code in (("date", "required"), ("country", "required"), ("subtype", "required"), ("quantity", "no_line")):
        for kind in KINDS:
            row = {name: value for name, value in ROW.items() if name != path}
            if kind in ("csv", "xlsx"):
                row[path] = ""
            yield Bad(f"no_{path}.{kind}", file_of(kind, row), f"rejected:{code}", file_of(kind, ROW))


def _not_files() -> Iterator[Bad]:
    good = file_of("csv", ROW)
    things = {
        "random": bytes(range(7, 251)) * 40,
        "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 300,
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x00" * 20,
        "elf": b"\x7fELF\x02\x01\x01" + b"\x00" * 400,
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" * 30,
        "old_excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    }
    for name, data in things.items():
        yield Bad(f"{name}.xlsx", data, "refused:unreadable", file_of("xlsx", ROW))
    for name, data in {
        "empty": b"",
        "blank": b" \r\n\t\n",
        "mark": b"\xef\xbb\xbf",
        "heads": csv_of(heads=HEADS),
    }.items():
        yield Bad(f"{name}.csv", data, "refused:no_rows", good)
    yield Bad(
        "prose.csv",
        b"Dear colleague, please find our seizures attached.\nKind regards\n",
        "refused:unknown_layout",
        good,
    )
    yield Bad("other_heads.csv", b"When,What\n2026-11-01,pistol\n", "refused:unknown_layout", good)
    yield Bad("html.xml", b"<html><body><p>cases</p></body></html>", "refused:no_rows", file_of("xml", ROW))
    yield Bad("no_cases.xml", b"<Cases/>", "refused:no_rows", file_of("xml", ROW))
    yield Bad("no_cases.json", b"[]", "refused:no_rows", file_of("json", ROW))
    for name, inside in {
        "docx": "word/document.xml",
        "pptx": "ppt/slides/slide1.xml",
        "ods": "content.xml",
        "photos": "a.jpg",
    }.items():
        yield Bad(f"{name}.xlsx", _zip({inside: b"x"}), "refused:unreadable", file_of("xlsx", ROW))


def _zip(files: dict[str, bytes], base: bytes = b"") -> bytes:
    out = io.BytesIO(base)
    with zipfile.ZipFile(out, "a" if base else "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _cut() -> Iterator[Bad]:
    for kind, shares in {
        "xlsx": (5, 20, 40, 60, 80, 95, 99),
        "xml": (30, 60, 90, 98),
        "json": (20, 50, 90, 99),
    }.items():
        whole = file_of(kind, ROW)
        for share in shares:
            yield Bad(f"cut_{share}.{kind}", whole[: len(whole) * share // 100], "refused:unreadable", whole)
    packed = gzip.compress(csv_of(*({**ROW, "national_ref": f"R-{n}"} for n in range(3000))), mtime=0)
    for share in (30, 60, 90, 99):
        yield Bad(f"cut_{share}.csv.gz", packed[: len(packed) * share // 100], "refused:unreadable", packed)
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0x55
    yield Bad("flipped.csv.gz", bytes(flipped), "refused:unreadable", packed)
    good = file_of("ndjson", ROW)
    for name, line in {
        "bracket": b"{",
        "comma": b'{"a":1,}',
        "nan": b'{"quantity": NaN}',
        "text": b"national_ref",
        "quote": b'{"a": "b}',
    }.items():
        yield Bad(f"broken_{name}.ndjson", good + line + b"\n" + good, "refused:unreadable", good + good)


def _archives() -> Iterator[Bad]:
    book = file_of("xlsx", ROW)
    for name, path in {
        "up": "../../etc/passwd",
        "root": "/etc/passwd",
        "back": "..\\windows\\win.ini",
        "inside": "xl/../../x",
    }.items():
        yield Bad(f"slip_{name}.xlsx", _zip({path: b"x"}, book), "refused:unreadable", book)
    yield Bad("macros.xlsx", _zip({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, book), "refused:macros", book)
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    bomb = sheet + b" " * (400 * 1024**2)
    yield Bad("spaces_bomb.xlsx", _replaced(book, "xl/worksheets/sheet1.xml", bomb), "refused:too_large", book)
    far = (
        sheet + b'<row r="1"><c r="A1" t="inlineStr"><is><t>form</t></is></c></row><row r="1048576"><c'
        b' r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    yield Bad("sparse_bomb.xlsx", _replaced(book, "xl/worksheets/sheet1.xml", far), "refused:too_large", book)
    good = gzip.compress(file_of("csv", ROW), mtime=0)
    member = gzip.compress(b"a" * (1 << 20), mtime=0)
    yield Bad("letters_bomb.csv.gz", member * 4200, "refused:too_large", good)
    yield Bad("braces_bomb.json.gz", gzip.compress(b"{" * (300 << 20), 1, mtime=0), "refused:too_large", good)
    yield Bad("blank_bomb.csv.gz", gzip.compress(b"\n" * (1 << 20), mtime=0) * 64, "refused:no_rows", good)
    yield Bad(
        "quote_bomb.csv.gz",
        gzip.compress(file_of("csv", ROW) + b'"' + b"a" * (200 << 20), 1, mtime=0),
        "refused:too_large",
        good,
    )


def _replaced(book: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, data if info.filename == name else old.read(info.filename))
    return out.getvalue()


def _xml() -> Iterator[Bad]:
    good = xml_of(ROW).decode()
    head, body = good.split("\n", 1)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    types = {
        "xxe_file": '<!DOCTYPE Cases [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "xxe_http": '<!DOCTYPE Cases [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
        "xxe_parameter": '<!DOCTYPE Cases [<!ENTITY % p SYSTEM "http://127.0.0.1:9/d"> %p;]>',
        "dtd": '<!DOCTYPE Cases SYSTEM "http://127.0.0.1:9/d">',
        "laughs": f'<!DOCTYPE Cases [<!ENTITY l0 "ha">{laughs}]>',
        "quadratic": f'<!DOCTYPE Cases [<!ENTITY x "{"x" * 100_000}">]>',
    }
    for name, doctype in types.items():
        entity = "&l9;" if name == "laughs" else "&x;" * (1000 if name == "quadratic" else 1)
        inside = body if name in ("dtd", "xxe_parameter") else body.replace("pistol", f"pistol{entity}")
        yield Bad(f"{name}.xml", f"{head}\n{doctype}\n{inside}".encode(), "refused:unreadable", good.encode())
    for name, deep in {"case": "<a>" * 200_000, "item": "<GovernmentAgencyGoodsItem>" * 200_000}.items():
        yield Bad(
            f"deep_{name}.xml",
            body.replace("<GovernmentAgencyGoodsItem>", deep, 1).encode(),
            "refused:too_large",
            good.encode(),
        )
    yield Bad("huge_text.xml", body.replace("R-1", "R" * 30_000_000).encode(), "refused:too_large", good.encode())
    yield Bad("two_roots.xml", (body + body).encode(), "refused:unreadable", good.encode())
    yield Bad("wrong_encoding.xml", body.replace("R-1", "R-é").encode("cp1252"), "refused:unreadable", good.encode())
    yield Bad("control.xml", body.replace("R-1", "R-&#1;").encode(), "refused:unreadable", good.encode())
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    yield Bad("include.xml", body.replace(">pistol<", f">{include}<").encode(), "rejected:required", good.encode())


def _json() -> Iterator[Bad]:
    good = file_of("json", ROW)
    record = record_of(ROW)
    for name, data in {
        "lists": b"[" * 200_000,
        "objects": b'{"a":' * 200_000,
        "closed": b"[" * 200_000 + b"]" * 200_000,
    }.items():
        yield Bad(f"deep_{name}.json", data, f"refused:{'too_large' if name == 'closed' else 'unreadable'}", good)
    yield Bad(
        "long_line.ndjson",
        json.dumps({**record, "narrative": "x" * 30_000_000}).encode() + b"\n" + good,
        "refused:too_large",
        good,
    )
    shapes: dict[str, tuple[Any, str]] = {
        "number": (7, "unknown_layout"),
        "text": ("case", "unknown_layout"),
        "nothing": (None, "unknown_layout"),
        "list": ([1], "unknown_layout"),
        "no_form": ({**record, "form": None}, "required"),
        "other_form": ({**record, "form": "XYZ"}, "unknown_form"),
        "lines_text": ({**record, "lines": "pistol"}, "required"),
        "lines_numbers": ({**record, "lines": [1, 2]}, "no_line"),
        "no_lines": ({**record, "lines": []}, "required"),
        "date_object": ({**record, "date": {"year": 2026}}, "required"),
        "long_text": ({**record, "narrative": "x" * 300_000}, "too_long"),
    }
    for name, (thing, code) in shapes.items():
        yield Bad(f"shape_{name}.json", json.dumps([thing]).encode(), f"rejected:{code}", good)


def _csv() -> Iterator[Bad]:
    good = file_of("csv", ROW)
    head, row, _ = good.decode().split("\n")
    texts = {
        "open_head": ('"' + good.decode(), "refused:unreadable"),
        "open_row": (f'{head}\n"{row}\n', "refused:unreadable"),
        "open_last": (f"{good.decode()}{row.replace('R-1', chr(34) + 'R-2')}\n", "refused:unreadable"),
        "stray_quote": (f'{head}\n"WPN"x{row[3:]}\n', "refused:unreadable"),
        "huge_cell": (f"{head}\n{row.replace('R-1', chr(34) + 'x' * 30_000_000 + chr(34))}\n", "refused:unreadable"),
        "ragged": (f"{head}\n{row},extra\n", "rejected:ragged_row"),
        "nul_start": (good.decode().replace("R-1", "R\x00"), "refused:unreadable"),
        "control": (good.decode().replace("R-1", "R\x01"), "rejected:control_characters"),
        "date_twice": (f"{head},date\n{row},2026-11-02\n", "refused:column_twice"),
        "label_twice": (f"{head},Date of seizure\n{row},2026-11-02\n", "refused:column_twice"),
        "quantity_twice": (f"{head},Quantité\n{row},3\n", "refused:column_twice"),
        "no_date_column": (f"{head.replace('date', 'day')}\n{row}\n", "refused:unknown_layout"),
        "conflict": (f"{good.decode()}{row.replace('2026-11-01', '2026-11-02')}\n", "rejected:header_conflict"),
        "no_form": (f"{head}\n{row.replace('WPN', '')}\n", "rejected:required"),
        "other_form": (f"{head}\n{row.replace('WPN', 'XYZ')}\n", "rejected:unknown_form"),
        "nul_late": (good.decode() + (row + "\n") * 3000 + row.replace("R-1", "R\x00"), "rejected:control_characters"),
    }
    for name, (text, answer) in texts.items():
        yield Bad(f"{name}.csv", text.encode(), answer, good)
    yield Bad("surrogate.csv", good.replace(b"R-1", b"R-\xed\xa0\x80"), "accepted", good)
    yield Bad(
        "bad_utf16.csv", good.decode().encode("utf-16")[:-1], "refused:unreadable", good.decode().encode("utf-16")
    )


def _sheets() -> Iterator[Bad]:
    book = file_of("xlsx", ROW)
    yield Bad("huge_cell.xlsx", xlsx_of({**ROW, "make": "x" * 3_000_000}), "rejected:too_long", book)
    yield Bad(
        "number_as_words.xlsx",
        xlsx_of({**ROW, "quantity": "2 kilos"}),
        "rejected:units_differ",
        xlsx_of({**ROW, "quantity": 2}),
    )
    yield Bad("no_value.xlsx", _formula("=1+1", ""), "rejected:no_line", _formula("=1+1", 2))
    yield Bad("error_value.xlsx", _formula("=1/0", "#DIV/0!"), "rejected:no_line", _formula("=4/2", 2))
    yield Bad("merged_across.xlsx", _merged(across=True), "rejected:required", _merged(across=False))
    yield Bad(
        "date_1904_words.xlsx",
        xlsx_of({**ROW, "date": "5.6.2026"}),
        "rejected:date_ambiguous",
        xlsx_of({**ROW, "date": 46327}),
    )
    yield Bad("ten_million_empty.csv", b"\n" * 10_000_000, "refused:no_rows", file_of("csv", ROW) + b"\n" * 10_000_000)


def _formula(formula: str, value: Any) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    for at, name in enumerate(ROW):
        sheet.write_string(0, at, name)
        if name == "quantity":
            sheet.write_formula(1, at, formula, None, value)
        else:
            sheet.write_string(1, at, ROW[name])
    book.close()
    return out.getvalue()


def _merged(*, across: bool) -> bytes:
    """Two lines of one case whose reference is merged down; or a head merged across two columns."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    for at, name in enumerate(ROW):
        sheet.write_string(0, at, name)
        for row in (1, 2):
            if not (row == (1 if across else 2) and name == ("country" if across else "national_ref")):
                sheet.write_string(row, at, ROW[name])
    if across:
        sheet.merge_range(1, 2, 1, 3, "2026-11-01")
    else:
        sheet.merge_range(1, 1, 2, 1, "R-1")
    book.close()
    return out.getvalue()


def bad_files() -> Iterator[Bad]:
    """All of them."""
    for family in (_values, _missing, _not_files, _cut, _archives, _xml, _json, _csv, _sheets):
        yield from family()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    files = list(bad_files())
    for one in files:
        (folder / one.name).write_bytes(one.data)
        (folder / f"twin_{one.name}").write_bytes(one.twin)
    print(f"{len(files)} bad files, each with its twin")
