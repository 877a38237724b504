"""What is found by what was found beside it: neighbours in a list, a family name before its given name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tidewaiter.privacy.endings import is_like_a_family_name
from tidewaiter.privacy.reading import Reading, Run, sure_given, sure_name
from tidewaiter.privacy.runs import ENOUGH
from tidewaiter.privacy.words import NAME, Case, Is

_LIKELY = 0.9
"""Weight from which a run is one where its neighbour in a list is."""


_NEAR_MASK = Is.TITLE | Is.ROLE | Is.NAMED | Is.NATION


_list_gap = re.compile(r"[,;、]?\s?|,?\s?[(\[][^()\[\]\n]{0,60}[)\]],?;?\s?|,\s?\d{1,2}(?:\s\w{2,5})?,?;?\s?")


def with_neighbours(reading: Reading) -> None:
    """In «A, B and C» what stands beside a person is one; three of two words and more each are persons together."""
    runs = reading.runs
    listed = [False] + [_listed(reading, left, right) for left, right in pairwise(runs)]
    _among_places(reading, listed)
    _chains(reading, listed)
    _last_of_many(reading, listed)
    _around_a_nickname(reading)
    _among_many(reading, listed)
    _in_one_hand(reading)
    _who_did_together(reading, listed)
    _between_two(reading, listed)
    _family_first(reading)
    for order in (range(1, len(runs)), range(len(runs) - 1, 0, -1)):
        for at in order:
            if not listed[at]:
                continue
            for known, other in ((runs[at - 1], runs[at]), (runs[at], runs[at - 1])):
                least = _LIKELY - (0.5 if _both_whole(known, other) else 0.0)
                least = _least_alone(reading, other, least, together=_together(reading, runs[at - 1], runs[at]))
                if _is_told_again(reading, runs[at - 1], runs[at]) and not _is_a_place(reading, other):
                    least = -1.3
                if known.weight >= ENOUGH > other.weight >= least and not other.barred:
                    other.weight = ENOUGH


def _among_places(reading: Reading, listed: list[bool]) -> None:
    """A single word that is a place as well, beside a place in a list, is one: «Santos e Guarujá»."""
    runs, tokens = reading.runs, reading.tokens
    for at, run in enumerate(runs):
        beside = [runs[at - 1]] if listed[at] else []
        beside += [runs[at + 1]] if at + 1 < len(runs) and listed[at + 1] else []
        if (
            run.last - run.first == 1
            and tokens[run.first].word.flags & Is.PLACE
            and any(
                other.last - other.first == 1
                and tokens[other.first].word.flags & (NAME | Is.PLACE) == Is.PLACE
                and other.weight < 0
                for other in beside
            )
        ):
            run.weight = min(run.weight, ENOUGH - 0.5)


def _together(reading: Reading, left: Run, right: Run) -> bool:
    """Whether «and» stands between two: behind a comma alone stands where somebody lives as often."""
    return any(token.word.flags & Is.JOINS for token in reading.tokens[left.last : right.first])


def _least_alone(reading: Reading, run: Run, least: float, *, together: bool) -> float:
    """What a single word must weigh beside a person: less where it is a name, or ends as
    family names do, or stands behind «and».
    """
    token = reading.tokens[run.first]
    if run.last - run.first > 1:
        return least
    return (
        0.35 if sure_name(token) else 0.0 if is_like_a_family_name(token.word.folded) else -0.15 if together else least
    )


def _is_loud_family(reading: Reading, run: Run) -> bool:
    """Whether a run is one family name in capitals in a text of small letters: «ALBUQUERQUE, Renan»."""
    word = reading.tokens[run.first].word
    return (
        not reading.loud
        and run.last - run.first == 1
        and word.case == Case.CAPITALS
        and bool(word.flags & Is.FAMILY)
        and not word.flags & Is.HEAD
    )


def _family_first(reading: Reading) -> None:
    """«El Ouali, Hassan»: one or two words, a comma and a given name, at the start of a sentence or behind a label."""
    tokens, text = reading.tokens, reading.text
    for left, right in pairwise(reading.runs):
        start = tokens[left.first].start
        if (
            right.weight >= ENOUGH > left.weight >= (-2.4 if _is_loud_family(reading, left) else -0.2)
            and right.last - right.first == 1
            and left.last - left.first < 3
            and not left.barred
            and sure_given(tokens[right.first])
            and text[tokens[left.last - 1].end : tokens[right.first].start] == ", "
            and (
                not start
                or text[:start].rstrip()[-1:] in ":;.\n"
                or (not reading.loud and all(one.word.case == Case.CAPITALS for one in tokens[left.first : left.last]))
            )
            and text[tokens[right.first].end : tokens[right.first].end + 1] in ",;.("
            and not any(
                token.word.flags & _NO_FAMILY and not token.word.flags & NAME
                for token in tokens[left.first : left.last]
            )
        ):
            left.weight = ENOUGH


_NO_FAMILY = Is.PLACE | Is.ORDINARY | Is.ENDS | Is.HEAD | Is.NATION | Is.MAKE


def _chained(runs: list[Run], listed: list[bool]) -> Iterator[list[Run]]:
    """Runs that stand in one list, and each that stands in none by itself."""
    chain: list[Run] = []
    for run, goes_on in zip(runs, listed, strict=False):
        if chain and not goes_on:
            yield chain
            chain = []
        chain.append(run)
    if chain:
        yield chain


def _chains(reading: Reading, listed: list[bool]) -> None:
    runs = reading.runs
    for chain in _chained(runs, listed):
        if len(chain) > 1 and all(
            not run.barred and run.last - run.first in (2, 3, 4) and run.weight >= 0.9 for run in chain
        ):
            for run in chain:
                run.weight += 0.8 if len(chain) > 2 else 0.3
        if len(chain) > 1 and all(_is_in_letters(reading.tokens[run.first].said) for run in chain):
            for run in chain:
                run.weight += 0.8


def _last_of_many(reading: Reading, listed: list[bool]) -> None:
    """Behind two persons of two words and more, two words behind «and» are one: «y Segundo Recio»."""
    runs = reading.runs
    for at in range(2, len(runs)):
        run, before_it = runs[at], runs[at - 2 : at]
        if (
            listed[at]
            and listed[at - 1]
            and run.weight < ENOUGH
            and not run.barred
            and run.last - run.first == 2
            and all(one.weight >= ENOUGH and one.last - one.first > 1 for one in before_it)
            and _together(reading, before_it[1], run)
            and not _is_a_place(reading, run)
        ):
            run.weight = ENOUGH


_quoted = re.compile(r"\s[«“\"„‘][^«»“”\"„’\n]{2,30}[»”\"’]\s")


def _between_two(reading: Reading, listed: list[bool]) -> None:
    """Between two persons of a list, a single word that is nothing else is one: «a Nelito, Djedjê e a Carlos»."""
    runs, tokens = reading.runs, reading.tokens
    for at in range(1, len(runs) - 1):
        run, word = runs[at], tokens[runs[at].first].word
        if listed[at] and listed[at + 1] and run.last - run.first == 1 and not run.barred and run.weight < ENOUGH:
            if word.case == Case.CAPITAL and not word.flags & ~(NAME | Is.WEAK):
                if runs[at - 1].weight >= ENOUGH and runs[at + 1].weight >= ENOUGH:
                    run.weight = ENOUGH


def _around_a_nickname(reading: Reading) -> None:
    """«Genivaldo "Bigode" Lustosa»: what stands before and behind a nickname in marks is one person's name."""
    tokens, text = reading.tokens, reading.text
    for left, middle, right in zip(reading.runs, reading.runs[1:], reading.runs[2:], strict=False):
        if _is_half_a_name(reading, left) and _is_half_a_name(reading, right):
            if _quoted.fullmatch(text, tokens[left.last - 1].end, tokens[right.first].start):
                left.weight += 0.9
                right.weight += 0.9
        if (
            left.weight >= ENOUGH > right.weight
            and not right.barred
            and _quoted.fullmatch(text, tokens[left.last - 1].end, tokens[right.first].start)
            and middle.first >= left.last
            and not _is_a_place(reading, right)
        ):
            right.weight = ENOUGH


_they_did = re.compile(r"\s[a-zà-ÿ]{2,}(?:aron|ieron|aram|eram|iram|aient)\b")


def _who_did_together(reading: Reading, listed: list[bool]) -> None:
    """«Nascimento, Gomes e Souza assinaram»: family names alone in a list, before what several people did."""
    runs, tokens = reading.runs, reading.tokens
    for chain in _chained(runs, listed):
        words = [tokens[run.first].word for run in chain if run.last - run.first == 1 and not run.barred]
        known = all(
            word.case == Case.CAPITAL and word.flags & NAME and not word.flags & (Is.MAKE | Is.HEAD) for word in words
        )
        if len(words) == len(chain) > 1 and known and _they_did.match(reading.text, tokens[chain[-1].last - 1].end):
            for run in chain:
                run.weight = max(run.weight, ENOUGH)


def _is_half_a_name(reading: Reading, run: Run) -> bool:
    return not run.barred and run.weight > -0.2 and not _is_a_place(reading, run)


def _in_one_hand(reading: Reading) -> None:
    """Where a note has one family name in capitals, others in capitals are some too: «BENALI sort, VERA conduit»."""
    if reading.loud:
        return
    words = [
        (run, reading.tokens[run.first])
        for run in reading.runs
        if run.last - run.first == 1 and reading.tokens[run.first].word.case == Case.CAPITALS
    ]
    if any(run.weight >= ENOUGH and token.word.flags & Is.FAMILY for run, token in words):
        for run, token in words:
            flags = token.word.flags
            if flags & Is.FAMILY and not flags & (Is.HEAD | Is.MAKE | Is.ENDS) and len(token.said) > 3:
                if run.weight > -2.2:
                    run.weight, run.barred = max(run.weight, ENOUGH), False


def _among_many(reading: Reading, listed: list[bool]) -> None:
    """In a list with two persons of two words and more, a single word that is nothing else is one too."""
    runs = reading.runs
    for chain in _chained(runs, listed):
        if sum(run.weight >= ENOUGH and run.last - run.first > 1 for run in chain) > 1:
            for place, run in enumerate(chain):
                word = reading.tokens[run.first].word
                alone = run.last - run.first == 1 and word.case == Case.CAPITAL and not word.flags & ~(NAME | Is.WEAK)
                beside = (
                    all(one.word.flags & Is.JOINS for one in reading.tokens[chain[place - 1].last : run.first])
                    if place
                    else reading.tokens[run.first].begins
                )
                if alone and beside and not run.barred and -0.2 < run.weight < ENOUGH:
                    run.weight = ENOUGH


def _is_in_letters(said: str) -> bool:
    """Whether it is somebody's initials, as courts write them: «M.J.P.R.»."""
    return "." in said and said.replace(".", "").isupper() and len(said) == 2 * said.count(".") + 1


def _both_whole(known: Run, other: Run) -> bool:
    return known.last - known.first > 1 and other.last - other.first > 1


def _is_told_again(reading: Reading, left: Run, right: Run) -> bool:
    """Whether «a», «contra» stands before both, as it does before persons: «detuvieron a Mirta, a Coco y a Nelson»."""
    said = reading.tokens[right.first - 1].said
    return left.first > 0 and said in ("a", "contra", "contre") and reading.tokens[left.first - 1].said == said


def _is_a_place(reading: Reading, run: Run) -> bool:
    words = reading.tokens[run.first : run.last]
    return any(token.word.flags & (Is.PLACE | Is.HEAD | Is.MAKE) and not token.word.flags & NAME for token in words)


_AGAIN = frozenset(
    (
        "a",
        "à",
        "ao",
        "con",
        "com",
        "avec",
        "o",
        "os",
        "as",
        "el",
        "la",
        "le",
        "contra",
        "contre",
        "del",
        "do",
        "da",
        "al",
        "au",
    )
)
"""Small words said again before each of a list: «a Mirta, a Rolo y al Chino», «com o Tonho e com a Zefa»."""


def _listed(reading: Reading, left: Run, right: Run) -> bool:
    tokens = reading.tokens
    gap = reading.text[tokens[left.last - 1].end : tokens[right.first].start]
    if tokens[left.last - 1].word.case == Case.INITIAL:
        gap = gap.removeprefix(".")
    between = tokens[left.last : right.first]
    if len(gap) > 90 or "\n\n" in gap or ". " in gap:
        return False
    said = [token.said for token in between]
    again = [token.said for token in tokens[max(left.first - 2, 0) : left.first]]
    for many in (2, 1):
        if said and said[-many:] == again[-many:] and _AGAIN.issuperset(said[-many:]):
            between = between[:-many]
            gap = gap if between else ", "
            break
    if len(between) <= 2 and between and between[-1].word.flags & Is.JOINS:
        return len(between) == 1 or bool(between[0].word.flags & _NEAR_MASK)
    if len(between) == 2 and gap[:1] == " " and between[0].word.flags & Is.JOINS and between[1].said in _AGAIN:
        return True  # «Djedjê e a Carlos»
    if not between:
        return bool(_list_gap.fullmatch(gap)) and gap.strip() != ""
    return bool(re.match(r"\s?[(\[]|,\s\d", gap)) and len(between) <= 6 and gap.rstrip()[-1:] in "),;" + "dyeuian"
