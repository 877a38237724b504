"""What is written as a person and is none by what stands around it: ships, laws, streets and airports named after
people, parts of the names of places and brands.
"""

from __future__ import annotations

import re

from tidewaiter.foundation.readings.months import day_names, plain_word
from tidewaiter.privacy.reading import Reading, Token
from tidewaiter.privacy.words import NAME, Case, Is, is_look_alike, some


def is_none(reading: Reading, piece: tuple[int, int], whole: tuple[int, int]) -> bool:
    """Whether the `piece` of a `whole` run (tokens, the last not included) is no person whatever it weighs."""
    (first, last), (whole_first, whole_last) = piece, whole
    tokens = reading.tokens
    return (
        _is_of_a_ship(tokens, whole_first, last)
        or _is_quoted_ship(reading, whole_first)
        or _is_named_after(reading, whole_first)
        or (tokens[whole_first].said in ("Bandara", "Jalan", "Jl") and last - whole_first > 1)  # of Indonesia
        or _is_a_law(tokens, first)
        or (first > 1 and [token.said for token in tokens[first - 2 : first]] == ["Dar", "es"])
        or (last - first == 1 and _is_a_weekday(reading.text, tokens[first]))
        or (last - first == 1 and _is_a_handling_mark(reading.text, tokens[first]))
        or _is_part_of_a_look_alike(tokens, first, last, whole_first, whole_last)
    )


_date_behind = re.compile(r"[.,]{0,2}\s{1,2}(?:\d|\w{3,10}\.?\s\d)")


def _is_a_weekday(text: str, token: Token) -> bool:
    """Whether it is a weekday's name with a date behind it: «Tue 12/03/2024», in whose language it may be a name."""
    if len(token.said) > 12 or not _date_behind.match(text, token.end):
        return False
    return plain_word(token.said) in day_names()


def _is_a_handling_mark(text: str, token: Token) -> bool:
    """Whether it is a mark of the Traffic Light Protocol: «AMBER+STRICT», «TLP:AMBER», where Amber is a name too."""
    return text.startswith("+STRICT", token.end) or text[: token.start].rstrip(": ")[-3:].upper() in ("TLP", "PAP")


def _is_of_a_ship(tokens: list[Token], whole_first: int, last: int) -> bool:
    """Whether a run begins with «MSC», «Operation»: all up to a role is the name of a ship, of an operation."""
    of_a_ship = False
    for token in tokens[whole_first:last]:
        flags = token.word.flags
        of_a_ship = (
            of_a_ship or bool(flags & Is.VESSEL and (not flags & NAME or token.said == "Cutter"))
        ) and not flags & (Is.ROLE | Is.TITLE)
    return of_a_ship


def _is_quoted_ship(reading: Reading, whole_first: int) -> bool:
    """Whether a run stands in marks right behind a ship, a firm or a brand: «the vessel "Captain Roe"»."""
    if not whole_first:
        return False
    last = reading.tokens[whole_first - 1]
    gap = reading.text[last.end : reading.tokens[whole_first].start]
    return bool(last.word.flags & Is.VESSEL) and gap.strip(" ") in ("«", "“", "„", '"', "'", "‘")


def _is_named_after(reading: Reading, whole_first: int) -> bool:
    """Whether a run stands right behind «aeropuerto», «rua»: a person's name, and no person."""
    if not whole_first:
        return False
    last = reading.tokens[whole_first - 1]
    gap = reading.text[last.end : reading.tokens[whole_first].start]
    return gap == " " and last.word.case == Case.SMALL and last.word.folded in some("named_after")


def _is_a_law(tokens: list[Token], first: int) -> bool:
    """Whether a run begins with «Lei», «Ley», «Loi» behind an article: «a Lei Maria da Penha»."""
    said = tokens[first - 1].said if first else ""
    return tokens[first].said in ("Lei", "Ley", "Loi") and said.lower() in (
        *("a", "da", "na", "pela", "à", "la"),
        *("el", "de", "une", "uma", "una"),
    )


def _is_part_of_a_look_alike(tokens: list[Token], first: int, last: int, whole_first: int, whole_last: int) -> bool:
    """Whether it is a place or a brand together with what was split off: «San Pedro Sula», «Dr Martens»."""
    if (first, last) == (whole_first, whole_last) or whole_last - whole_first > 6:
        return False
    words = [token.word.folded for token in tokens[whole_first:whole_last]]
    return is_look_alike(" ".join(words)) or (
        first > whole_first and is_look_alike(" ".join(words[first - whole_first - 1 : last - whole_first]))
    )
