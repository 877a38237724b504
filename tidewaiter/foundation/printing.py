"""Documents on paper: a page of ours becomes a PDF in a child process that fetches nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tidewaiter.foundation.sandbox import stream_from_child

MEMORY = 3 * 1024**3


def pdf_of(html: str) -> tuple[bytes, int]:
    """A whole HTML document as PDF, and its number of pages. Pictures are `data:` addresses; nothing else is fetched.

    Raises `BadInput` where the machine has no Pango (docs/settings.md says how it is installed).
    """
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(html, encoding="utf-8")
        said = list(stream_from_child("tidewaiter.foundation.printing_child", str(source), str(out), memory=MEMORY))
        return out.read_bytes(), int(said[0]["pages"])
