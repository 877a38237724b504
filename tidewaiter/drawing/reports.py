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


_blocks = re.compile(r"<(p|figcaption|h[1-3])\b([^>]*)>(.*?)</\1>", re.S)
_tags = re.compile(r"<[^>]*>")


def left_to_right_apart(html: str) -> str:
    """A page from the right whose paragraphs in other scripts run from the left, so that a sentence which its language
    lacks keeps its full stop and its brackets at its own end; a single name stands between marks (UAX #9).
    """
    return _loose.sub(_marked, _blocks.sub(_from_the_left, html))


_loose = re.compile(r"(?<=[>])([^<>]+)(?=</(?:td|th|li|a|span|b|dd|dt)>)")


def _marked(found: re.Match[str]) -> str:
    return f"{BEGIN}{found[1]}{END}" if _is_latin(found[1]) else found[1]


def _from_the_left(found: re.Match[str]) -> str:
    tag, said, inside = found.groups()
    way = ' dir="ltr"' if _is_latin(_tags.sub("", inside)) else ""
    return f"<{tag}{said}{way}>{inside}</{tag}>"


def _is_latin(text: str) -> bool:
    return next((kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), "") == "L"


def as_pdf(html: str, report: Hears = lambda _step, _done, _total: None) -> tuple[bytes, int]:
    """The same on paper, and its number of pages. Raises `BadInput` where the machine has no Pango."""
    return pdf_of(html, report)
