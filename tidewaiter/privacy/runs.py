"""Runs of capitalised words: where they begin and end, where they are split, and what each weighs in all."""

from __future__ import annotations

from tidewaiter.privacy.ages import age_behind
from tidewaiter.privacy.reading import Reading, Run, Token, is_capital, joined, sure_name
from tidewaiter.privacy.surroundings import after, before
from tidewaiter.privacy.word_weights import inside
from tidewaiter.privacy.words import NAME, Case, Is, is_look_alike

_BREAKS = Is.ENDS | Is.TITLE | Is.ROLE | Is.NAMED | Is.NATION


ENOUGH = 1.35
"""Weight from which a run is a person."""


_german = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "wurde",
        "mit",
        "von",
        "im",
        "bei",
        "nach",
        "auf",
        "ist",
    ]
)


def unknown_in(text: str, tokens: list[Token]) -> float:
    """What an unknown capitalised word weighs in this text: little in capitals or
    titles, and where nouns have capitals.
    """
    capitals = sum(token.word.case == Case.CAPITALS for token in tokens)
    small = sum(token.word.case == Case.SMALL for token in tokens)
    if len(tokens) > 3 and small * 4 < len(tokens):
        return 0.25
    if capitals * 2 > len(tokens) > 3:
        return 0.15
    german = sum(token.word.folded in _german for token in tokens)
    return 0.1 if german >= 3 and german * 8 > len(tokens) else 0.6


def read_runs(reading: Reading) -> None:
    tokens, text = reading.tokens, reading.text
    at = 0
    while at < len(tokens):
        if not is_capital(tokens[at]):
            at += 1
            continue
        last = at + 1
        while last < len(tokens) and last - at < 40:
            ahead = last
            while (
                ahead < len(tokens)
                and ahead - last < 3
                and not is_capital(tokens[ahead])
                and tokens[ahead].word.flags & Is.PARTICLE
                and joined(text, tokens[ahead - 1], tokens[ahead])
            ):
                ahead += 1
            if ahead < len(tokens) and is_capital(tokens[ahead]) and joined(text, tokens[ahead - 1], tokens[ahead]):
                conjunction = ahead > last and tokens[last].word.flags & Is.JOINS
                if conjunction:
                    break
                last = ahead + 1
            else:
                break
        _read_run(reading, at, last)
        at = last


def _read_run(reading: Reading, first: int, last: int) -> None:
    """Splits a run at words that end a name, and weighs the pieces."""
    tokens = reading.tokens
    start = first
    for at in range(first, last + 1):
        if at < last and not _breaks(tokens, start, at, last):
            continue
        begin, end = start, at
        while begin < end and tokens[begin].word.flags & Is.PARTICLE and not is_capital(tokens[begin]):
            begin += 1
        while end > begin and not is_capital(tokens[end - 1]):
            end -= 1
        if begin < end:
            _weigh_piece(reading, begin, end, first, last)
        start = at + 1


def _breaks(tokens: list[Token], start: int, at: int, last: int) -> bool:
    flags = tokens[at].word.flags
    if not flags & _BREAKS or not is_capital(tokens[at]):
        return False
    if tokens[at].word.case == Case.INITIAL and tokens[at].dotted:
        return False
    if (
        flags & Is.ENDS
        and flags & NAME
        and not tokens[at].begins
        and not flags & (Is.TITLE | Is.ROLE | Is.NAMED | Is.NATION)
    ):
        return False
    if flags & NAME and not flags & (Is.WEAK | Is.ORDINARY) and not flags & Is.ENDS:
        # a name that is a title or a role too (Pan, Bay, Marin): one at the start of a run alone
        return at == start and at + 1 < last and bool(flags & (Is.TITLE | Is.ROLE))
    if flags & Is.PARTICLE and at > start and at + 1 < last:
        return False
    if flags & NAME and at > start and at + 1 == last and tokens[at - 1].word.flags & Is.GIVEN:
        return bool(flags & (Is.TITLE | Is.NATION)) and not flags & Is.FAMILY
    return True


def _weigh_piece(reading: Reading, first: int, last: int, whole_first: int, whole_last: int) -> None:
    tokens = reading.tokens
    best = Run(first, last)
    if _is_of_a_ship(tokens, whole_first, last) or _is_part_of_a_look_alike(
        tokens, first, last, whole_first, whole_last
    ):
        best.barred, best.weight = True, -3.0
        reading.runs.append(best)
        return
    _weigh(reading, best, whole_first, whole_last)
    if best.weight < ENOUGH and last - first > 1 and not best.barred:
        begin, end = first, last
        droppable = Is.ORDINARY | Is.PLACE | Is.MAKE | Is.HEAD
        while end - begin > 1 and tokens[begin].word.flags & droppable and not sure_name(tokens[begin]):
            begin += 1
        while end - begin > 1 and (
            (tokens[end - 1].word.flags & (Is.MAKE) and not sure_name(tokens[end - 1]))
            or not is_capital(tokens[end - 1])
        ):
            end -= 1
        if (begin, end) != (first, last) and is_capital(tokens[begin]):
            other = Run(begin, end)
            _weigh(reading, other, whole_first, whole_last)
            if other.weight >= ENOUGH + 0.4 and not any(token.word.flags & Is.HEAD for token in tokens[first:begin]):
                best = other
    reading.runs.append(best)


def _is_of_a_ship(tokens: list[Token], whole_first: int, last: int) -> bool:
    """Whether a run begins with «MSC», «Operation»: all up to a role is the name of a ship, of an operation."""
    of_a_ship = False
    for token in tokens[whole_first:last]:
        flags = token.word.flags
        of_a_ship = (of_a_ship or bool(flags & Is.VESSEL and not flags & NAME)) and not flags & (Is.ROLE | Is.TITLE)
    return of_a_ship


def _is_part_of_a_look_alike(tokens: list[Token], first: int, last: int, whole_first: int, whole_last: int) -> bool:
    """Whether it is a place or a brand together with what was split off: «San Pedro Sula», «Dr Martens»."""
    if (first, last) == (whole_first, whole_last) or whole_last - whole_first > 6:
        return False
    words = [token.word.folded for token in tokens[whole_first:whole_last]]
    return is_look_alike(" ".join(words)) or (
        first > whole_first and is_look_alike(" ".join(words[first - whole_first - 1 : last - whole_first]))
    )


def _weigh(reading: Reading, run: Run, whole_first: int, whole_last: int) -> None:
    """Sets the weight of a run."""
    tokens = reading.tokens[run.first : run.last]
    ahead = before(reading, run.first)
    age = age_behind(reading.text, tokens[-1].end)
    within, run.barred = inside(reading, tokens)
    around = ahead + age + (0.0 if age else after(reading, run))
    if run.barred:
        run.weight = within + min(around, 0.0)
        return
    if any(
        token.word.flags & Is.HEAD and not token.word.flags & NAME
        for token in reading.tokens[whole_first:whole_last]
        if token.start >= tokens[-1].end or token.end <= tokens[0].start
    ) and not (ahead >= 1.2 or age):
        around -= 0.7
    run.weight = within + around
