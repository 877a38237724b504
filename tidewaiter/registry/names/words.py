"""Words that stand in names without being one, and words that are one in many languages:
codes/name_words.toml, codes/nicknames.txt.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

from django.conf import settings

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.registry.names.sounds import latin


@cache
def name_words() -> dict[str, dict[str, Any]]:
    """The tables of codes/name_words.toml."""
    made: dict[str, dict[str, Any]] = read_toml((settings.CODES_FOLDER / "name_words.toml").read_text(encoding="utf-8"))
    return made


@cache
def words_of(name: str, table: str = "persons") -> frozenset[str]:
    """One list of words of a table."""
    return frozenset(str(name_words()[table][name]).split())


@cache
def _patronymics() -> tuple[str, ...]:
    return tuple(words_of("patronymics"))


@cache
def nicknames() -> dict[str, frozenset[int]]:
    """By the Latin letters of a given name, the lines in which it or a short form of it stands."""
    found: dict[str, set[int]] = defaultdict(set)
    with (settings.CODES_FOLDER / "nicknames.txt").open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if not line.startswith("#"):
                for word in line.split():
                    found[latin(word)].add(number)
    return {word: frozenset(lines) for word, lines in found.items()}


def nickname_lines(letters: str) -> frozenset[int]:
    """The lines of a name, none where it has no short forms."""
    return nicknames().get(letters, frozenset())


def is_patronymic(letters: str) -> bool:
    """Whether a word is made of the father's name: it tells brothers from strangers, and is often left out."""
    return len(letters) > 6 and letters.endswith(_patronymics())
