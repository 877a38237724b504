"""Suspected personal data in a text: where it stands (privacy.masking replaces it where a node holds no names).

Persons by lists, roles and surroundings (`persons`, `caseless`), number plates (`plates`), documents
(`documents`), mails, telephones, dates of birth, cards and accounts (`contacts`). It is a net with
meshes: docs/decisions/0008 says which.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from tidewaiter.privacy.ages import age_behind
from tidewaiter.privacy.caseless import caseless_persons
from tidewaiter.privacy.contacts import contacts
from tidewaiter.privacy.documents import documents
from tidewaiter.privacy.persons import persons, persons_with_an_age
from tidewaiter.privacy.plain_signs import plain_signs
from tidewaiter.privacy.plates import plates
from tidewaiter.privacy.reading import words_of
from tidewaiter.privacy.words import Is

type Span = tuple[int, int, str]
About = Literal["free", "place", "office", "brand", "firm", "code"]
"""What a text means: `free` may say anything; in a name of a place, an office, a brand, a firm and in a code people are
not looked for but where an age stands beside them (DESIGN.md, rule 20)."""

_letters = re.compile(r"[^\W\d_]{2}")
LONGEST_REMEMBERED = 500
"""Signs of a text for which it is remembered what was found: a stranger's long texts would fill the memory."""


def find(text: str, about: About = "free") -> tuple[Span, ...]:
    """Where suspected personal data stands in a text that means `about`: (start,
    end, kind), in order, without overlaps.
    """
    return _remembered(text, about) if len(text) <= LONGEST_REMEMBERED else _apart(spans_of_each(text, about))


@lru_cache(maxsize=8192)
def _remembered(text: str, about: About) -> tuple[Span, ...]:
    return _apart(spans_of_each(text, about))


def spans_of_each(text: str, about: About) -> list[Span]:
    """What each search found by itself, in no order: two may have found the same, or overlap."""
    plain, places = plain_signs(text)
    spans = _spans_of_each(plain, about)
    if places is None:
        return spans
    return [(places[start], places[end - 1] + 1, kind) for start, end, kind in spans if end > start]


def _spans_of_each(text: str, about: About) -> list[Span]:
    digits = sum(map(str.isdigit, text))
    worded = _letters.search(text) is not None
    if not worded and digits < 5:
        return []  # what is no word and no long number, a short reference say, names nobody
    spans = contacts(text, digits, code=about == "code", worded=worded) if digits >= 4 or "@" in text else []
    if not worded:
        return spans + (documents(text, free=True, called=False) if about == "free" else [])
    free = about == "free"
    tokens = words_of(text)
    kinds = 0
    for token in tokens:
        kinds |= token.word.flags
    caseless = max(text) > "\u05ff"
    if digits >= 2 and (kinds & Is.PLATE or free or caseless):
        spans += plates(text, free=free, called=bool(kinds & Is.PLATE) or caseless)
    if digits >= 4 and (kinds & Is.PAPER or free or caseless):
        spans += documents(text, free=free, called=free or bool(kinds & Is.PAPER) or caseless)
    if free:
        spans += persons(text, tokens)
        spans += caseless_persons(text) if caseless else []
    elif digits >= 2:
        spans += persons_with_an_age(text, tokens)
        spans += [span for span in caseless_persons(text) if age_behind(text, span[1]) >= 2.4] if caseless else []
    return spans


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """In order and without overlaps: of two that overlap the first, or the longer of two that
    begin together, made longer by the other.
    """
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
        elif span[1] > kept[-1][1]:
            kept[-1] = (kept[-1][0], span[1], kept[-1][2])
    return tuple(kept)
