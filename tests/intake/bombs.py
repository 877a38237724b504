"""Files that are small and would take the node's memory, time or disk, each with the words that must refuse it."""

from __future__ import annotations

import copy
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from tests.intake.bad_files import _replaced
from tests.intake.files import HEADS, ROW, csv_of, record_of, xlsx_of, xml_of

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1">'


@dataclass(frozen=True)
class Bomb:
    """A file, the code and the words by which it is refused."""

    name: str
    data: bytes
    code: str
    words: tuple[str, ...]


def packed(piece: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A gzip file of a piece repeated, made without holding it."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(before)
        for _ in range(times):
            file.write(piece)
        file.write(after)
    return out.getvalue()


def column(number: int) -> bytes:
    """The name of a sheet's column, counted from 0."""
    name, number = b"", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = bytes([65 + rest]) + name
    return name


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _overlapping() -> bytes:
    """A zip whose index names one picture a thousand times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", csv_of(ROW))
        archive.writestr("p0.jpg", b"\0" * (19 << 20))
        for number in range(1, 1000):
            again = copy.copy(archive.getinfo("p0.jpg"))
            again.filename = again.orig_filename = f"p{number}.jpg"
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
    return out.getvalue()


def _lying(size: int) -> bytes:
    """A zip whose index says that a table of many bytes has few."""
    data = bytearray(zipped({"t.csv": csv_of(ROW) + b"\n" * size}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def texts() -> Iterator[Bomb]:
    """Tables as text."""
    ratio = ("A packed file may unpack to 200 times its own size.",)
    good = csv_of(ROW)
    yield Bomb("one_line.csv.gz", packed(b"a," * (1 << 19), 400), "too_large", ratio)
    yield Bomb("many_lines.csv.gz", packed((b"a," * 50 + b"\n") * 1000, 4000, good), "too_large", ratio)
    thai = f"WPN,R-1,2026-11-01,KE,pistol,2,H87,{'ปืนพกและกระสุน' * 20}\n".encode("cp874")
    head = ",".join((*HEADS, "narrative")).encode() + b"\n"
    yield Bomb("cp874.csv.gz", packed(thai * 1_000, 600, head), "too_large", ratio)
    wide = b"".join(f"WPN,R-{n},2026-11-01,KE,pistol,2,H87,{'x' * 50_000}\n".encode() for n in range(10))
    yield Bomb("wide_cells.csv.gz", packed(wide, 800, head), "too_large", ratio)
    columns = b",".join(b"c%d" % n for n in range(5000)) + b"\n"
    yield Bomb("columns.csv", columns, "too_large", ("A table may have 2\u202f000 columns.", "Line 1 has 5000."))
    long = good + b"WPN,R-2," + b"x" * 3_000_000 + b"\n"
    yield Bomb("endless_cell.csv", long, "unreadable", ("Line 3: a cell holds more than 100,000 signs.",))
    row = good + b'"' + b'a\nb","c' * 600_000
    yield Bomb("endless_row.csv", row, "too_large", ("A row, or a case, may take 2 MiB.", "Is a quotation mark open?"))
    head_of_600 = csv_of({**ROW, "n" * 600: "x"})
    named = ("The head of a column, or a name, may have 500 signs.", "That of column 8 in row 1 is longer.")
    yield Bomb("long_head.csv", head_of_600, "too_large", named)
    rows = good + b"a,b\n" * 2_000_001
    yield Bomb(
        "rows.csv", rows, "too_large", ("A file may have 2\u202f000\u202f000 rows or cases.", "Line 2000001 is over")
    )
    twice = gzip.compress(gzip.compress(b"a" * (1 << 26)))
    yield Bomb("twice.csv.gz", twice, "unreadable", ("It is packed by gzip twice. Unpack it once.",))
    parts = gzip.compress(good, mtime=0) + gzip.compress(b"", mtime=0) * 100_001
    yield Bomb("parts.csv.gz", parts, "too_large", ("A packed file may have 100\u202f000 parts.",))
    named = b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"n" * 20_000_000
    yield Bomb("endless_name.gz", named, "unreadable", ("The gzip file is damaged or cut off.",))


def documents() -> Iterator[Bomb]:
    """JSON and XML."""
    rows = ("A file may have 2\u202f000\u202f000 rows or cases.", "Case 2000001 is over that.")
    yield Bomb("lists.json", b"[" + b"[]," * 2_100_000 + b"[]]", "too_large", rows)
    yield Bomb("objects.json.gz", packed(b'{"a":1},' * 100_000, 21, b"[", b"{}]"), "too_large", rows)
    line = json.dumps(record_of(ROW)).encode() + b"\n"
    case = ("A row, or a case, may take 2 MiB.",)
    yield Bomb("line.ndjson", line + b'{"x":[' + b"[]," * 1_000_000 + b"[]]}\n", "too_large", (*case, "Line 2 is over"))
    yield Bomb(
        "one_case.json", b'[{"x":[' + b"[]," * 5_000_000 + b"[]]}]", "too_large", (*case, "Case 1 is over that.")
    )
    values = ("A case may hold 100\u202f000 values.", "Line 2 is over that.", "Case 2 is over that.")
    keys = b",".join(b'"k%d":1' % n for n in range(110_000))
    yield Bomb("keys.ndjson", line + b"{" + keys + b"}\n", "too_large", (values[0], values[2]))
    name = json.dumps({**record_of(ROW), "n" * 600: 1}).encode()
    yield Bomb("name.json", name, "too_large", ("The head of a column, or a name, may have 500 signs.", "Case 1"))
    xml = xml_of(ROW).decode()
    begin = xml.split("<Gov")[0].encode()
    end = b"</Case></Cases>"
    for tag in (b"<a/>", b"<GovernmentAgencyGoodsItem/>"):
        name = f"siblings_{len(tag)}.xml.gz"
        yield Bomb(name, packed(tag * 100_000, 40, begin, end), "too_large", case)
    yield Bomb("others.xml", b"<Cases>" + b"<Other/>" * 1_000_000 + b"</Cases>", "too_large", case)
    many = " ".join(f'a{n}="1"' for n in range(500_000))
    yield Bomb("attributes.xml", xml.replace("<Case ", f"<Case {many} ").encode(), "too_large", case)


def workbooks() -> Iterator[Bomb]:
    """Workbooks, and archives that are none."""
    book = xlsx_of(ROW)
    sheet, texts_of = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"

    def rows(first: int, last: int, cells: range, text: int) -> bytes:
        def row(number: int) -> bytes:
            return b"".join(b'<c r="%s%d" t="s"><v>%d</v></c>' % (column(c), number, text) for c in cells)

        return b"".join(b'<row r="%d">%s</row>' % (number, row(number)) for number in range(first, last))

    end = b"</sheetData></worksheet>"
    wide = _replaced(book, sheet, SHEET + rows(1, 4, range(16_384), 0) + end)
    yield Bomb("columns.xlsx", wide, "too_large", ("A table may have 2\u202f000 columns.", "column 16,384"))
    long = TEXTS + b"<si><t>form</t></si><si><t>" + b"A" * 99_000 + b"</t></si></sst>"
    shown = _replaced(_replaced(book, sheet, SHEET + rows(1, 20_000, range(7), 1) + end), texts_of, long)
    yield Bomb("shown_again.xlsx", shown, "too_large", ("Reading a sheet may take 1.5 GiB of memory.", "Sheet sheet1"))
    endless = _replaced(book, texts_of, TEXTS + (b"<si><t>" + b"A" * 30_000 + b"</t></si>") * 4_000 + b"</sst>")
    yield Bomb("texts.xlsx", endless, "too_large", ("A packed file may unpack to 200 times its own size.",))
    merges = b"".join(b'<mergeCell ref="A%d:A1048576"/>' % n for n in range(1, 110_000))
    merged = SHEET + rows(1, 3, range(3), 0) + b"</sheetData><mergeCells>" + merges + b"</mergeCells></worksheet>"
    many = ("A workbook may have 100\u202f000 merged ranges.",)
    yield Bomb("merges.xlsx", _replaced(book, sheet, merged), "too_large", many)
    down = b"".join(b'<mergeCell ref="%s1:%s1048576"/>' % (column(n), column(n)) for n in range(46))
    cells = rows(1, 2, range(46), 0) + rows(90_000, 90_001, range(46), 0)
    columns = SHEET + cells + b"</sheetData><mergeCells>" + down + b"</mergeCells></worksheet>"
    reach = ("Merged ranges may reach over 4\u202f000\u202f000 rows in all.",)
    yield Bomb("merged_columns.xlsx", _replaced(book, sheet, columns), "too_large", reach)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        said = archive.read("xl/workbook.xml")
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, 5_001))
    named = said[: said.index(b"<sheets>")] + b"<sheets>" + sheets + said[said.index(b"</sheets>") :]
    yield Bomb(
        "sheets.xlsx",
        _replaced(book, "xl/workbook.xml", named),
        "too_large",
        ("A workbook may have 1\u202f000 sheets.", "5000"),
    )
    yield Bomb("overlap.zip", _overlapping(), "too_large", ("Files of the archive lie in one another",))
    files = zipped({"t.csv": csv_of(ROW)} | {f"x{n}.bin": b"" for n in range(10_001)})
    yield Bomb("index.zip", files, "too_large", ("An archive may hold 10\u202f000 files.", "10002"))
    yield Bomb("lying.zip", _lying(80 << 20), "unreadable", ("damaged",))
    inner = zipped({"inner.csv": csv_of(ROW)})
    nested = zipped({"table.csv": inner})
    yield Bomb("nested.zip", nested, "unreadable", ("An archive inside an archive is not opened.",))


def bombs() -> Iterator[Bomb]:
    """All of them."""
    yield from texts()
    yield from documents()
    yield from workbooks()
