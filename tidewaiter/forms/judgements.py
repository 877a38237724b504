"""What was found in the texts of a record that may name somebody, and which words a person judged to be nobody.

Such words stand beside the values as `judged`: a list of `field=words`, in the header for its fields and in each line
for the line's. They hold for that field of that record alone, wherever the words stand in it (`privacy.stretches`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tidewaiter.forms.definitions import About
from tidewaiter.privacy.stretches import LONGEST, MOST, Judged, Stretch

JUDGED = "judged"
"""How the words are called in a record, and the column that holds them in a file."""
_MOST_IN_A_RECORD = 10 * MOST


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a value that was found when the record was read."""

    path: str
    """As files name the field; of a record with several lines as `lines.2.make`."""
    text: str
    about: About
    stretch: Stretch
    kept: bool
    """A person judged it to be nobody: it stays. Else it was hidden."""

    @property
    def field(self) -> str:
        """The field as `judged` names it: without the number of its line."""
        return field_of(self.path)


def found_in(path: str, text: str, about: About, answer: Judged) -> tuple[Found, ...]:
    """What was hidden and what was kept of a field's text, in order."""
    both = sorted((*answer.hidden, *answer.kept), key=lambda one: one.start)
    return tuple(Found(path, text, about, one, one in answer.kept) for one in both)


def field_of(path: str) -> str:
    """A path without the number of a line."""
    parts = path.split(".", 2)
    return parts[2] if len(parts) == 3 and parts[0] == "lines" and parts[1].isdigit() else path


def judged_by_field(said: str | Iterable[Any]) -> dict[str, list[str]]:
    """The judged words by their field, from `field=words` in a list or, parted by `;`, in a cell.
    What is not of that form is passed over.
    """
    parts = said.split(";") if isinstance(said, str) else [one for one in said if isinstance(one, str)]
    found: dict[str, list[str]] = {}
    for part in parts[:_MOST_IN_A_RECORD]:
        name, _equals, words = part.partition("=")
        words = words.strip()
        if words and len(words) <= LONGEST:
            found.setdefault(field_of(name.strip().removeprefix("fields.")), []).append(words)
    return found


def as_judged(by_field: Mapping[str, Iterable[str]]) -> list[str]:
    """The same as a record holds it, in order."""
    return sorted({f"{name}={words}" for name, some in by_field.items() for words in some})


def cell_of(document: Mapping[str, Any]) -> str:
    """All that is judged of a record, in its header or in its lines, as one cell."""
    lines = document.get("lines")
    parts = [document, *(lines if isinstance(lines, list) else ())]
    said = [part.get(JUDGED) for part in parts if isinstance(part, Mapping)]
    texts = [one for some in said if isinstance(some, list) for one in some if isinstance(one, str) and one]
    return ";".join(dict.fromkeys(texts))
