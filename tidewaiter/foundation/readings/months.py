"""Names of months and weekdays: of CLDR (through Babel) for the nine languages and German, and short forms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from babel import Locale

from tidewaiter.foundation.readings.reading import words_of

LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh", "sw", "id", "de")
_LEVANT = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
"""Months as the Levant and Iraq name them (CLDR `ar_SY`)."""
_MAGHREB = ("جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
"""Months as Algeria and Tunisia name them (CLDR `ar_DZ`)."""
_SHORT = {
    "sept": 9,
    "set": 9,
    "setem": 9,
    "sep": 9,
    "fevr": 2,
    "fev": 2,
    "janv": 1,
    "juil": 7,
    "jui": 7,
    "avr": 4,
    "aou": 8,
    "marz": 3,
    "maerz": 3,
    "mrz": 3,
    "jaenner": 1,
    "janner": 1,
    "setiembre": 9,
    "agst": 8,
    "agt": 8,
    "nop": 11,
    "pebruari": 2,
    "okt": 10,
    "des": 12,
    "янв": 1,
    "фев": 2,
    "мар": 3,
    "апр": 4,
    "июн": 6,
    "июл": 7,
    "авг": 8,
    "сен": 9,
    "сент": 9,
    "окт": 10,
    "ноя": 11,
    "дек": 12,
    "mart": 3,
}
_FILLERS = words_of(
    "de del of the of. le den der am yr year г г. года год в. st nd rd th er o a d' tahun mwaka سنة عام"
)


def plain_word(word: str) -> str:
    """A word in small letters without accents and points, in its own script."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare).strip(" .,-'’")


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """The number of each month by its plain name; a name that means two months in two languages is left out."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    found.setdefault(plain_word(name), set()).add(number)
    for names in (_LEVANT, _MAGHREB):
        for number, name in enumerate(names, 1):
            found.setdefault(plain_word(name), set()).add(number)
    for name, number in _SHORT.items():
        found.setdefault(name, set()).add(number)
    return {
        name: next(iter(numbers))
        for name, numbers in found.items()
        if name and len(numbers) == 1 and not name.isdigit()
    }


@lru_cache(maxsize=1)
def day_names() -> dict[str, frozenset[int]]:
    """Plain names of weekdays, which a date may carry and need not: the days that each may mean, Monday as 0."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        days = Locale.parse(language).days
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in days[context][width].items():
                    found.setdefault(plain_word(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items() if name not in month_names()}


def weekdays_in(text: str) -> list[frozenset[int]]:
    """The weekdays that each name of one in a text may mean, Monday as 0."""
    named = (day_names().get(plain_word(word)) for word in re.findall(r"[^\W\d_]+", plain_word(text)))
    return [days for days in named if days is not None]


@lru_cache(maxsize=1)
def _long_names() -> re.Pattern[str]:
    """Names of several words."""
    names = sorted((name for name in month_names() if " " in name), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def with_month_numbers(text: str) -> tuple[str, bool]:
    """`text` in plain words, the name of a month replaced by `m` and its number («13 m1 2024»), weekdays and little
    words («de», «года») left out; and whether a month was named. A text with another word is given back as it is.
    """
    said = _long_names().sub(lambda hit: f" m{month_names()[hit[0]]} ", plain_word(text))
    out, named = [], False
    for word in re.findall(r"[0-9]+|m[0-9]+|[^\W\d_]+\.?|[^\w\s]", re.sub(r"\bm([0-9]+)\b", r" ⟨\1⟩ ", said)):
        bare = plain_word(word)
        if bare in month_names():
            out.append(f"m{month_names()[bare]}")
            named = True
        elif bare[:1].isalpha():
            if bare not in _FILLERS and bare not in day_names():
                return text, False
        elif word[:1].isdigit() or word in "⟨⟩":
            out.append(word)
    joined = re.sub(r"⟨ (\d+) ⟩", r"m\1", " ".join(out))
    return joined, named or "m" in joined
