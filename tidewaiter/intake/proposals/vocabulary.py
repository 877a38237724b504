"""Which fields a column's head may mean: words of agencies in many languages (`forms/words.toml`) and the forms' own.

A head is compared word by word: accents, case, order, little words and short forms aside; of Chinese and Japanese by
parts of the text. What stands in brackets, or a unit or a currency behind, is taken off and tried apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form
from tidewaiter.foundation.text import fold
from tidewaiter.intake.proposals.measures import measure_in
from tidewaiter.intake.proposals.words import shipped_words, words_of_head

NOT_READ = "-"
"""Stands for the target of heads that are no field of any form: names of persons, gross weights, row numbers."""
DATE_PARTS = ("year", "fiscal_year", "month", "day")
"""Targets that are parts of a date."""
_ELSEWHERE, _UNIT_ALONE = 0.9, 0.84
_CLOSE, _CLOSE_LONG, _SHORTEST_CLOSE = 86, 82, 5
"""How like two words must be, of 100, to be taken for one, short ones and longer ones; and signs of a word that is
compared so, or that a compound ends with («Zollregion»).
"""
_of = re.compile(r"^\s*([^\W\d_]+)\s+(?:of|de|du|da|do|des|del|di|della|der|ya)\s+", re.IGNORECASE)
_TAIL = re.compile(r"[\s_]+(?:code|cd|name|nm|desc|txt|descr|código|nombre|nome|libellé|label)\s*$", re.IGNORECASE)
_NO_HEAD_NOUN = 0.93
_han = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_brackets = re.compile(r"[\[(（【]([^\])）】]*)[\])）】]?")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A target that a head may mean: how sure, of 1; the unit or currency that the head says beside it."""

    path: str
    sure: float
    measure: str = ""


@dataclass(frozen=True, slots=True)
class _Phrase:
    path: str
    words: frozenset[str]
    whole: str
    """The phrase in signs of Chinese or Japanese, else nothing."""
    exact: bool
    """Counts only where the head says nothing else."""
    share: float = 1.0
    """How much of its sureness counts: a field of another form is passed over, but where it is one of this form too."""


def _weight(word: str) -> int:
    return min(len(word), 8) + 2


class Vocabulary:
    """The words of one form: what heads mean in a file of it."""

    def __init__(self, form: Form) -> None:
        self._paths = set(form.by_path)
        self._phrases: list[_Phrase] = list(self._of(form))
        self._by_word: dict[str, list[int]] = {}
        for at, phrase in enumerate(self._phrases):
            for word in phrase.words:
                self._by_word.setdefault(word, []).append(at)
        self._words = list(self._by_word)
        self._wholes = [phrase for phrase in self._phrases if phrase.whole]

    def _of(self, form: Form) -> Iterator[_Phrase]:
        words = shipped_words()
        for table in ("header", "line", "fields"):
            for path, phrases in words[table].items():
                known = path in self._paths or path in DATE_PARTS
                target = path if known else "ip_right" if path == "right" and "ip_right" in self._paths else NOT_READ
                share = _ELSEWHERE if target == NOT_READ else 1.0
                yield from (self._phrase(target, text, share=share) for text in phrases)
        for table in ("not_read", "subdivision"):
            yield from (self._phrase(NOT_READ, text) for text in words[table]["heads"])
        for column in form.columns:
            yield from self._of_column(column)

    def _of_column(self, column: Column) -> Iterator[_Phrase]:
        dotted = "." in column.path
        for text in column.label.values():
            if not dotted or len(words_of_head(text)) > 1:
                yield self._phrase(column.path, text, exact=dotted)
        yield self._phrase(column.path, column.path, exact=dotted)

    @staticmethod
    def _phrase(path: str, text: str, *, exact: bool = False, share: float = 1.0) -> _Phrase:
        whole = text if _han.search(text) else ""
        return _Phrase(
            path, frozenset(words_of_head(text)), fold(whole).replace(" ", "") if whole else "", exact, share
        )

    def meanings(self, head: str) -> dict[str, Meaning]:
        """The targets that a head may mean, each with how sure its best phrase makes it."""
        best: dict[str, Meaning] = {}
        alone = measure_in(head)
        if alone.startswith("unit "):
            best["quantity"] = Meaning("quantity", _UNIT_ALONE, alone)
        for text, measure, least in variants(head):
            for path, sure in self._scores(text):
                known = best.get(path)
                if known is None or sure * least > known.sure:
                    best[path] = Meaning(path, sure * least, measure)
        return best

    def _scores(self, text: str) -> Iterator[tuple[str, float]]:
        if _han.search(text):
            yield from self._of_signs(fold(text).replace(" ", ""))
            return
        said = words_of_head(text)
        if not said:
            return
        found: dict[int, float] = {}
        matched: dict[int, set[str]] = {}
        for word in said:
            for like, share in self._like(word):
                for at in self._by_word[like]:
                    if word not in matched.setdefault(at, set()):
                        matched[at].add(word)
                        found[at] = found.get(at, 0.0) + _weight(word) * share
        whole = sum(map(_weight, said))
        noun = words_of_head(match[1])[:1] if (match := _of.match(text)) else ()
        for at, weight in found.items():
            phrase = self._phrases[at]
            of_phrase, of_head = len(matched[at]) / len(phrase.words), weight / whole
            share = phrase.share if not noun or noun[0] in matched[at] else phrase.share * _NO_HEAD_NOUN
            yield phrase.path, share * _sure(of_phrase, of_head, exact=phrase.exact)

    def _of_signs(self, said: str) -> Iterator[tuple[str, float]]:
        for phrase in self._wholes:
            if phrase.whole == said:
                yield phrase.path, 1.0
            elif len(phrase.whole) >= 5 and phrase.whole in said and not phrase.exact:
                share = len(phrase.whole) / len(said)
                yield phrase.path, 0.6 + 0.35 * share + (0.04 if said.endswith(phrase.whole) else 0.0)

    @lru_cache(maxsize=4096)  # noqa: B019 -- a vocabulary lives as long as its form
    def _like(self, word: str) -> tuple[tuple[str, float], ...]:
        """The known words that a word is, or is like: another ending, one letter wrong, the beginning of it."""
        if word in self._by_word:
            return ((word, 1.0),)
        if len(word) < 3 or word.isdigit():
            return ()
        begun = [(known, 0.85) for known in self._words if known.startswith(word) and len(known) > len(word) + 1]
        if begun and len(begun) <= 12:
            return tuple(begun)
        if len(word) < _SHORTEST_CLOSE:
            return ()
        least = _CLOSE if len(word) < 7 else _CLOSE_LONG
        near = process.extract(word, self._words, scorer=fuzz.ratio, score_cutoff=least, limit=3)
        if near:
            return tuple((known, score / 100) for known, score, _ in near)
        ended = [known for known in self._words if len(known) >= _SHORTEST_CLOSE and word.endswith(known)]
        return ((max(ended, key=len), 0.9),) if ended else ()


def _sure(of_phrase: float, of_head: float, *, exact: bool) -> float:
    """How sure a match is: all of the phrase said, and little else."""
    if of_phrase >= 0.99:
        if exact:
            return of_head if of_head >= 0.95 else 0.0
        return 0.6 + 0.4 * min(of_head, 1.0)
    if of_head >= 0.8 and not exact:
        return 0.4 + 0.4 * of_phrase * of_head
    return 0.4 * of_phrase * of_head


def variants(head: str) -> Iterator[tuple[str, str, float]]:
    """A head as it may be meant: (its text, the unit or currency beside it, how much of its sureness is left)."""
    inside = [part.strip() for part in _brackets.findall(head)]
    bare = _brackets.sub(" ", head).strip(" :*")
    measures = [found for part in inside if (found := measure_in(part))]
    said = measures[0] if measures else ""
    yield bare or head, said, 1.0
    words = [part for part in inside if not measure_in(part) and len(part) > 3 and not _is_pattern(part)]
    if words:
        yield " ".join([bare, *words]), said, 1.0
    if short := _TAIL.sub("", bare) if _TAIL.search(bare) else "":
        yield short, said, 0.93
    for part in re.split(r"\s*/\s*", bare) if "/" in bare else ():
        if len(part) > 3:
            yield part, said, 0.9
    for parted in _without_measure(bare):
        yield *parted, 0.99


def _is_pattern(text: str) -> bool:
    """Whether it shows how a date is written: «dd/mm/yyyy»."""
    return bool(re.fullmatch(r"[dmyjatг]{1,4}([./-][dmyjatг]{1,4}){1,2}", text.casefold()))


def _without_measure(bare: str) -> Iterator[tuple[str, str]]:
    """A head that ends with a unit or a currency, without it: «Cocaine_Kg», «Вес, кг», «Valor US$»."""
    parts = re.split(r"[\s_,/]+|(?<=[a-z])(?=[A-Z])", bare.strip())
    if len(parts) > 1:
        for many in (1, 2):
            rest, tail = " ".join(parts[:-many]), " ".join(parts[-many:])
            if rest and (found := measure_in(tail)):
                yield rest, found
