"""Words of another language than the page's, between the marks of an isolated stretch (UAX #9)."""

from __future__ import annotations

from django.conf import settings

BEGIN, END = "\u2066", "\u2069"
"""Left-to-right isolate, and its end."""


def isolated(said: str) -> str:
    """English words between marks; what holds no letter stays as it is."""
    return f"{BEGIN}{said}{END}" if any(sign.isalpha() for sign in said) else said


def is_complete(language: str) -> bool:
    """Whether all pages are in this language."""
    return language.split("-")[0] in settings.LANGUAGES_COMPLETE


def in_language(words: dict[str, str], lang: str) -> str:
    """The words in `lang` («zh» serves «zh-hans»), else in English, else none: for files and programs."""
    return words.get(lang) or words.get(lang.split("-")[0]) or words.get("en", "")


def spoken(words: dict[str, str], lang: str) -> str:
    """The same for a page: English words stand isolated on one that is not complete."""
    own = words.get(lang) or words.get(lang.split("-")[0])
    if own:
        return own
    english = words.get("en", "")
    return english if is_complete(lang) else isolated(english)
