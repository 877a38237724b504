"""Prints a page in a process of its own: `python -m tidewaiter.foundation.printing_child PAGE.html OUT.pdf`.

Writes the number of pages as a pickled value to standard output. WeasyPrint lays the page out; nothing is fetched.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from tidewaiter.foundation.refusing import gettext_noop, refuse

try:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher
except OSError:
    refuse(gettext_noop("Printing needs the Pango library. Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0."))


def main() -> None:
    """Reads PAGE, writes OUT."""
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    sheet = CSS(string=(Path(__file__).parent / "print.css").read_text(encoding="utf-8"))
    page = HTML(string=source.read_text(encoding="utf-8"), url_fetcher=URLFetcher(allowed_protocols=["data"])).render(
        stylesheets=[sheet]
    )
    page.write_pdf(str(out), pdf_tags=True)
    pickle.dump({"pages": len(page.pages)}, sys.stdout.buffer)


if __name__ == "__main__":
    main()
