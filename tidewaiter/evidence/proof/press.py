"""A press that prints volumes side by side: while one is printed the next is composed, and no more than two wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import get_language, gettext, override

from tidewaiter.drawing.reports import as_pdf

SIDE_BY_SIDE = 2
"""Each is a process of its own, that a page which somebody waits for goes before."""


class Press:
    """Prints volumes in the order in which they come; `report` hears of each, of so many."""

    def __init__(self, report: Callable[[str, int, int], None], volumes: int) -> None:
        self._report, self._volumes, self._done = report, volumes, 0
        self._printers = ThreadPoolExecutor(SIDE_BY_SIDE, "press")
        self._printing: deque[Future[int]] = deque()
        self.pages = 0

    def print(self, html: str, path: Path) -> None:
        """Lets a volume be printed. Raises `BadInput` where one before it could not be."""
        while len(self._printing) >= SIDE_BY_SIDE:
            self._take()
        self._printing.append(self._printers.submit(_printed, html, path, get_language() or "en"))

    def _take(self) -> None:
        self.pages += self._printing.popleft().result()
        self._done += 1
        step = gettext("Printing volume %(n)s of %(m)s") % {"n": self._done, "m": self._volumes}
        self._report(step, self._done, self._volumes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        try:
            while kind is None and self._printing:
                self._take()
        finally:
            self._printers.shutdown(cancel_futures=True)


def _printed(html: str, path: Path, language: str) -> int:
    with override(language):
        content, pages = as_pdf(html)
    path.write_bytes(content)
    return pages
