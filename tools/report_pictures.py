"""Draws the pages of the annual report into docs/pictures: `.venv/bin/python tools/report_pictures.py [LL …]`.

It prepares a demo node as tools/guide_pictures.py does, lets the analyst make the Illicit Trade Report of the year with
most cases in English, French and Arabic (or in the languages that are named), and writes eight pages on a sheet,
docs/pictures/report-LL-N.png: 64 colours, 120 kB at most; docs/report.md shows them. The cases are invented.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import pypdfium2
from guide_pictures import MOST, PICTURES, Node
from PIL import Image

LANGUAGES = ("en", "fr", "ar")
YEAR = "2025"
WIDE, COLUMNS, ROWS, GAP = 300, 4, 2, 12
"""Points of a page's width, and how pages stand on a sheet."""
GROUND = (233, 237, 237)


def pages_of(path: Path) -> list[Image.Image]:
    """The pages of a PDF, small."""
    document = pypdfium2.PdfDocument(path)
    return [page.render(scale=WIDE / page.get_width()).to_pil().convert("RGB") for page in document]


def sheets_of(pages: list[Image.Image]) -> list[Image.Image]:
    """Pages laid out on sheets, in the order in which they are read."""
    high, each = max(page.height for page in pages), COLUMNS * ROWS
    found = []
    for first in range(0, len(pages), each):
        some = pages[first : first + each]
        rows = -(-len(some) // COLUMNS)
        sheet = Image.new("RGB", (COLUMNS * (WIDE + GAP) + GAP, rows * (high + GAP) + GAP), GROUND)
        for at, page in enumerate(some):
            sheet.paste(page, (GAP + at % COLUMNS * (WIDE + GAP), GAP + at // COLUMNS * (high + GAP)))
        found.append(sheet)
    return found


def as_png(sheet: Image.Image) -> bytes:
    """A sheet as PNG of so many colours that it is small enough."""
    for colours in (64, 32, 16):
        out = io.BytesIO()
        sheet.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if len(out.getvalue()) <= MOST:
            return out.getvalue()
    raise SystemExit(f"A sheet has {len(out.getvalue()):,} bytes, more than {MOST:,}.")


def main() -> int:
    """Makes the sheets of all languages, or of those that are named."""
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder))
        for lang in sys.argv[1:] or LANGUAGES:
            path = Path(folder) / f"report-{lang}.pdf"
            node.tell("illicit_trade_report", "--year", YEAR, "-o", str(path), "--lang", lang, "--by", "l.okafor")
            for old in PICTURES.glob(f"report-{lang}-*.png"):
                old.unlink()
            for number, sheet in enumerate(sheets_of(pages_of(path)), 1):
                picture = as_png(sheet)
                (PICTURES / f"report-{lang}-{number}.png").write_bytes(picture)
                print(f"docs/pictures/report-{lang}-{number}.png  {len(picture):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
