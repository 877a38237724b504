"""Flows of trade, a closed vocabulary: `import`, `export`, `re_import`, `re_export`, in nine languages and German.

`read_flow(text)` reads one cell; `Flows()` remembers, for tables. Words, and the codes of Comtrade (M, X, RM, RX; 1 to
4), Comext (1, 2) and national files (I, E), are the list `flow`.
"""

from __future__ import annotations

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.readings.reading import Reading

FLOWS = ("import", "export", "re_import", "re_export")
_MOST_KNOWN = 1_000


def read_flow(text: str) -> Reading[str]:
    """The flow that a text names, case and accents aside; nothing else is taken for one. `why` is `unknown_flow`."""
    view = list_view("flow")
    said = text.strip()[:80].removesuffix(".0")
    if not said:
        return Reading(why="unknown_flow")
    answer = view.resolve(said)
    if answer.code is not None:
        return Reading(answer.code)
    if answer.several:
        return Reading(several=tuple(code for code, _ in answer.proposals))
    return Reading(why="unknown_flow")


class Flows:
    """Reads flows; what was read once is not read again."""

    def __init__(self) -> None:
        self._known: dict[str, Reading[str]] = {}

    def reading(self, text: str) -> Reading[str]:
        """As `read_flow`."""
        found = self._known.get(text)
        if found is None:
            found = read_flow(text)
            if len(self._known) < _MOST_KNOWN:
                self._known[text] = found
        return found

    def read(self, text: str) -> str | None:
        """The flow, or nothing for what is none, or several."""
        return self.reading(text).value
