"""Names made comparable beyond accents and case: what a list's label and a stranger's word must agree in."""

from __future__ import annotations

import re
import unicodedata

from tidewaiter.foundation.text import fold

_SHORT = {
    "rep": "republic",
    "republica": "republic",
    "republique": "republic",
    "republik": "republic",
    "repub": "republic",
    "repl": "republic",
    "dem": "democratic",
    "democratique": "democratic",
    "democratica": "democratic",
    "demokratische": "democratic",
    "dr": "democratic",
    "isds": "island",
    "isd": "island",
    "isl": "island",
    "is": "island",
    "islands": "island",
    "isle": "island",
    "isles": "island",
    "iles": "island",
    "ile": "island",
    "islas": "island",
    "isla": "island",
    "ilhas": "island",
    "ilha": "island",
    "inseln": "island",
    "st": "saint",
    "ste": "saint",
    "sainte": "saint",
    "terr": "territory",
    "territories": "territory",
    "territoire": "territory",
    "fed": "federal",
    "federated": "federal",
    "federation": "federal",
    "sts": "state",
    "states": "state",
    "peoples": "people",
    "s": "south",
    "n": "north",
    "br": "british",
    "fr": "french",
    "neth": "netherlands",
    "fmr": "former",
    "utd": "united",
    "un": "united",
    "plur": "plurinational",
    "afr": "africa",
    "eq": "equatorial",
    "isle of": "island",
}
_LITTLE = frozenset(
    {
        "the",
        "of",
        "and",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "del",
        "da",
        "do",
        "dos",
        "et",
        "y",
        "e",
        "und",
        "d",
        "l",
        "el",
        "o",
        "i",
    }
)


def country_key(text: str) -> str:
    """What two spellings of a country's name have in common: its words, long, in order of the alphabet.

    «Congo, Dem. Rep.» and «Dem. Rep. of the Congo» have one key; a name of one word alone
    has none, for it is found as it stands.
    """
    words = {_SHORT.get(word, word) for word in fold(text).split()} - _LITTLE
    return " ".join(sorted(words)) if len(words) > 1 else ""


def sign_key(text: str) -> str:
    """A label as it is written, case and outer spaces aside: «kg», «R$», «٪»."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def plain_sign(text: str) -> str:
    """The same of a country's name, points and hyphens aside: «St. Martin», «Saint-Martin»."""
    return " ".join(sign_key(text).replace(".", " ").replace("-", " ").split()) or sign_key(text)


def is_sign(text: str) -> bool:
    """Whether a label is a sign of money, whose letters alone say nothing: «R$», «₹»."""
    if text.isascii():  # nearly every label is, and of its signs one is of money
        return "$" in text
    return any(unicodedata.category(sign) == "Sc" for sign in text)


_doubt = re.compile(r"[?？؟¿]")
_han = re.compile(r"[\u3400-\u9fff]")


def without_doubt(text: str) -> str:
    """A text without the question mark by which its writer doubts it, «Mexico?»,
    «Mexico (?)»; nothing where none does.
    """
    bare = _doubt.sub(" ", text)
    return bare.strip(" \t()[]（）") if bare != text else ""


def has_han(text: str) -> bool:
    """Whether a text has Chinese signs: many are read alike, so that their sound alone tells nothing («瓶», «坪»)."""
    return _han.search(text) is not None


def same_signs(text: str, label: str) -> bool:
    """Whether two Chinese texts of one sound are one word in another spelling: as
    long, and in part of the same signs.
    """
    one, other = sign_key(text).replace(" ", ""), sign_key(label).replace(" ", "")
    return len(one) == len(other) > 1 and any(a == b and _han.match(a) for a, b in zip(one, other, strict=True))


_beside = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_parts = re.compile(r"\s*(?:[,;/|+&]|\s-\s|\band\b|\bet\b|\by\b|\bund\b|\bи\b|\bou\b|\bor\b)\s*", re.IGNORECASE)


def without_note(text: str) -> str:
    """A name without what stands in brackets at its end; nothing where nothing does."""
    bare = _beside.sub("", text).strip()
    return bare if bare != text.strip() else ""


def parts_of_names(text: str) -> list[str]:
    """The names that a text may list: «Vietnam, China», «KE/UG»."""
    found = [part.strip() for part in _parts.split(text)]
    return [part for part in found if part] if 1 < len(found) <= 6 else []
