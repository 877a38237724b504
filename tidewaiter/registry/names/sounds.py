"""How a word of a name is written in Latin letters, and what it sounds like: keys by which spellings meet.

`latin` writes a word in a–z and digits; `sound` levels the usual ways of writing one sound (sch, sh, š; w, v; kh, h);
`bones` keeps the consonants alone, in few classes, for scripts that do not write vowels. Rules by hand, from BGN/PCGN,
ISO 9, ALA-LC, Hanyu Pinyin, Wade–Giles, Hepburn and the Revised Romanization and how people depart from them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

REMEMBERED = 50_000
"""Words whose keys are remembered; one word has 60 signs at most."""
HAN, KANA, HANGUL, ARABIC, HEBREW, GREEK, CYRILLIC, LATIN = (
    "han",
    "kana",
    "hangul",
    "arabic",
    "hebrew",
    "greek",
    "cyrillic",
    "latin",
)
ABJADS = frozenset({ARABIC, HEBREW})
_BLOCKS = (
    (0x0370, 0x03FF, GREEK),
    (0x0400, 0x052F, CYRILLIC),
    (0x0590, 0x05FF, HEBREW),
    (0x0600, 0x06FF, ARABIC),
    (0x0750, 0x077F, ARABIC),
    (0x1100, 0x11FF, HANGUL),
    (0x1F00, 0x1FFF, GREEK),
    (0x3040, 0x30FF, KANA),
    (0x31F0, 0x31FF, KANA),
    (0x3400, 0x9FFF, HAN),
    (0xAC00, 0xD7AF, HANGUL),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x323AF, HAN),
)
_GREEK_PAIRS = (
    ("ου", "u"),
    ("μπ", "b"),
    ("ντ", "d"),
    ("γκ", "g"),
    ("γγ", "ng"),
    ("αυ", "av"),
    ("ευ", "ev"),
    ("χ", "h"),
)
_HEBREW = dict(
    zip(
        "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
        [
            "a",
            "b",
            "g",
            "d",
            "h",
            "o",
            "z",
            "h",
            "t",
            "i",
            "k",
            "k",
            "l",
            "m",
            "m",
            "n",
            "n",
            "s",
            "a",
            "p",
            "p",
            "ts",
            "ts",
            "k",
            "r",
            "sh",
            "t",
        ],
    )
)
_ARABIC = dict(
    zip(
        "اأإآٱءؤئىبپتثجچحخدذرزژسشصضطظعغفقكکگلمنوهةيی",
        [
            "a",
            "a",
            "a",
            "a",
            "a",
            "-",
            "u",
            "i",
            "a",
            "b",
            "p",
            "t",
            "th",
            "j",
            "ch",
            "h",
            "kh",
            "d",
            "dh",
            "r",
            "z",
            "zh",
            "s",
            "sh",
            "s",
            "d",
            "t",
            "z",
            "a",
            "gh",
            "f",
            "q",
            "k",
            "k",
            "g",
            "l",
            "m",
            "n",
            "u",
            "h",
            "a",
            "i",
            "i",
        ],
    )
)
_ARABIC["ء"] = ""
_not_plain = re.compile(r"[^0-9a-z]+")
_arabic_marks = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u0591-\u05c7]")


def script_of(word: str) -> str:
    """The script of the first letter of a word that is not Latin; Latin where there is none."""
    for sign in word:
        number = ord(sign)
        if number < 0x0370:
            continue
        for first, last, name in _BLOCKS:
            if first <= number <= last:
                return name
    return LATIN


def plain(word: str) -> str:
    """A word as it is compared in its own script: NFKC, small letters, without marks of vowels and stretching."""
    return _arabic_marks.sub("", unicodedata.normalize("NFKC", word).casefold())


@lru_cache(maxsize=REMEMBERED)
def latin(word: str) -> str:
    """A word in a–z and digits. `latin("Щербаков")` is `shcherbakov`; of Han it is the pinyin."""
    script = script_of(word)
    said = plain(word)
    if script in (ARABIC, HEBREW):
        return _abjad(said, script)
    if script == GREEK:
        said = "".join(c for c in unicodedata.normalize("NFD", said) if not unicodedata.combining(c))
        if said.startswith("ντ"):
            said = "d" + said[2:]
        for pair, letters in _GREEK_PAIRS:
            said = said.replace(pair, letters)
    return _not_plain.sub("", anyascii(said).lower())


def _abjad(said: str, script: str) -> str:
    table = _ARABIC if script == ARABIC else _HEBREW
    if script == ARABIC and said.startswith("ال") and len(said) > 4:
        said = said[2:]
    written = "".join(table.get(sign, sign if sign.isdigit() else "") for sign in said)
    if script == HEBREW and said[:1] == "ו":
        written = "v" + written[1:]
    return written


_levels = (
    (re.compile("shch|schtsch|stsch|szcz|tsch|tch|tsj|tj(?=[aeou])|cz|č|dzh|dsch|dj|dž"), "ch"),
    (re.compile("sch|sz(?=[aeiou])|sj(?=[aeou])"), "sh"),
    (re.compile("zh|zj"), "j"),
    (re.compile("kh|gh(?=[aeiou])"), "h"),
    (re.compile("ph"), "f"),
    (re.compile("th|dh"), "t"),
    (re.compile("ck|cq|q(?!i)|c(?=[aoulrtkn]|$)"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("tz|zz|c(?=[eiy])|ts"), "s"),
    (re.compile("w"), "v"),
    (re.compile("aye?v|aev|ajew"), "aev"),
    (re.compile("ou|oo|oe(?=[a-z]?k)"), "u"),
    (re.compile("iy|ij|yi|yy|ii|ey$|ei$|ie$|ee|[yj](?![aou])"), "i"),
    (re.compile("[yj](?=[aou])"), "i"),
    (re.compile("ia"), "a"),
    (re.compile("iu"), "u"),
    (re.compile("io"), "o"),
    (re.compile("ae"), "a"),
    (re.compile("oe"), "o"),
    (re.compile("ue(?=[a-z])"), "u"),
    (re.compile("z"), "s"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile("(?<=...)h$|(?<=[aeiou])h(?=[^aeiou])"), ""),
)


@lru_cache(maxsize=REMEMBERED)
def sound(letters: str) -> str:
    """What `latin` gave, with the usual spellings of one sound levelled: `tschernov`, `chernoff` → `chernov`."""
    said = letters
    for pattern, one in _levels:
        said = pattern.sub(one, said)
    if said.endswith("of") and len(said) > 4:
        said = said[:-1] + "v"
    return said or letters


_classes = (
    (re.compile("sh|sch|ch|tch|cz|zh"), "S"),
    (re.compile("ts|tz"), "S"),
    (re.compile("th|dh"), "T"),
    (re.compile("kh|gh|ck|q|g|k|c|x"), "K"),
    (re.compile("ph|p|b|f|v"), "P"),
    (re.compile("dj|j"), "J"),
    (re.compile("[sz]"), "S"),
    (re.compile("[td]"), "T"),
    (re.compile("[aeiouywh]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=REMEMBERED)
def bones(letters: str) -> str:
    """The consonants in few classes: `muhammad` and `mhmd` are both `mmT` before doubling is dropped, `mT` after."""
    said = letters
    for pattern, one in _classes:
        said = pattern.sub(one, said)
    return said


_chinese = (
    (re.compile("hs|x|sh|sz"), "s"),
    (re.compile("zh|ch|tz|ts|q|j|z|c"), "c"),
    (re.compile("g(?!$)|k"), "k"),
    (re.compile("d|t"), "t"),
    (re.compile("b|p"), "p"),
    (re.compile("ue|eh|e|o|uo"), "o"),
    (re.compile("ung"), "ong"),
    (re.compile("yi|y"), "i"),
    (re.compile("ian|ien"), "ian"),
    (re.compile("ui|uei"), "ui"),
    (re.compile("w"), "u"),
    (re.compile("ih$"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=REMEMBERED)
def chinese(letters: str) -> str:
    """Pinyin and Wade–Giles levelled: `hsieh` and `xie`, `chang` and `zhang`."""
    said = letters
    for pattern, one in _chinese:
        said = pattern.sub(one, said)
    return said


_korean = (
    (re.compile("sh"), "s"),
    (re.compile("ch|j"), "c"),
    (re.compile("k|g(?!$)"), "k"),
    (re.compile("b|p"), "p"),
    (re.compile("d|t"), "t"),
    (re.compile("r|l"), "l"),
    (re.compile("young|yeong|yung"), "iung"),
    (re.compile("eo|eu|woo|wu|oo|ou"), "u"),
    (re.compile("ae|ai|ea"), "e"),
    (re.compile("ee|yi|ui"), "i"),
    (re.compile("y"), "i"),
    (re.compile("oh|uh|ah"), lambda found: found[0][0]),
    (re.compile(r"(.)\1+"), r"\1"),
)


@lru_cache(maxsize=REMEMBERED)
def korean(letters: str) -> str:
    """The Revised Romanization, McCune–Reischauer and what passports say, levelled: `jeong`, `jung`, `chung`."""
    said = letters
    for pattern, one in _korean:
        said = pattern.sub(one, said)
    return said


_japanese = (
    (re.compile("ou|oh(?![aeiou])|oo"), "o"),
    (re.compile("uu"), "u"),
    (re.compile("si(?![aeou])"), "shi"),
    (re.compile("ti(?![aeou])"), "chi"),
    (re.compile("tu"), "tsu"),
    (re.compile("hu"), "fu"),
    (re.compile("zi|di"), "ji"),
    (re.compile("sy"), "sh"),
    (re.compile("ty"), "ch"),
    (re.compile("jy|zy"), "j"),
    (re.compile("mb"), "nb"),
    (re.compile("mp"), "np"),
)


@lru_cache(maxsize=REMEMBERED)
def japanese(letters: str) -> str:
    """Hepburn and Kunrei levelled, long vowels short: `tarou`, `taroh`, `taro`."""
    said = letters
    for pattern, one in _japanese:
        said = pattern.sub(one, said)
    return said
