"""Documents on paper: a page of ours becomes a PDF in a child process that fetches nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

from tidewaiter.drawing.fonts import faces
from tidewaiter.foundation.sandbox import stream_from_child
from tidewaiter.foundation.scratch import scratch

Report = Callable[[str, int, int], None]
"""Hears a step in words, how much of it is done, and of how much (0: nobody knows)."""
MEMORY, SECONDS, PAPER = 3 * 1024**3, 600, 512 * 1024**2
"""Bytes of memory, seconds and bytes of the PDF: pages are our own, with charts and pictures."""


def pdf_of(html: str, report: Report = lambda _step, _done, _total: None) -> tuple[bytes, int]:
    """A whole HTML document as PDF, and its number of pages. Pictures are `data:` addresses; nothing else is fetched.

    `report` hears how far it is: pages laid out, of a number that nobody knows yet, then pages drawn, of all.
    Raises `BadInput` where the machine has no Pango (docs/settings.md says how it is installed).
    """
    pages, child = 0, "tidewaiter.drawing.printing_child"
    with scratch() as folder:
        source, out, fonts = folder / "page.html", folder / "page.pdf", folder / "fonts.css"
        source.write_text(html, encoding="utf-8")
        fonts.write_text(faces(html), encoding="utf-8")
        for said in stream_from_child(
            child, str(source), str(out), str(fonts), memory=MEMORY, seconds=SECONDS, disk=PAPER
        ):
            pages = int(said.get("pages", 0))
            if "laid" in said:
                report(gettext("Laying out page %(n)s") % {"n": said["laid"]}, 0, 0)
            elif "drawn" in said:
                step = gettext("Drawing page %(n)s of %(m)s") % {"n": said["drawn"], "m": pages}
                report(step, said["drawn"], pages)
        return out.read_bytes(), pages
