"""Names of people: their words in any order and script, what agrees, what is left out, what contradicts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, permutations

from tidewaiter.registry.names import sounds
from tidewaiter.registry.names.chinese import simplified
from tidewaiter.registry.names.sounds import HAN, HANGUL, KANA, LATIN, latin, plain, script_of, sound
from tidewaiter.registry.names.word import INITIAL, LEAST, SPELLED, Word, alike, word_of
from tidewaiter.registry.names.words import words_of

MOST_WORDS = 10
CONFLICT, OF_TWO, FATHER, LETTER = 0.55, 0.62, 0.5, 0.38
"""What a word costs that stands against another one: in a longer name, in one of two words, where it is the father's,
where one is an initial."""
_apart = re.compile(r"[\s,;./\\·•・=_|‐‑–—()\[\]\"“”«»:-]+")
_servant = re.compile("abd(?:[aeiou]?[lrsndtz]?|oul|ou|ul)")
_of_servant = re.compile(
    r"abd(?:ou?|[aeiu])?(?:l|r(?=r)|s(?=s)|n(?=n)|d(?=d)|z(?=z))?"
    r"(r?rah?maa?ne?|rahim|a?zizi?|karee?m|mali[ck]|salaa?m|[qk]ad[ie]r|"
    r"ham[ie]{1,2}d|maj[ie]{1,2}d|lat[ie]{1,2}f|ghani|wah?ha?b|"
    r"r?razz?a[qk]|n?nass?[ie]r|hadi|jabbar|khali[qk]|basit|fatt?ah|"
    r"hak[ie]m|hal[ie]m|jal[ie]l|wah[ie]d|s?sama[dt]|s?satt?ar|"
    r"ra[ou]+f|rash[ie]d|ghaff?ar|haf[ie]z|ha[qk]q?|hai|all?ah|oulaye|l?ah|mumin|mounai?m|qayyum|shakur)"
)
_ARABIC_SONS = frozenset({"بن", "ابن", "بنت", "ال", "آل", "بو", "ابو", "أبو", "בן", "בת"})
_syllable = (
    r"(?:(?:zh|ch|sh|ph|th|tr|gi|kh|ng|hs|ts|[bpmfdtnlgkhjqxrzcsywv])?"
    r"(?:y?eo|yu|oo|ee|iang|iong|uang|iao|uai|[aeiou]{1,2})(?:ng|nh|ch|[nmkptlrhcg])?)"
)
_syllables = re.compile(rf"{_syllable}{{1,2}}")
_quotes = re.compile(r"['’‘`´ʼʹʿʾ]")


@dataclass(slots=True)
class Agreement:
    """What comparing two names has found."""

    score: float = 0.0
    words: float = 0.0
    """Words that could be compared; an initial is less than half of one."""
    hows: list[tuple[str, str, str]] = field(default_factory=list)
    """(way, word, word) of each two that are alike and not written alike."""
    left_out: list[str] = field(default_factory=list)
    against: list[tuple[str, str]] = field(default_factory=list)
    turned: bool = False


@lru_cache(maxsize=20_000)
def cut(name: str) -> tuple[str, ...]:
    """The words of a name as they are written, without titles and what stands between names."""
    said = [part for part in _apart.split(_quotes.sub("", name[:300])) if part]
    kept = [part for part in said if part.lower().rstrip(".") not in words_of("titles")] or said
    return tuple(_served(_without_particles(kept))[:MOST_WORDS])


@lru_cache(maxsize=20_000)
def read_person(name: str) -> tuple[tuple[Word, ...], ...]:
    """The ways in which a name can be cut into words: one, but where a script writes people without spaces."""
    words = cut(name)
    if len(words) != 1 or script_of(words[0]) not in (HAN, HANGUL) or not 2 <= len(words[0]) <= 5:
        return (tuple(word_of(one) for one in words),)
    whole = words[0]
    if script_of(whole) == HAN:
        cuts = [2, 1] if simplified(whole[:2]) in words_of("two_signs") else [1, 2] if len(whole) > 2 else [1]
        cuts += [3] if len(whole) > 4 else []
    else:
        cuts = [1, 2] if len(whole) > 3 else [1]
    ways = [(word_of(whole[:cut]), word_of(whole[cut:])) for cut in cuts]
    return (*ways, (word_of(whole),))


def _without_particles(words: list[str]) -> list[str]:
    """Without the words between names."""
    if len(words) < 3:
        return words if len(words) < 2 or latin(words[0]) not in words_of("articles") else words[1:]
    vietnamese = any(latin(word) in words_of("vietnamese") for word in (words[0], words[-1]))
    kept = []
    for at, word in enumerate(words):
        said = latin(word)
        if said in words_of("sun_articles") and at + 1 < len(words) and latin(words[at + 1])[:1] == said[-1]:
            continue
        if (said in words_of("particles") and not vietnamese) or plain(word) in _ARABIC_SONS:
            continue
        kept.append(word)
    return kept if len(kept) > 1 else words


def _served(words: list[str]) -> list[str]:
    """«Servant of …» as one word without the article: Abd al-Rahman, Abdul Rahman, Abdurrahman, عبد الرحمن."""
    made: list[str] = []
    for word in words:
        if made and (_servant.fullmatch(made[-1].lower()) or plain(made[-1]) == "عبد"):
            start = made.pop()
            bare = plain(word)
            made.append("عبد" + bare.removeprefix("ال") if plain(start) == "عبد" else f"abd{bare}")
        elif found := _of_servant.fullmatch(word.lower()):
            made.append(f"abd{found[1]}")
        elif plain(word).startswith("عبدال") and len(word) > 6:
            made.append("عبد" + plain(word)[5:])
        else:
            made.append(word)
    return made


def _same_words(left: tuple[str, ...], right: tuple[str, ...]) -> Agreement | None:
    """What comparing gives for the same plain words in any order, each once: most pairs of doubles are such, and no
    word of them need be looked up. Nothing for all others.
    """
    one, other = [word.lower() for word in left], [word.lower() for word in right]
    if len(one) < 2 or len(set(one)) < len(one) or set(one) != set(other) or len(other) != len(one):
        return None
    if not all(len(word) > 1 and word.isascii() and word.isalpha() for word in one):
        return None
    return Agreement(1.0, float(len(one)), turned=one != other)


def compare_persons(left: str, right: str) -> Agreement:
    """The best agreement over all ways of reading both names."""
    if same := _same_words(cut(left), cut(right)):
        return same
    best = Agreement()
    for one in read_person(left):
        for other in read_person(right):
            found = _compared(one, other)
            if found.score > best.score or not best.words:
                best = found
            if best.score >= 0.99:
                return best
    return best


def _as_long(letters: int, lengths: Iterable[int]) -> bool:
    """Whether so many letters may spell a word of one of these lengths: no spelling of a sound is much longer."""
    return any(0.6 * one <= letters <= 1.7 * one for one in lengths)


def _joined(words: tuple[Word, ...], others: tuple[Word, ...]) -> tuple[Word, ...]:
    """Neighbours that the other side writes as one word are one: Abd al-Rahman, Abdulrahman; Chao Yan, Chaoyan."""
    lengths = [len(word.latin) for word in others if len(word.latin) > 4 or word.script in (HAN, HANGUL)]
    if not any(_as_long(len(one.latin) + len(other.latin), lengths) for one, other in pairwise(words)):
        return words
    targets = {word.sound for word in others if len(word.latin) > 4 or word.script in (HAN, HANGUL)}
    by_sound = (sounds.chinese, sounds.korean)
    eastern = {key(word.latin) for word in others if len(word.latin) > 4 for key in by_sound}
    at = 0
    made: list[Word] = []
    while at < len(words):
        if at + 1 < len(words):
            first, second = words[at], words[at + 1]
            both = first.latin + second.latin
            fits = _as_long(len(both), lengths) and (
                sound(both) in targets or any(key(both) in eastern for key in by_sound)
            )
            if fits and not any(alike(first, other)[0] >= 0.9 for other in others):
                made.append(word_of(first.said + second.said))
                at += 2
                continue
        made.append(words[at])
        at += 1
    return tuple(made)


def _is_eastern(words: tuple[Word, ...]) -> bool:
    return all(
        word.script in (HAN, HANGUL) or (word.script == LATIN and _syllables.fullmatch(word.latin)) for word in words
    )


def _compared(left: tuple[Word, ...], right: tuple[Word, ...]) -> Agreement:
    left, right = _joined(left, right), _joined(right, left)
    eastern = _is_eastern(left) and _is_eastern(right)
    pairs = sorted(
        ((alike(one, other, eastern), at, to) for at, one in enumerate(left) for to, other in enumerate(right)),
        key=lambda pair: (-pair[0][0], abs(pair[1] - pair[2])),
    )
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    matched: list[tuple[float, str, int, int]] = []
    near: dict[int, float] = {}
    for (score, how), at, to in pairs:
        if score < LEAST:
            near[at] = max(near.get(at, 0.0), score)
        elif at not in taken_left and to not in taken_right:
            taken_left.add(at)
            taken_right.add(to)
            matched.append((score, how, at, to))
    rest_left = [word for at, word in enumerate(left) if at not in taken_left]
    rest_right = [word for to, word in enumerate(right) if to not in taken_right]
    if rest_left and rest_right and (written := _written_together(left, right)):
        return written
    return _weighed(left, right, matched, rest_left, rest_right)


def _written_together(left: tuple[Word, ...], right: tuple[Word, ...]) -> Agreement | None:
    """The same letters with other spaces; or one side without any: its letters are
    those of the other's words in some order.
    """
    whole = ["".join(word.latin for word in words) for words in (left, right)]
    if whole[0] == whole[1] and len(whole[0]) > 6:
        names = [" ".join(word.said for word in words) for words in (left, right)]
        return Agreement(0.93, float(min(len(left), len(right), 2)), [(SPELLED, names[0], names[1])])
    for one, other in ((left, right), (right, left)):
        if len(one) == 1 and 1 < len(other) <= 4 and len(one[0].latin) >= 6:
            keys = (sounds.japanese,) if one[0].script == KANA else (sound, sounds.chinese, sounds.korean)
            for key in keys:
                wanted = key(one[0].latin)
                if any(key("".join(word.latin for word in order)) == wanted for order in permutations(other)):
                    return Agreement(
                        0.93, float(len(other)), [(SPELLED, one[0].said, " ".join(word.said for word in other))]
                    )
    return None


def _weighed(
    left: tuple[Word, ...],
    right: tuple[Word, ...],
    matched: list[tuple[float, str, int, int]],
    rest_left: list[Word],
    rest_right: list[Word],
) -> Agreement:
    found = Agreement()
    if not matched:
        found.words = float(min(len(left), len(right)))
        found.against = [(one.said, other.said) for one, other in zip(rest_left, rest_right)]
        return found
    weights = [0.5 if how == INITIAL else 1.0 for _score, how, _at, _to in matched]
    base = sum(one[0] * weight for one, weight in zip(matched, weights)) / sum(weights)
    full = sum(how != INITIAL for _score, how, _at, _to in matched)
    found.words = full + 0.4 * (len(matched) - full)
    found.hows = [(how, left[at].said, right[to].said) for _score, how, at, to in matched if how != "same"]
    order = [to for _score, _how, at, to in sorted(matched, key=lambda one: one[2])]
    found.turned = order != sorted(order)
    cost = 0.0
    for one, other in _against(rest_left, rest_right):
        found.against.append((one.said, other.said))
        found.words += 1
        cost += _cost(one, other, full)
    extra = (rest_left if len(rest_left) > len(rest_right) else rest_right)[min(len(rest_left), len(rest_right)) :]
    found.left_out = [word.said for word in extra]
    for word in extra:
        small = 0.01 if word.initial else 0.02 if word.patronymic else 0.05
        cost += small if full > 1 else 0.2 if full == 1 and len(matched) == 1 else small * 2
    if full == 0:
        cost += 0.4
    found.score = max(0.0, min(1.0, base - cost))
    return found


def _against(rest_left: list[Word], rest_right: list[Word]) -> list[tuple[Word, Word]]:
    """Words that stand against each other, fathers' names against fathers' names first; sorts what is left."""
    for rest in (rest_left, rest_right):
        rest.sort(key=lambda word: (word.patronymic, word.initial))
    return list(zip(rest_left, rest_right))


def _cost(one: Word, other: Word, full: int) -> float:
    if one.patronymic and other.patronymic:
        return FATHER
    if one.patronymic or other.patronymic:
        return FATHER * 0.6 if full > 1 else CONFLICT
    if one.initial or other.initial:
        return LETTER
    whole = OF_TWO if full < 2 else CONFLICT
    unlike = {one.script, other.script}
    if len(unlike) > 1 and unlike & {HAN, KANA} and full:
        whole *= 0.8  # readings of signs are many: what is not known to be the same may be
    return whole * (1 - alike(one, other)[0] * 0.6)
