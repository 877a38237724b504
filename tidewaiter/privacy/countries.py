"""Names of countries, as lists and templates write them: «KE Kenya», «St. Lucia». Half of them are somebody's name too.

A name of one word alone («Chad», «Jordan») is left to its surroundings: only what no person is called is taken here.
"""

from __future__ import annotations

import csv
from functools import lru_cache

from django.conf import settings

_LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh", "sw", "id")
_LONGEST = 80
_SAINT = ("St. ", "St ", "Saint ")


@lru_cache(maxsize=1)
def _countries() -> dict[str, frozenset[str]]:
    """By name, without case, the codes of the countries that are called so."""
    found: dict[str, set[str]] = {}
    with (settings.CODES_FOLDER / "country.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (*(row[lang] for lang in _LANGUAGES), *row["alt"].split("|")):
                if name:
                    found.setdefault(name.casefold(), set()).update((row["code"], row["alpha3"]))
    return {name: frozenset(codes) for name, codes in found.items()}


def is_country(text: str, start: int, end: int) -> bool:
    """Whether these signs of a text are a country behind its own code, or one whose name has several words."""
    if end - start > _LONGEST:
        return False
    said = text[start:end]
    code, _, rest = said.partition(" ")
    named = rest.strip("–—-:,( ")
    if code in _countries().get(named.casefold(), ()):
        return True
    before = next((saint for saint in _SAINT if text[:start].endswith(saint)), "")
    whole = (before + said).casefold()
    return " " in whole and whole in _countries()
