"""Where somebody who was found comes again, by a part of the name, in another case, by initials."""

from __future__ import annotations

from tidewaiter.privacy.endings import polish_nominatives, without_ending
from tidewaiter.privacy.reading import Reading, Run, Span, Token, is_capital
from tidewaiter.privacy.runs import ENOUGH
from tidewaiter.privacy.words import NAME, Case, Is
from tidewaiter.privacy.words_before import before


def again(reading: Reading, found: list[Run]) -> list[Span]:
    """Where a found name, or a part of it, comes again."""
    tokens = reading.tokens
    parts = _parts(reading, found)
    joined_to = {
        (tokens[at - 1].said, tokens[at].word.folded)
        for run in found
        for at in range(run.first + 1, run.last)
        if tokens[at - 1].word.flags & (Is.PARTICLE | Is.ARTICLE) and is_capital(tokens[at - 1])
    }
    taken = {at for run in found for at in range(run.first, run.last)}
    spans: list[Span] = []
    for run in reading.runs if parts else ():
        if run.first in taken or run.weight >= ENOUGH:
            continue
        words = tokens[run.first : run.last]
        hits = [token for token in words if (_stems(token, polish=reading.polish) | _genitive(token)) & parts]
        if not hits or any(token.word.flags & Is.HEAD and token not in hits for token in words):
            continue
        ahead = before(reading, run.first)
        if ahead <= -2 or (run.barred and len(words) > 1 and len(hits) < len(words)):
            continue
        if ahead <= -1 and len(words) == 1 and words[0].word.flags & Is.PLACE and not _are_both(reading, run, parts):
            continue
        for token in hits:
            at = tokens.index(token, run.first)
            start = (
                tokens[at - 1].start if at and (tokens[at - 1].said, token.word.folded) in joined_to else token.start
            )
            spans.append((start, token.end, "name"))
    return spans + _exactly(reading, found)


def _parts(reading: Reading, found: list[Run]) -> set[str]:
    """The words of found names by which somebody is called again."""
    parts: set[str] = set()
    for run in found:
        for token in reading.tokens[run.first : run.last]:
            word = token.word
            if word.case == Case.INITIAL or word.flags & (Is.PARTICLE | Is.TITLE | Is.ROLE | Is.ENDS):
                continue
            if len(word.folded) < 3 and not (len(word.folded) == 2 and word.case == Case.CAPITAL):
                continue
            if (
                word.flags & Is.PLACE
                and not word.flags & NAME
                and run.last - run.first > 1
                and not _is_family(reading, run, token)
            ):
                continue
            parts |= _stems(token, polish=reading.polish)
    return parts


def _is_family(reading: Reading, run: Run, token: Token) -> bool:
    """Whether a place stands where the family name does: «Lamar Whitcombe»."""
    words = reading.tokens[run.first : run.last]
    return len(words) == 2 and words[1] is token and bool(words[0].word.flags & Is.GIVEN)


def _are_both(reading: Reading, run: Run, parts: set[str]) -> bool:
    """Whether «and» and another part stand behind («the motivation of Blackburn and Smith»), or «into» before."""
    ahead = reading.tokens[run.last : run.last + 2]
    both = len(ahead) == 2 and bool(ahead[0].word.flags & Is.JOINS) and ahead[1].word.folded in parts
    return both or (run.first > 1 and [token.said for token in reading.tokens[run.first - 2 : run.first]] in _INTO)


_INTO = (["investigation", "into"], ["inquiry", "into"], ["probe", "into"], ["messages", "from"], ["calls", "from"])
"""What stands before a person where a place is looked for: «an investigation into Hughes»."""


def _exactly(reading: Reading, found: list[Run]) -> list[Span]:
    """Where somebody comes again whose name is written as another word is: initials that stand for a name («RI»), a day
    of the week («Friday was nabbed»).
    """
    tokens = reading.tokens
    initials = {
        tokens[run.first].said
        for run in found
        if run.last - run.first == 1 and run.weight > 4 and tokens[run.first].word.case == Case.CAPITALS
    }
    days = {
        token.said
        for run in found
        if run.last - run.first > 1
        for token in tokens[run.first : run.last]
        if token.word.flags & Is.ENDS and token.word.flags & NAME and token.word.case != Case.SMALL
    }
    spans: list[Span] = []
    for at, token in enumerate(tokens if initials or days else ()):
        deed = at + 1 < len(tokens) and tokens[at + 1].word.flags & (Is.ACT_AFTER | Is.SPEECH)
        on = at and tokens[at - 1].word.flags & Is.PLACE_BEFORE
        if token.said in initials or (token.said in days and deed and not on):
            spans.append((token.start, token.end, "name"))
    return spans


def _stems(token: Token, *, polish: bool) -> set[str]:
    """A word, and in Cyrillic and in Polish its stem, by which its other cases are known."""
    folded = token.word.folded
    if "\u0400" <= token.said[:1] <= "\u04ff":
        return {folded, *without_ending(folded)[:1]}
    if polish and len(folded) > 4:
        return {folded, *polish_nominatives(folded)[:1], *(one for one in polish_nominatives(folded) if one[-1] == "a")}
    return {folded}


def _genitive(token: Token) -> set[str]:
    """A word without the «s» of German, Dutch and of families: «Brandts Pass», «los Galindos»."""
    folded = token.word.folded
    return {folded[:-1]} if folded[-1:] == "s" and len(folded) > 5 and token.word.case == Case.CAPITAL else set()
