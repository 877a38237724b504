"""Names of firms, and of vessels: the legal form apart, words of trade in any language, what contradicts."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from rapidfuzz.distance import OSA

from tidewaiter.foundation.decoding import read_json
from tidewaiter.registry.names import sounds
from tidewaiter.registry.names.persons import Agreement
from tidewaiter.registry.names.sounds import HAN, HANGUL, KANA, latin, plain, script_of
from tidewaiter.registry.names.word import LEAST, Word, alike, word_of
from tidewaiter.registry.names.words import name_words, words_of

_apart = re.compile(r"[\s,;/\\·•・_|‐‑–—()\[\]\"“”„«»:!?*+-]+")
_stops = re.compile(r"(?<=\w)\.(?=\w\b)|['’‘`´]")


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm's name as it is compared."""

    words: tuple[Word, ...]
    trades: frozenset[str]
    """Words of trade and kind, by one code for all languages."""
    form: str
    """What its legal form is in general: `LLC`, `JSC`, …; empty where none is said."""
    exact: str
    numbers: frozenset[str]
    initials: str


@cache
def _lists() -> tuple[dict[str, tuple[str, str]], dict[str, str], tuple[str, ...]]:
    """Legal forms by their words, trades by theirs, and Han and Hangul words of both, the longest first."""
    with gzip.open(settings.CODES_FOLDER / "company_words.json.gz", "rb") as file:
        said = read_json(file.read(2_000_000))
    forms: dict[str, tuple[str, str]] = {}
    for compared, general, aliases in said["forms"]:
        for alias in (*aliases, compared):
            if key := _form_key(alias):
                forms.setdefault(key, (general, (compared or alias).lower()))
    trades: dict[str, str] = {}
    for table in (said["symbols"],):
        for code, aliases in table.items():
            for alias in aliases:
                if " " not in alias:
                    trades.setdefault(_word_key(alias), code)
    for code, text in name_words()["trades"].items():
        for alias in text.split():
            trades[_word_key(alias)] = code
    for word in ("co", "company", "corp", "corporation", "inc"):
        trades.pop(word, None)
    unspaced = [key for key in (*forms, *trades) if script_of(key) in (HAN, HANGUL, KANA) and len(key) > 1]
    return forms, trades, tuple(sorted(set(unspaced), key=len, reverse=True))


def _word_key(word: str) -> str:
    said = plain(word)
    return said if script_of(said) in (HAN, KANA, HANGUL, "arabic", "hebrew") else latin(said)


def _form_key(alias: str) -> str:
    return " ".join(_word_key(part) for part in _apart.split(alias.replace(".", "").strip()) if part)


def _cut(text: str) -> list[str]:
    """Words of a name; those that Han, Kana and Hangul write together are parted where a known word stands."""
    made: list[str] = []
    for part in _apart.split(_stops.sub("", text)):
        part = part.strip(".")
        if not part:
            continue
        if script_of(part) in (HAN, HANGUL, KANA) and len(part) > 2:
            part = _known_unspaced().sub(r" \g<0> ", part)
        made += part.split()
    return made


@cache
def _more_forms() -> dict[str, tuple[str, str]]:
    """Legal forms put down by hand, before those of the shipped table."""
    return {str(key): (str(said[0]), str(said[1])) for key, said in name_words()["forms"].items()}


@cache
def _known_unspaced() -> re.Pattern[str]:
    han = (key for key in _more_forms() if script_of(key) in (HAN, HANGUL))
    return re.compile("|".join(map(re.escape, sorted({*han, *_lists()[2]}, key=len, reverse=True))))


@lru_cache(maxsize=20_000)
def read_firm(name: str) -> Firm:
    """A firm's name read: form, words of trade, the rest."""
    forms, trades, _unspaced = _lists()
    both = [(word, key) for word in _cut(plain(name[:300])) if (key := _word_key(word))]
    words, keys = [word for word, _key in both], [key for _word, key in both]
    general, exact = "", ""
    at = 0
    left: list[tuple[str, str]] = []
    while at < len(keys):
        for size in (5, 4, 3, 2, 1):
            joined = " ".join(keys[at : at + size])
            known = _more_forms().get(joined) or forms.get(joined)
            if (
                at + size <= len(keys)
                and known
                and (at > 0 or size > 1 or len(keys) > 1)
                and _is_form(joined, at, size, len(keys))
            ):
                general, exact = known[0] or general, known[1] if known[0] or not exact else exact
                at += size
                break
        else:
            left.append((words[at], keys[at]))
            at += 1
    if not left:
        left = list(zip(words, keys))
    rest = [(word, key) for word, key in left if key not in words_of("silent", "firms")] or left
    rest = [(word, key if key in trades else _mistyped(key)) for word, key in rest]
    symbols = frozenset(trades[key] for _word, key in rest if key in trades)
    own = tuple(word_of(word) for word, key in rest if key not in trades)
    numbers = frozenset(key for _word, key in rest if key.isdigit() or _roman.fullmatch(key))
    initials = "".join(latin(word)[:1] for word, _key in rest)
    return Firm(own[:12], symbols, general, exact, numbers, initials)


_roman = re.compile("ii|iii|iv|vi|vii|viii|ix")


@lru_cache(maxsize=20_000)
def _mistyped(key: str) -> str:
    """The word of trade that a longer word is but for one letter; else the word itself."""
    if len(key) < 6 or not key.isascii():
        return key
    near = (word for word in _lists()[1] if word[:1] == key[0] and abs(len(word) - len(key)) < 2 and len(word) > 5)
    return next((word for word in near if OSA.distance(word, key, score_cutoff=1) == 1), key)


def _is_form(joined: str, at: int, size: int, count: int) -> bool:
    """Short letters are a form at the beginning or at the end of a name alone."""
    return len(joined) > 4 or at == 0 or at + size >= count - 2 or joined in _more_forms()


def compare_firms(left: str, right: str) -> Agreement:
    """Two firms' names. `against` names forms, numbers and words that contradict."""
    one, other = read_firm(left), read_firm(right)
    found = _words(one, other)
    if one.numbers != other.numbers:
        found.against.append((" ".join(sorted(one.numbers)) or "–", " ".join(sorted(other.numbers)) or "–"))
        found.score -= 0.45
    if one.form and other.form and one.form != other.form:
        if script_of(left) == script_of(right):
            found.against.append((one.exact, other.exact))
            found.score -= 0.4
        else:
            found.score -= 0.05  # forms are put into other languages freely
    elif (
        one.exact and other.exact and one.exact != other.exact and one.form and not _same_words(one.exact, other.exact)
    ):
        found.hows.append(("form", one.exact, other.exact))
        one_script = script_of(left) == script_of(right)
        found.score -= (
            0.03 if not one_script else 0.22 if {one.exact, other.exact} <= words_of("translated", "firms") else 0.4
        )
    if found.hows and found.hows[-1][0] == "initials":
        return found
    only = one.trades ^ other.trades
    both = one.trades & other.trades
    if one.trades and other.trades and one.trades - other.trades and other.trades - one.trades:
        found.against.append((_said(one.trades - other.trades), _said(other.trades - one.trades)))
        found.score -= 0.45 if len(one.words) < 3 else 0.35
    elif only:
        found.left_out += sorted(word.lower() for word in only)
        found.score -= 0.12 * len(only) if len(one.words) < 2 else 0.06 * len(only)
    found.words += 0.5 * len(both)
    found.score = max(0.0, min(1.0, found.score))
    return found


def _said(codes: frozenset[str]) -> str:
    return " ".join(sorted(code.lower() for code in codes))


def _same_words(one: str, other: str) -> bool:
    forms = name_words()["one_form"]
    return str(forms.get(latin(one), latin(one))) == str(forms.get(latin(other), latin(other)))


def _words(one: Firm, other: Firm) -> Agreement:
    found = Agreement()
    for short, long_ in ((one, other), (other, one)):
        if (
            len(short.initials) == 1
            and len(long_.initials) > 2
            and short.words
            and short.words[0].latin == long_.initials
        ):
            return Agreement(0.85, 1.0, [("initials", short.words[0].said, long_.initials)])
    if not one.words or not other.words:
        found.score = 0.9 if not one.words and not other.words and one.trades == other.trades else 0.3
        return found
    left, right = list(one.words), list(other.words)
    joined = "".join(word.latin for word in left), "".join(word.latin for word in right)
    if joined[0] == joined[1] or sounds.sound(joined[0]) == sounds.sound(joined[1]):
        found.score, found.words = (1.0 if joined[0] == joined[1] else 0.96), float(len(left))
        return found
    return _aligned(left, right, joined)


def _aligned(left: list[Word], right: list[Word], joined: tuple[str, str]) -> Agreement:
    found = Agreement()
    pairs = sorted(
        ((alike(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right)),
        key=lambda pair: (-pair[0][0], abs(pair[1] - pair[2])),
    )
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    total = 0.0
    for (score, how), i, j in pairs:
        if how in ("short", "initial", "ending") or (how != "same" and score < 0.74):
            continue
        if score >= LEAST and i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            total += score
            if how != "same":
                found.hows.append((how, left[i].said, right[j].said))
    rest_left = [word.said for at, word in enumerate(left) if at not in taken_left]
    rest_right = [word.said for at, word in enumerate(right) if at not in taken_right]
    count = len(taken_left)
    found.words = float(count)
    if not count:
        found.against = list(zip(rest_left, rest_right))
        apart = OSA.normalized_similarity(*joined)
        found.score = 0.8 if apart > 0.88 and len(joined[0]) > 8 else 0.1
        return found
    against = min(len(rest_left), len(rest_right))
    extra = abs(len(rest_left) - len(rest_right))
    longest = max(len(left), len(right))
    found.against = list(zip(rest_left, rest_right))
    found.left_out = (rest_left if len(rest_left) > against else rest_right)[against:]
    found.words += against
    found.score = total / count - 0.95 * against / longest - (0.2 if against else 0.0) - 0.85 * extra / longest
    return found


def looks_like_a_firm(name: str) -> bool:
    """Whether a name of no known kind carries a word of legal form that no person has."""
    keys = {_word_key(word) for word in _cut(plain(name[:300]))}
    other = any(key in _more_forms() and not key.isascii() for key in keys)
    return len(keys) > 1 and (other or not keys.isdisjoint(words_of("telling", "firms")))


def read_vessel(name: str) -> str:
    """A vessel's name without the letters of its kind."""
    words = [word for word in name.split() if word.lower().strip(".") not in words_of("ship_kinds", "firms")]
    return " ".join(words) or name
