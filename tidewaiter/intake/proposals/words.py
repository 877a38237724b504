"""Words of heads and cells as agencies write them (`forms/words.toml`), made comparable."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.text import fold

_camel = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")
_dotted = re.compile(r"\b(?:\w\.){2,}\w?\b\.?|\b(?:\w/){1,}\w\b|\b\w\.\w+\b")


@lru_cache(maxsize=1)
def shipped_words() -> dict[str, Any]:
    """The words that are shipped, as they stand in the file."""
    return read_toml((Path(settings.FORMS_FOLDER) / "words.toml").read_text())


@lru_cache(maxsize=1)
def _little() -> frozenset[str]:
    return frozenset(fold(word) for word in shipped_words()["little"]["words"])


@lru_cache(maxsize=1)
def _long() -> dict[str, tuple[str, ...]]:
    return {short: tuple(fold(long).split()) for short, long in shipped_words()["abbreviations"].items()}


def _spelt(text: str) -> str:
    """A head with its signs as words: «N°», «№», «C.O.O.», «fecha_hecho», «DrugName»."""
    said = (
        re.sub(r"\bNa\.", " number ", text)
        .replace("№", " number ")
        .replace("#", " number ")
        .replace("_", " ")
        .replace("%", " percent ")
    )
    said = _camel.sub(" ", re.sub(r"\b([NnQq])[º°o]\b|\b[Nn]r?o?[º°.](?=\s|$)", " number ", said))
    said = _dotted.sub(lambda hit: re.sub(r"[./]", "", hit[0]), said)
    return said.replace("º", " ").replace("°", " ")


@lru_cache(maxsize=16384)
def words_of_head(text: str) -> tuple[str, ...]:
    """The words of a head in plain letters, short forms written out, little words left out."""
    found: list[str] = []
    for word in fold(_spelt(text)).split():
        found += _long().get(word, (word,))
    kept = [word for word in found if word not in _little()]
    return tuple(dict.fromkeys(kept or found))


def is_total(text: str) -> bool:
    """Whether a cell says that its row is a sum of others."""
    return fold(text) in _totals()


@lru_cache(maxsize=1)
def _totals() -> frozenset[str]:
    return frozenset(fold(text) for text in shipped_words()["totals"]["cells"])


def says_fiscal_year(head: str) -> bool:
    """Whether a head says that its years are fiscal ones."""
    words = set(words_of_head(head))
    return any(set(words_of_head(said)) <= words for said in shipped_words()["header"]["fiscal_year"])


def says_subdivision(head: str) -> bool:
    """Whether a head names a part of a country: «DEPARTAMENTO», «UF», «State»."""
    return words_of_head(head) in _subdivisions()


@lru_cache(maxsize=1)
def _subdivisions() -> frozenset[tuple[str, ...]]:
    return frozenset(words_of_head(said) for said in shipped_words()["subdivision"]["heads"])
