"""What is found by what was found: neighbours in a list, parts of a name that come
again, nicknames, names in small letters.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tidewaiter.privacy.endings import without_ending
from tidewaiter.privacy.reading import Reading, Run, Span, Token, joined
from tidewaiter.privacy.runs import ENOUGH
from tidewaiter.privacy.surroundings import before
from tidewaiter.privacy.words import NAME, Case, Is

_LIKELY = 0.9
"""Weight from which a run is one where its neighbour in a list is."""


_NEAR_MASK = Is.TITLE | Is.ROLE | Is.NAMED | Is.NATION


_list_gap = re.compile(r"[,;、]?\s?|,?\s?[(\[][^()\[\]\n]{0,60}[)\]],?;?\s?|,\s?\d{1,2}(?:\s\w{2,5})?,?;?\s?")


def with_neighbours(reading: Reading) -> None:
    """In «A, B and C» what stands beside a person is one; three of two words and more each are persons together."""
    runs = reading.runs
    listed = [False] + [_listed(reading, left, right) for left, right in pairwise(runs)]
    _chains(runs, listed)
    for order in (range(1, len(runs)), range(len(runs) - 1, 0, -1)):
        for at in order:
            if not listed[at]:
                continue
            for known, other in ((runs[at - 1], runs[at]), (runs[at], runs[at - 1])):
                least = _LIKELY - (0.5 if _both_whole(known, other) else 0.0)
                if known.weight >= ENOUGH > other.weight >= least and not other.barred:
                    other.weight = ENOUGH


def _chains(runs: list[Run], listed: list[bool]) -> None:
    at = 0
    while at < len(runs):
        last = at + 1
        while last < len(runs) and listed[last]:
            last += 1
        chain = runs[at:last]
        if len(chain) > 1 and all(
            not run.barred and run.last - run.first in (2, 3, 4) and run.weight >= 0.9 for run in chain
        ):
            for run in chain:
                run.weight += 0.8 if len(chain) > 2 else 0.3
        at = last


def _both_whole(known: Run, other: Run) -> bool:
    return known.last - known.first > 1 and other.last - other.first > 1


def _listed(reading: Reading, left: Run, right: Run) -> bool:
    tokens = reading.tokens
    gap = reading.text[tokens[left.last - 1].end : tokens[right.first].start]
    between = tokens[left.last : right.first]
    if len(gap) > 90 or "\n\n" in gap or ". " in gap:
        return False
    if len(between) <= 2 and between and between[-1].word.flags & Is.JOINS:
        return len(between) == 1 or bool(between[0].word.flags & _NEAR_MASK)
    if not between:
        return bool(_list_gap.fullmatch(gap)) and gap.strip() != ""
    return bool(re.match(r"\s?[(\[]|,\s\d", gap)) and len(between) <= 6 and gap.rstrip()[-1:] in "),;" + "dyeuian"


_nickname = re.compile(
    r"(?i:\b(?:alias(?:es)?|aka|a\.k\.a\.?|a/k/a|vulgo|apodad[oa]|apelidad[oa]|surnommée?|dite?|detto|"
    r"detta|soprannominat[oa]|nicknamed|bijgenaamd|pseudonim|genannt|по прозвищу|maarufu kama))"
    r",?\s{1,2}(?:como |as |de |le |la )?(?:[«“\"„'‘]\s?([^«»“”\"„'’\n]{2,40}?)\s?[»”\"'’]|((?:[Ee]l|"
    r"[Ll]a|[Ll]e|[Oo]s?|[Ll]os|[Tt]he|[Ll]o)\s[A-ZÀ-Þ][^\W\d_]+(?:\s[A-ZÀ-Þ][^\W\d_]+)?)|"
    r"([A-ZÀ-ÞА-Я][^\W\d_]+))"
)


def nicknames(reading: Reading) -> list[Span]:
    """What stands in marks, or behind an article, after «alias» and its like."""
    return [(*hit.span(hit.lastindex or 0), "name") for hit in _nickname.finditer(reading.text)]


def again(reading: Reading, found: list[Run]) -> list[Span]:
    """Where a found name, or a part of it, comes again."""
    tokens = reading.tokens
    parts: set[str] = set()
    for run in found:
        for token in tokens[run.first : run.last]:
            word = token.word
            if (
                len(word.folded) < 3
                or word.case == Case.INITIAL
                or word.flags & (Is.PARTICLE | Is.TITLE | Is.ROLE | Is.ENDS)
            ):
                continue
            if word.flags & Is.PLACE and not word.flags & NAME and run.last - run.first > 1:
                continue
            parts |= _stems(token)
    taken = {at for run in found for at in range(run.first, run.last)}
    spans: list[Span] = []
    for run in reading.runs if parts else ():
        if run.first in taken or run.weight >= ENOUGH:
            continue
        words = tokens[run.first : run.last]
        hits = [token for token in words if _stems(token) & parts]
        if not hits or any(token.word.flags & Is.HEAD and token not in hits for token in words):
            continue
        ahead = before(reading, run.first)
        if ahead <= -2 or (run.barred and len(words) > 1 and len(hits) < len(words)):
            continue
        if ahead <= -1 and len(words) == 1 and words[0].word.flags & Is.PLACE:
            continue
        spans += [(token.start, token.end, "name") for token in hits]
    return spans


def _stems(token: Token) -> set[str]:
    """A word, and in Cyrillic its stem, by which its other cases are known."""
    folded = token.word.folded
    if "\u0400" <= token.said[:1] <= "\u04ff":
        return {folded, *without_ending(folded)[:1]}
    return {folded}


def in_small_letters(tokens: list[Token], text: str) -> list[Span]:
    """Two known names and more in small letters, side by side."""
    spans: list[Span] = []
    at = 0
    while at < len(tokens):
        last = at
        strong = 0
        while (
            last < len(tokens)
            and tokens[last].word.case == Case.SMALL
            and (last == at or joined(text, tokens[last - 1], tokens[last]))
        ):
            flags = tokens[last].word.flags
            if flags & NAME and not flags & (
                Is.ENDS | Is.ORDINARY | Is.PLACE | Is.PARTICLE | Is.ROLE | Is.HEAD | Is.ACT_AFTER | Is.PLACE_BEFORE
            ):
                strong += not flags & Is.WEAK
            else:
                break
            last += 1
        if last - at >= 2 and strong >= 2 and tokens[at].word.flags & Is.GIVEN:
            spans.append((tokens[at].start, tokens[last - 1].end, "name"))
        at = max(last, at + 1)
    return spans
