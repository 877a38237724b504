"""Where the heads of a foreign table stand, and which of its rows are no cases: titles, sums, headings, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tidewaiter.foundation.files.reading import NumberedRow
from tidewaiter.intake.mapping.mapping_file import head_of
from tidewaiter.intake.proposals.vocabulary import Vocabulary
from tidewaiter.intake.proposals.words import is_total

LOOKED_AT = 20
"""Rows among which the heads are looked for."""
_number = re.compile(r"[-+]?[\d.,\s'%]+")
_year = re.compile(r"(?:19|20)\d{2}(?:\.0)?")


def heads_of(rows: Sequence[NumberedRow], vocabulary: Vocabulary) -> tuple[int, list[str], tuple[int, ...]]:
    """(place of the last row of heads among `rows`, the heads, the numbers of their rows)."""
    last = min(len(rows) - 1, LOOKED_AT)
    at = max(range(max(last, 1)), key=lambda n: (_like_heads(rows[n][1], vocabulary), -n))
    upper = [head_of(cell) for cell in rows[at][1]]
    if at + 2 < len(rows) and _goes_on(rows, at):
        lower = [head_of(cell) for cell in rows[at + 1][1]]
        return at + 1, joined(upper, lower), (rows[at][0], rows[at + 1][0])
    if at and _goes_on(rows, at - 1):
        above = [head_of(cell) for cell in rows[at - 1][1]]
        return at, joined(above, upper), (rows[at - 1][0], rows[at][0])
    return at, upper, (rows[at][0],)


def joined(upper: list[str], lower: list[str]) -> list[str]:
    """Heads of two rows, as a mapping's reader joins them: an empty upper one takes its left neighbour's."""
    wide = max(len(upper), len(lower))
    above, below = upper + [""] * (wide - len(upper)), lower + [""] * (wide - len(lower))
    out, left = [], ""
    for one, two in zip(above, below, strict=True):
        left = one or left
        out.append(f"{left} {two}".strip())
    return out


def _like_heads(cells: Sequence[str], vocabulary: Vocabulary) -> float:
    """How many cells of a row are heads: words that are known count most, numbers and long texts count against it."""
    said = [cell.strip() for cell in cells if cell.strip()]
    if len(said) < 2:
        return 0.0
    score = 0.0
    for cell in dict.fromkeys(said):
        if _year.fullmatch(cell):
            score += 0.5
        elif _number.fullmatch(cell) or len(cell) > 80:
            score -= 1.0
        else:
            best = max((one.sure for one in vocabulary.meanings(cell).values()), default=0.0)
            score += 3.0 if best >= 0.95 else 2.0 if best >= 0.75 else 0.4
    return score / (1 + 0.02 * (len(cells) - len(said)))


def _goes_on(rows: Sequence[NumberedRow], at: int) -> bool:
    """Whether the row behind is a second row of heads: words or years where the first is
    empty or repeats, and numbers only below.
    """
    upper, lower, first = (row[1] for row in rows[at : at + 3])
    if rows[at + 1][0] != rows[at][0] + 1 or len(first) < 2:
        return False
    words = [cell.strip() for cell in lower if cell.strip()]
    numbers = [cell for cell in words if _number.fullmatch(cell)]
    if len(words) < 2 or any(not _year.fullmatch(cell) for cell in numbers) or len(set(words)) < 2:
        return False
    filled = {n for n, cell in enumerate(upper) if cell.strip()}
    under_nothing = [
        n for n, cell in enumerate(lower) if cell.strip() and n not in filled and n > min(filled, default=0)
    ]
    empty_below = [n for n in filled if n >= len(lower) or not lower[n].strip()]
    data = [cell for cell in first if _number.fullmatch(cell.strip())]
    return (
        bool(under_nothing)
        and bool(data)
        and (bool(empty_below) or len(numbers) == len(words) or len(under_nothing) > 1)
    )


def sums_in(heads: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The values of a column that say that their row is a sum, by its head: of the first column that has any."""
    found: dict[str, tuple[str, ...]] = {}
    for head, cells in zip(heads, columns, strict=True):
        said = tuple(text for text in dict.fromkeys(cell.strip() for cell in set(cells)) if text and is_total(text))
        if said and head:
            found[head] = tuple(sorted(said))
    return found


def headings_in(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The head of the column that alone is filled in several rows: headings of groups, or notes."""
    alone = Counter(places[0] for row in rows if len(places := [n for n, cell in enumerate(row) if cell.strip()]) == 1)
    if not alone or len(heads) < 3:
        return ""
    at, number = alone.most_common(1)[0]
    return heads[at] if number >= 2 and at < len(heads) and number <= len(rows) / 2 else ""
