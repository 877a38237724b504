"""By what an entity is found: keys made of its names' sounds, of spellings that are one name, and of its numbers.

A key is a number of 64 bits. Of each name: the sound of every word; the consonants of every two words together, which
stay rare where each word alone is common; the groups of spellings of every word. Of each document, register and
address of a person: itself. Who looks for a name asks for the keys that few have (`RARE`); a key that many have ties
nobody to anybody («too common», PEERS.md §1, 11 and 12).
With a year of birth every two words are a key of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from tidewaiter.registry.names.companies import read_firm, read_vessel
from tidewaiter.registry.names.persons import read_person
from tidewaiter.registry.names.word import Word
from tidewaiter.registry.vocabulary import NAMES, NUMBERS

RARE = 1_000
"""Entities that may have a key which is looked for."""
VALUE_RARE = 20
"""Entities that may share a number, a telephone or a mail address before it ties nobody any more."""
MOST_WORDS, MOST_GROUPS = 5, 8
VALUES = (*NUMBERS, "phone", "email")


@lru_cache(maxsize=50_000)
def key_of(kind: str, said: str) -> int:
    """The key of a text of a kind."""
    return int.from_bytes(hashlib.blake2b(f"{kind}|{said}".encode(), digest_size=8).digest(), "big", signed=True)


def keys_of_name(kind: str, name: str) -> set[int]:
    """The keys of a name."""
    if kind == "person":
        ways: tuple[tuple[Word, ...], ...] = read_person(name)
    else:
        firm = read_firm(name if kind == "company" else read_vessel(name))
        ways = (firm.words,)
        if not firm.words:
            return {key_of("t", "+".join(sorted(firm.trades)))}
    found: set[int] = set()
    for words in ways:
        found |= _of_words(words[:MOST_WORDS])
    return found


def _of_words(words: tuple[Word, ...]) -> set[int]:
    found = set()
    for word in words:
        if len(word.sound) > 1:
            found.add(key_of("w", word.sound))
        found.update(key_of("g", group) for group in sorted(word.groups, key=lambda one: (len(one), one))[:MOST_GROUPS])
    for one, other in combinations(words, 2):
        first, second = sorted((one.bones or one.sound[:1], other.bones or other.sound[:1]))
        if len(first) + len(second) > 2:
            found.add(key_of("b", f"{first}+{second}"))
        if one.sound and other.sound and (len(one.latin) == 1 or len(other.latin) == 1):
            found.add(key_of("i", "+".join(sorted((one.sound, other.sound)))))
    return found


def keys_of_birth(name: str, year: str) -> set[int]:
    """Every two words of a person's name with the year of birth: what tells namesakes apart."""
    found = set()
    for words in read_person(name)[:1]:
        for one, other in combinations(words[:MOST_WORDS], 2):
            pair = "+".join(sorted((one.bones or one.sound[:1], other.bones or other.sound[:1])))
            found.add(key_of("y", f"{pair}+{year}"))
    return found


def keys_of_value(prop: str, value: str) -> set[int]:
    """The key of a document, a number of a register, a telephone, a mail address: whatever property calls it so."""
    if prop in NUMBERS:
        bare = "".join(sign for sign in value.upper() if sign.isalnum())
        return {key_of("n", bare)} if len(bare) > 4 else set()
    return {key_of(prop, value)} if prop in ("phone", "email") else set()


def keys_of(kind: str, statements: Iterable[tuple[str, str]]) -> set[int]:
    """All keys of an entity of which this is said."""
    found: set[int] = set()
    said = list(statements)
    years = {value[:4] for prop, value in said if prop == "birthDate" and value[:4].isdigit()}
    for prop, value in said:
        if prop in NAMES:
            found |= keys_of_name(kind, value)
            found.update(key for year in years for key in keys_of_birth(value, year))
        elif prop in VALUES:
            found |= keys_of_value(prop, value)
    return found
