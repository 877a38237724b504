"""Where a text surely tells of somebody, less is asked of the others that it may tell of."""

from __future__ import annotations

from tidewaiter.privacy.reading import Reading, Run, is_capital
from tidewaiter.privacy.runs import ENOUGH
from tidewaiter.privacy.words import NAME, Case, Is
from tidewaiter.privacy.words_before import before

TOLD, _TOLD_ANYHOW = 0.6, 0.9
"""Weight from which a run is a person where another surely is one: a text that tells of one tells of more."""
_A_STORY, _SURELY = 12, 2.2


def where_people_are_told_of(reading: Reading) -> None:
    """Where somebody surely is named in a text of some length, less is asked of the others."""
    if len(reading.tokens) < _A_STORY or reading.loud:
        return
    if any(run.weight >= _SURELY and not run.barred for run in reading.runs):
        for run in reading.runs:
            if TOLD <= run.weight < ENOUGH and not run.barred and not _only_begins(reading, run):
                if run.weight >= _TOLD_ANYHOW or not _is_doubtful(reading, run):
                    run.weight = ENOUGH


def _is_doubtful(reading: Reading, run: Run) -> bool:
    """Whether a word in it is an office in letters, an initial with nothing beside it, or where something is."""
    words = reading.tokens[run.first : run.last]
    if any(token.word.flags & (Is.HEAD | Is.MAKE | Is.PLATE) for token in words) or before(reading, run.first) < 0:
        return True
    if _is_of_an_office(reading, run.first):
        return True
    longest = max(len(token.said) for token in words if is_capital(token))
    return longest < 4 or all(token.word.case in (Case.CAPITALS, Case.INITIAL) for token in words)


def _is_of_an_office(reading: Reading, first: int) -> bool:
    """Whether a post, an office or a place stands before it: «kituo cha Namanga», «posto de Foz»."""
    before_it = reading.tokens[max(0, first - 2) : first]
    return len(before_it) == 2 and before_it[1].said in _OF and bool(before_it[0].word.flags & Is.HEAD)


def _only_begins(reading: Reading, run: Run) -> bool:
    """Whether a single word is a day, a nation, or begins a sentence as any word may: «Considérant que»."""
    token = reading.tokens[run.first]
    behind = reading.tokens[run.last].said if run.last < len(reading.tokens) else ""
    if run.last - run.first > 1:
        return bool(token.word.flags & Is.PLATE) and not token.word.flags & NAME
    return bool(token.word.flags & (Is.ENDS | Is.NATION)) or (
        token.begins and not token.word.flags & NAME and behind in _NOT_BEHIND_A_PERSON
    )


_NOT_BEHIND_A_PERSON = frozenset(
    ("a", "que", "qu", "that", "con", "com", "avec", "and", "à", "au", "de", "da", "do", "en")
)
_OF = frozenset(("cha", "ya", "wa", "la", "kwa", "za", "de", "do", "da", "du", "des", "del", "di", "of", "в", "на"))
