"""Reports for paper that any room can print: a cover, contents with page numbers, chapters, what authors wrote between.

A room's template extends `drawing/report.html` and fills its blocks `cover` and `chapters`; each chapter is a
`<section class="chapter" id="…">` whose heading runs along the top of its pages. Drawings stand in it with
`{% svg … ink %}`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tidewaiter.drawing.printing import Report as Hears
from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.isolation import BEGIN, END

_DATA = Path(__file__).parent / "data"
_SHEET = _DATA / "report.css"
_INK = "<style>" + (_DATA / "ink.css").read_text() + "</style>"
"""What drawings are drawn in on paper; the page has its own tokens."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A line of the contents: the id of its section, and its title."""

    name: str
    title: str


def paragraphs(text: str) -> list[str]:
    """What an author wrote, in paragraphs: an empty line parts them."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def picture(content: bytes, words: str) -> dict[str, str]:
    """A JPEG that stands in the document itself, since printing fetches nothing: `{"src", "alt"}`."""
    return {"src": f"data:image/jpeg;base64,{base64.b64encode(content).decode()}", "alt": words}


_WORDS = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
_SAID = re.compile(r'([a-z-]+)="([^"]*)"')
WIDE = 174
"""Millimetres that a drawing with words is wide on paper: A4 within its margins."""


def joined_up(drawing: SafeString) -> SafeString:
    """A drawing whose words stand above it as text of the page: the printer draws words inside a picture letter by
    letter, and those of Arabic are joined and run from the right.
    """
    box = _BOX.search(drawing)
    if box is None or "<text" not in drawing:
        return drawing
    left, top, width, height = (float(one) for one in box.groups())
    moved = {"start": "0", "middle": "-50%", "end": "-100%"}
    spans = []
    for said, words in _WORDS.findall(drawing):
        where = dict(_SAID.findall(said))
        x, y = (100 * (float(where["x"]) - left) / width, 100 * (float(where["y"]) - top) / height)
        size = float(where.get("font-size", 11)) * WIDE / width
        shift = moved[where.get("text-anchor", "start")]
        spans.append(
            f'<span style="left:{x:.2f}%;top:{y:.2f}%;font-size:{size:.2f}mm;transform:translate({shift},-78%)">'
            f"{words}</span>"
        )
    made = f'<div class="drawn">{_WORDS.sub("", drawing)}{"".join(spans)}</div>'
    return mark_safe(made)  # noqa: S308 -- a drawing of ours, whose words are escaped


def as_html(template: str, *, title: str, lang: str, contents: Iterable[Chapter], said: dict[str, Any]) -> str:
    """A report as one HTML document that needs nothing else. `said` is what the template's own blocks show."""
    own = {"sheet": mark_safe(_SHEET.read_text()), "ink": mark_safe(_INK)}  # noqa: S308 -- files of ours
    html = render_to_string(template, said | own | {"title": title, "lang": lang, "contents": list(contents)})
    return left_to_right_apart(html) if lang.split("-")[0] == "ar" else html


_pieces = re.compile(r"(<(?:style|title)\b.*?</(?:style|title)>|<[^>]*>)", re.S)


def left_to_right_apart(html: str) -> str:
    """A page from the right whose words of other scripts stand each in marks of their own (UAX #9), so that a sentence
    that its language lacks, or a name, keeps its full stop and its brackets at its own end.
    """
    pieces = _pieces.split(html)
    pieces[::2] = [_apart(text) for text in pieces[::2]]
    return "".join(pieces)


def _apart(text: str) -> str:
    first = next((kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), "")
    return f"{BEGIN}{text}{END}" if first == "L" else text


def as_pdf(html: str, report: Hears = lambda _step, _done, _total: None) -> tuple[bytes, int]:
    """The same on paper, and its number of pages. Raises `BadInput` where the machine has no Pango."""
    return pdf_of(html, report)
