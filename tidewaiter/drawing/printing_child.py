"""Prints a page in a process of its own: `python -m tidewaiter.drawing.printing_child PAGE.html OUT.pdf FONTS.css`.

Tells of pages as they are laid out and drawn, at last their number. Nothing is fetched.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tidewaiter.foundation.child_errors import gettext_noop, refuse, tell

try:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher
except OSError:
    refuse(gettext_noop("Printing needs the Pango library. Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0."))


NICER = 10
"""A page that somebody waits for goes before one that is printed."""
EVERY = 0.3
"""Seconds between what is said of pages."""


class Teller(logging.Handler):
    """Says how far the printing is, some times a second; hears of pages laid out by WeasyPrint's own log."""

    def __init__(self) -> None:
        super().__init__()
        self._said = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """A line of WeasyPrint's log."""
        if "layout - Page" in str(record.msg) and isinstance(record.args, tuple):
            self.tell({"laid": record.args[0]})

    def tell(self, what: dict[str, object]) -> None:
        """Writes it, unless something was written just now."""
        if time.monotonic() - self._said > EVERY:
            self._said = time.monotonic()
            tell(what)
            sys.stdout.buffer.flush()

    def drawing(self, pages: list[Any]) -> None:
        """Lets each page say when it is drawn."""
        for number, page in enumerate(pages, 1):
            page.paint = partial(self._painted, page.paint, {"drawn": number, "pages": len(pages)})

    def _painted(self, paint: Callable[..., Any], what: dict[str, object], *said: Any, **named: Any) -> Any:
        self.tell(what)
        return paint(*said, **named)


def main() -> None:
    """Reads PAGE and FONTS, writes OUT."""
    os.nice(NICER)
    teller = Teller()
    log = logging.getLogger("weasyprint.progress")
    log.handlers, log.propagate = [teller], False
    log.setLevel(logging.INFO)
    source, out, faces = (Path(said) for said in sys.argv[1:4])
    fetcher, fonts = URLFetcher(allowed_protocols=["data"]), FontConfiguration()
    sheets = [
        CSS(string=path.read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts)
        for path in (faces, Path(__file__).parent / "print.css")
    ]
    page = HTML(string=source.read_text(encoding="utf-8"), url_fetcher=fetcher).render(
        stylesheets=sheets, font_config=fonts
    )
    teller.drawing(page.pages)
    page.write_pdf(str(out), pdf_tags=True)
    tell({"pages": len(page.pages)})


if __name__ == "__main__":
    main()
