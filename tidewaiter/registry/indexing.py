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
VALUE = 2
_CLASS = {"w": 0, "g": 0, "t": 0, "b": 1, "y": 1, "i": 1, "d": 1, "j": 1, "n": VALUE, "phone": VALUE, "email": VALUE}
"""0: of one word; 1: of two words, or of a word and a birth; 2: a number or an address. What ties two records to be
compared as doubles is 1 and 2 alone."""
VALUES = (*NUMBERS, "phone", "email")


@lru_cache(maxsize=50_000)
def key_of(kind: str, said: str) -> int:
    """The key of a text of a kind. Its lowest three bits tell what it is: see `_CLASS`."""
    number = int.from_bytes(hashlib.blake2b(f"{kind}|{said}".encode(), digest_size=8).digest(), "big", signed=True)
    return (number & ~7) | _CLASS[kind]


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
    if 1 < sum(len(word.latin) for word in words) <= 60:
        found.add(key_of("j", "".join(word.latin for word in words)))
    for one, other in combinations(words, 2):
        first, second = sorted((one.bones or one.sound[:1], other.bones or other.sound[:1]))
        if len(first) + len(second) > 2:
            found.add(key_of("b", f"{first}+{second}"))
        for whole, short in ((one, other), (other, one)):
            if len(whole.sound) > 1 and short.sound:
                found.add(key_of("i", f"{whole.sound}+{short.sound[0]}"))
    return found


def keys_of_birth(name: str, birth: str) -> set[int]:
    """Every two words of a person's name with the year of birth (ISO, as precise as it is), and every word with its
    day: what tells namesakes apart, and finds one whose other words are mistyped.
    """
    found = set()
    for words in read_person(name)[:1]:
        for one, other in combinations(words[:MOST_WORDS], 2):
            pair = "+".join(sorted((one.bones or one.sound[:1], other.bones or other.sound[:1])))
            found.add(key_of("y", f"{pair}+{birth[:4]}"))
        if len(birth) == 10:
            found.update(key_of("d", f"{word.sound}+{birth}") for word in words[:MOST_WORDS] if len(word.sound) > 1)
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
    births = {value for prop, value in said if prop == "birthDate" and value[:4].isdigit()}
    for prop, value in said:
        if prop in NAMES:
            found |= keys_of_name(kind, value)
            found.update(key for birth in births for key in keys_of_birth(value, birth))
        elif prop in VALUES:
            found |= keys_of_value(prop, value)
    return found
