"""What was found in a text, stretch by stretch, for a person to judge: is it a person?

DESIGN.md §4, rule 20: what a person judged to be none is kept beside the value. A judgement holds for words in one
field: wherever they stand there, they stay. It can keep what looks like a name and nothing else: plates, documents,
telephones, mails, accounts, dates of birth and a name with an age are hidden whatever is said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from tidewaiter.privacy.ages import age_near
from tidewaiter.privacy.finding import About, find, spans_of_each
from tidewaiter.privacy.masking import MASK
from tidewaiter.privacy.persons import weights
from tidewaiter.privacy.reading import words_of

CERTAIN = 3.0
"""Weight from which a run is a person beyond doubt: a given and a family name with a title, a role or a deed beside
them, say. Below it the officer is asked without a proposal.
"""
LONGEST, MOST = 200, 100
"""Signs of words that can be judged to be nobody, and such words of one field."""
_PASSES = 6
_word = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was found at one place of a text."""

    start: int
    end: int
    kind: str
    """`name plate document email phone birth account`."""
    words: str
    always: bool
    """It is hidden whatever anybody says of it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A text as a node that holds no names keeps it."""

    text: str
    hidden: tuple[Stretch, ...]
    kept: tuple[Stretch, ...]
    """What looks like a name and was judged to be none."""
    words: tuple[str, ...]
    """The judged words that stand in the text, in order: what is kept beside it."""


def stretches(text: str, about: About) -> tuple[Stretch, ...]:
    """What is found in a text that means `about`, in order, without overlaps."""
    spans = find(text, about)
    if not spans:
        return ()
    each = spans_of_each(text, about)
    aged = {
        word
        for start, end, kind in each
        if kind == "name" and age_near(text, start, end)
        for word in _word.findall(text[start:end])
        if not word.islower()
    }
    return tuple(_stretch(text, span, each, aged) for span in spans)


def _stretch(text: str, span: tuple[int, int, str], each: Iterable[tuple[int, int, str]], aged: set[str]) -> Stretch:
    """Hidden always is what any other search touches too, and what has a word of a name with an age."""
    start, end, kind = span
    words = text[start:end]
    others = any(one != "name" for at, to, one in each if at < end and to > start)
    of_aged = not aged.isdisjoint(_word.findall(words))
    cannot = len(words) > LONGEST or ";" in words
    return Stretch(start, end, kind, words, others or of_aged or cannot or age_near(text, start, end))


def judged(text: str, about: About, nobody: Collection[str] = ()) -> Judged:
    """A text with what is suspected replaced by a bar, but for words that a person judged to be `nobody`.

    What is kept is looked at again until nothing more is found: the same again, with the words that were kept, stays.
    """
    found = stretches(text, about)
    if not found and not nobody:
        return Judged(text, (), (), ())
    said = sorted({words.strip() for words in nobody if 0 < len(words.strip()) <= LONGEST})[:MOST]
    kept: dict[tuple[int, int], Stretch] = {}
    hidden: dict[tuple[int, int], Stretch] = {}
    clean, come = text, list(found)
    places = _joined(place for words in said for place in _places(text, words))
    for _again in range(_PASSES):
        stay = [one for one in come if not one.always and _covered(one, places)]
        gone = [one for one in come if one not in stay]
        kept |= {(one.start, one.end): one for one in stay}
        hidden |= {(one.start, one.end): one for one in gone}
        if not gone:
            break
        clean, come = _with_bars(text, hidden, about)
    words = tuple(one for one in said if _places(clean, one))
    return Judged(clean, _in_order(hidden), _in_order(kept), words)


def _in_order(some: dict[tuple[int, int], Stretch]) -> tuple[Stretch, ...]:
    return tuple(some[place] for place in sorted(some))


def _with_bars(text: str, hidden: Collection[tuple[int, int]], about: About) -> tuple[str, list[Stretch]]:
    """The text with bars, and what is found in it then, where it stands in the text itself."""
    clean, at = "", 0
    shifts: list[tuple[int, int]] = [(0, 0)]
    for start, end in sorted(hidden):
        if end > at:
            clean += text[at : max(start, at)] + MASK
            at = end
            shifts.append((len(clean), end))
    clean += text[at:]

    def there(place: int) -> int:
        here, stood = next(shift for shift in reversed(shifts) if shift[0] <= place)
        return stood + place - here

    moved = [(one, there(one.start), there(one.end)) for one in stretches(clean, about)]
    return clean, [replace(one, start=start, end=end, words=text[start:end]) for one, start, end in moved]


def _places(text: str, words: str) -> list[tuple[int, int]]:
    """Where words stand whole in a text."""
    found, at = [], text.find(words)
    while at >= 0:
        end = at + len(words)
        inside = (at > 0 and text[at - 1].isalnum() and words[0].isalnum()) or (
            text[end : end + 1].isalnum() and words[-1].isalnum()
        )
        if not inside:
            found.append((at, end))
        at = text.find(words, at + 1)
    return found


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order, those that touch or overlap as one: a long text and many words make very many."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _covered(one: Stretch, joined: list[tuple[int, int]]) -> bool:
    at = bisect_right(joined, one.start, key=lambda place: place[0]) - 1
    return at >= 0 and joined[at][1] >= one.end


def certain(text: str, about: About, found: Iterable[Stretch]) -> frozenset[str]:
    """Of what was found in a text, the words that are a person beyond doubt."""
    heavy = [(start, end) for start, end, weight in weights(text, words_of(text)) if weight >= CERTAIN]
    return frozenset(
        one.words
        for one in found
        if one.always or (about == "free" and any(start < one.end and end > one.start for start, end in heavy))
    )
