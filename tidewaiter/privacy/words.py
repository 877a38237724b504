"""What is known of a word when people are looked for: names, titles, roles, deeds, head words, places, everyday words.

From codes/person_names.txt.gz (tools/build_names.py) and codes/person_words.toml; both
are read once, at the first question.
"""

from __future__ import annotations

import gzip
import re
import tomllib
from functools import cache, lru_cache
from typing import Final, NamedTuple

from django.conf import settings

from tidewaiter.foundation.text import fold
from tidewaiter.privacy.endings import without_ending


class Is:
    """What a word may be; plain numbers, for enumerations are slow to combine and this is asked of every word."""

    GIVEN: Final = 1
    FAMILY: Final = 2
    WEAK: Final = 4
    """A name that is as often an everyday word or a place."""
    ORDINARY: Final = 8
    PLACE: Final = 16
    TITLE: Final = 32
    ROLE: Final = 64
    NAMED: Final = 128
    ACT_BEFORE: Final = 256
    ACT_AFTER: Final = 512
    HEAD: Final = 1024
    VESSEL: Final = 2048
    ENDS: Final = 4096
    PARTICLE: Final = 8192
    NATION: Final = 16384
    ARTICLE: Final = 32768
    MAKE: Final = 65536
    AS: Final = 131072
    BY: Final = 262144
    PLACE_BEFORE: Final = 524288
    JOINS: Final = 1048576
    SPEECH: Final = 2097152
    PLATE: Final = 4194304
    """A plate, a vehicle: `privacy.plates` has a look."""
    SOURCE: Final = 16777216
    PAPER: Final = 8388608
    """A document: `privacy.documents` has a look."""
    TALKS: Final = 33554432
    """A talk or a meeting, that goes on to whom with «with»."""
    GIVES: Final = 67108864
    """A deed that goes on to whom with «a», «à»."""


class Case:
    """How a word is written."""

    SMALL: Final = 0
    CAPITAL: Final = 1
    CAPITALS: Final = 2
    INITIAL: Final = 3
    CASELESS: Final = 4


class Word(NamedTuple):
    """A word as it is looked up."""

    folded: str
    case: int
    flags: int


NAME = Is.GIVEN | Is.FAMILY
_LISTS = {
    "titles": Is.TITLE,
    "roles": Is.ROLE,
    "named": Is.NAMED,
    "as_words": Is.AS,
    "acts_before": Is.ACT_BEFORE,
    "by_words": Is.BY,
    "sources": Is.SOURCE,
    "acts_after": Is.ACT_AFTER,
    "heads": Is.HEAD,
    "vessels": Is.VESSEL,
    "places_before": Is.PLACE_BEFORE,
    "articles": Is.ARTICLE,
    "ends": Is.ENDS,
    "speech": Is.SPEECH,
    "plate_words": Is.PLATE,
    "paper_words": Is.PAPER,
    "particles": Is.PARTICLE,
    "joins": Is.JOINS,
    "nations": Is.NATION,
    "makes": Is.MAKE,
    "talks": Is.TALKS,
    "gives": Is.GIVES,
    "pet_names": Is.GIVEN,
}
_FLAGS = {"G": Is.GIVEN, "F": Is.FAMILY, "w": Is.WEAK, "o": Is.ORDINARY, "p": Is.PLACE}
_short_offices = re.compile(
    r"onu|nato|ue|eu|usa|uk|uae|cites|ofac|dea|fbi|cbp|hsi|atf|nca|fiod|kra|kws|ndlea|efcc|dian|sunat|pdi|dnii|gnr|psp|"
    r"pf|rfb|afip|dpr|dprd|dpd|dpp|kpk|mpr|mk|bnn|ntt|ntb|diy|dki"
)
"""Offices that are written in capitals."""
_former = re.compile(r"ex|vice|sub(?=[a-z]{5})|co(?=[a-z]{6})")
"""Before a role: «exconcejal», «ex-vereador»."""
_SHORT_GIVEN = frozenset(("Zé", "Tó", "Né", "Jô"))
"""Given names that are small words of other languages without their accent."""
_LONGEST = 40
"""Signs of a word that is remembered; a longer one is hardly a name."""
_cyrillic = re.compile(r"[а-яёА-ЯЁіїєґІЇЄҐ]")


class Lexicon(NamedTuple):
    """All that is known: flags by folded word, and runs of words that look like a person and are none."""

    flags: dict[str, int]
    looks: frozenset[str]
    latin: dict[str, int]
    """Flags that a list gives a word in Latin letters alone: «timur» is the east, «Тимур» somebody."""


@cache
def lexicon() -> Lexicon:
    """Reads the two files."""
    flags: dict[str, int] = {}
    looks: set[str] = set()
    with gzip.open(settings.CODES_FOLDER / "person_names.txt.gz", "rt", encoding="utf-8") as file:
        of_signs = {"=": 0}
        for line in file:
            name, _, signs = line.rstrip("\n").rpartition("\t")
            if signs == "=":
                looks.add(name)
                continue
            known = of_signs.get(signs)
            if known is None:
                known = of_signs[signs] = sum(_FLAGS[sign] for sign in signs)
            flags[name] = known
    lists, latin, cyrillic = _word_lists(), dict[str, int](), dict[str, int]()
    for name, flag in _LISTS.items():
        for said in lists[name].split():
            folded = fold(said).replace(" ", "")
            flags[folded] = flags.get(folded, 0) | flag
            of = cyrillic if _cyrillic.search(said) else latin
            of[folded] = of.get(folded, 0) | flag
    for said in lists["nations"].split():  # more than one of a nation: «los búlgaros», «os angolanos»
        folded = fold(said).replace(" ", "")
        flags.setdefault(folded + ("s" if folded[-1] in "aeiou" else "es"), Is.NATION)
    for said in lists["pet_names"].split():
        flags[fold(said).replace(" ", "")] &= ~(Is.WEAK | Is.ORDINARY)
    only = {folded: flag & ~cyrillic.get(folded, 0) for folded, flag in latin.items()}
    return Lexicon(flags, frozenset(looks), only)


@cache
def _word_lists() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((settings.CODES_FOLDER / "person_words.toml").read_text())
    return found


@cache
def caseless(name: str) -> frozenset[str]:
    """A list of words of scripts without capitals, as written: `roles`, `stops`, `joins`, `names`."""
    lists = tomllib.loads((settings.CODES_FOLDER / "person_words.toml").read_text())["caseless"]
    return frozenset(lists[name].split())


@cache
def some(name: str) -> frozenset[str]:
    """A set of words by which a rule knows its place, folded: `kin`, `named_after`."""
    lists = tomllib.loads((settings.CODES_FOLDER / "person_words.toml").read_text())["sets"]
    return frozenset(fold(said).replace(" ", "") for said in lists[name].split())


def look_up(said: str) -> Word:
    """What is known of a word as written."""
    return _remembered(said) if len(said) <= _LONGEST else Word(said, _case(said), 0)


@lru_cache(maxsize=65536)
def _remembered(said: str) -> Word:
    known = lexicon().flags
    parts = fold(said).split()
    folded = "".join(parts)
    case = _case(said)
    flags = known.get(folded, 0)
    if not flags and len(parts) > 1 and any(len(part) > 2 for part in parts):
        flags = _of_parts([known.get(part, 0) for part in parts if len(part) > 1 or len(parts) == 1])
    if not flags & NAME and case == Case.SMALL and len(parts) > 1 and known.get(parts[0], 0) & Is.ROLE:
        flags |= Is.ROLE  # «brigadier-chef», «inspecteur-vérificateur»
    if not flags and (former := _former.match(folded)):
        flags = known.get(folded[former.end() :], 0) & Is.ROLE
    if not flags & NAME and case != Case.SMALL and _cyrillic.search(said):
        flags |= _inflected(folded, known)
    if "\u0400" <= said[:1] <= "\u04ff":
        flags &= ~lexicon().latin.get(folded, 0)
    if is_of_where(said):
        flags = Is.ORDINARY
    if case == Case.CAPITAL and _short_offices.fullmatch(folded):
        flags &= ~(Is.HEAD)  # «Onu», somebody's name
    if said in _SHORT_GIVEN:
        flags = Is.GIVEN
    if flags & Is.HEAD and len(folded) < 4 and any("\u00c0" <= sign <= "\u024f" for sign in said):
        flags &= ~(Is.HEAD)  # «Có» is no «Co.»
    return Word(folded, case, flags)


def _of_parts(parts: list[int]) -> int:
    """What a word of several parts is: a name where one is, an everyday word where all are."""
    found = 0
    for flags in parts:
        if flags & NAME and not flags & Is.PARTICLE:
            found |= flags & (Is.GIVEN | Is.FAMILY | Is.WEAK)
    if any(flags & NAME and not flags & Is.WEAK for flags in parts):
        found &= ~(Is.WEAK)
    if parts and all(flags & (Is.ORDINARY | Is.ENDS) and not flags & NAME for flags in parts):
        found |= Is.ORDINARY
    return found | ((Is.HEAD) if any(flags & Is.HEAD and not flags & NAME for flags in parts) else 0)


def _inflected(folded: str, known: dict[str, int]) -> int:
    for stem in without_ending(folded):
        flags = known.get(stem, 0)
        if flags & (NAME | Is.PLACE | Is.NATION):
            return flags & (Is.GIVEN | Is.FAMILY | Is.WEAK | Is.PLACE | Is.NATION)
    return 0


def _case(said: str) -> int:
    first = said[:1]
    if first.lower() == first.upper():
        return Case.CASELESS
    if first.isupper():
        letters = sum(map(str.isalpha, said))
        if letters == 1 or (letters == 2 and said[1:2] == "."):
            return Case.INITIAL
        return Case.CAPITALS if said.isupper() else Case.CAPITAL
    head, mark, rest = said.replace("’", "'").replace("'", "-").partition("-")
    return Case.CAPITAL if mark and len(head) < 4 and rest[:1].isupper() else Case.SMALL


_of_where = re.compile(
    r"(?i)\w+[-‐](?:based|born|bound|registered|flagged|made|led|owned|backed|run|style|wide|area|bred|trained|held)$"
)


def is_of_where(said: str) -> bool:
    """Whether a word says where somebody or something is from: «Onitsha-based»."""
    return "-" in said and _of_where.match(said) is not None


def is_look_alike(words: str) -> bool:
    """Whether folded words are a place, a brand, a ship or a species that looks like a person."""
    return words in lexicon().looks
