"""Persons in scripts with capitals: runs of capitalised words, weighed by lists and by what stands around them.

A run is weighed word by word (a known name, an unknown word, an everyday word, a place) and by its
surroundings: titles, roles, «named», deeds done to or by it, an age behind it, an article, a preposition of
place or a ship before it. What has been found once is hidden wherever it or a part of it comes again; what
stands in a list with a person is one too.
"""

from __future__ import annotations

import re

from tidewaiter.privacy.ages import age_behind
from tidewaiter.privacy.clauses import by_shape
from tidewaiter.privacy.coming_again import again
from tidewaiter.privacy.countries import is_country
from tidewaiter.privacy.layouts import around, by_layout
from tidewaiter.privacy.neighbours import with_neighbours
from tidewaiter.privacy.nicknames import in_small_letters, nicknames
from tidewaiter.privacy.polish import decline, is_polish
from tidewaiter.privacy.reading import Reading, Span, Token, let_small_words_be_of_one_language, mark_sentences
from tidewaiter.privacy.runs import ENOUGH, is_loud, read_runs, unknown_in
from tidewaiter.privacy.told_of import where_people_are_told_of
from tidewaiter.privacy.words import NAME, Case

_family_and_initials = re.compile(r"(?<!\w)[А-ЯЁ][а-яё]{2,30}(?:-[А-ЯЁ][а-яё]{2,30})? [А-ЯЁ]\. ?[А-ЯЁ]\.")
"""As Russian papers write people («Ахмедов Р.Г.»), and hardly anything else."""


def persons(text: str, tokens: list[Token]) -> list[Span]:
    """Where persons are named in a free text of these words."""
    if len(tokens) < 2 or not any(token.word.case != Case.SMALL or token.word.flags & NAME for token in tokens):
        return []
    reading = _read(text, tokens)
    found = [run for run in reading.runs if run.weight >= ENOUGH]
    spans = [(tokens[run.first].start, tokens[run.last - 1].end, "name") for run in found]
    spans += nicknames(reading, found)
    spans += around(reading, found)
    spans += by_shape(reading, found)
    spans += again(reading, found)
    if text.count(".") > 1:
        spans += [(*hit.span(), "name") for hit in _family_and_initials.finditer(text)]
    spans += in_small_letters(tokens, text)
    return [span for span in spans if not is_country(text, span[0], span[1])]


def _read(text: str, tokens: list[Token]) -> Reading:
    mark_sentences(text, tokens)
    let_small_words_be_of_one_language(tokens)
    reading = Reading(text, tokens, unknown_in(text, tokens), is_loud(tokens), is_polish(text))
    if reading.polish:
        decline(tokens)
    read_runs(reading)
    by_layout(reading)
    where_people_are_told_of(reading)
    with_neighbours(reading)
    return reading


def weights(text: str, tokens: list[Token]) -> list[tuple[int, int, float]]:
    """What each run of capitalised words of a free text weighs: (start, end, weight)."""
    reading = _read(text, tokens)
    return [(tokens[run.first].start, tokens[run.last - 1].end, run.weight) for run in reading.runs]


def persons_with_an_age(text: str, tokens: list[Token]) -> list[Span]:
    """Where a person with an age is named in what means a place, an office, a brand, a firm or a code."""
    mark_sentences(text, tokens)
    reading = Reading(text, tokens, 0.2)
    read_runs(reading)
    return [
        (tokens[run.first].start, tokens[run.last - 1].end, "name")
        for run in reading.runs
        if not run.barred
        and run.last - run.first >= 2
        and age_behind(text, tokens[run.last - 1].end) >= 2.4
        and any(token.word.flags & NAME for token in tokens[run.first : run.last])
        and run.weight >= ENOUGH
    ]
