"""Traditional signs of names as simplified ones, family names of two signs, Korean family names as they are spelled."""

from __future__ import annotations

from functools import cache

from tidewaiter.registry.names.words import name_words


@cache
def _simplified() -> dict[int, str]:
    signs = "".join(str(name_words()["persons"]["traditional"]).split())
    return {ord(old): new for old, new in zip(signs[::2], signs[1::2], strict=True)}


@cache
def korean_families() -> dict[str, frozenset[str]]:
    """By the sign of a Korean family name, its spellings in Latin letters."""
    return {sign: frozenset(str(spellings).split()) for sign, spellings in name_words()["korean"].items()}


def simplified(word: str) -> str:
    """A word with the traditional signs that are frequent in names of people and firms written as simplified ones."""
    return word.translate(_simplified())
