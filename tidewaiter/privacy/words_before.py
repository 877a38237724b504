"""What stands before a run weighs: titles, roles, «named», deeds, articles, prepositions of place, ships."""

from __future__ import annotations

import re

from tidewaiter.privacy.endings import is_only_a_family_name
from tidewaiter.privacy.pet_names import is_made_small
from tidewaiter.privacy.phrases_before import (
    goes_on_to,
    is_done_by,
    is_met,
    is_of_a_profession,
    what_it_is_of,
)
from tidewaiter.privacy.reading import SPACES, Reading, Token, is_capital, is_cyrillic, joined, sure_given
from tidewaiter.privacy.word_weights import SUFFIXES
from tidewaiter.privacy.words import NAME, Case, Is, some

_INITIALS = frozenset(("inisial", "berinisial", "initials", "iniciales", "iniciais", "initiales"))


_SHORT_ROLES = frozenset(
    (
        *("APF", "EPF", "DPF", "STTE", "SOB", "SOT", "JPU", "ABK", "WNA", "WNI", "DPO", "PAX", "PM", "ВОД"),
        *("HHJ", "DPP", "BSO", "SSA", "PW1", "PW2", "PW3", "OCS", "IO", "DSP", "CSP"),
    )
)
"""Roles that are written in three capitals."""
_TO = frozenset(("a", "à", "na", "на", "do", "an", "aan", "do", "em", "of", "to", "for"))
"""Small words between «made out», «addressed» and to whom."""
_PLAINTIFFS = frozenset(("R", "States", "People", "State", "Republic", "Crown", "Regina"))
"""Before the «v.» of a case in court, behind which the accused stands."""
_dotted = re.compile(
    r"sen|rep|comm|gov|det|const|lt|maj|gen|brig|pres|dep|sup|adv|supt|insp|capt|sgt|cdr|hon|"
    r"cap|des|pharm|arq|eng|ab|cbop|cbos|sgop"
)
"""Titles only with a full stop behind them; without one names or other words («Amartya Sen»)."""
_aboard = re.compile(
    r"(?i)(?:\b(?:aan boord van (?:de|het)|an bord (?:der|des)|a bordo d(?:el|ella|a|o)|à bord d(?:u|e la)|"
    r"(?:on.board|aboard) the)|"
    r"\b(?-i:der|die|de|het|la|le|el|the) (?-i:MS|MV|MT|MY|SY|FV))[ ’'][«“\"„]?$"
)
"""Before the name of a ship: «aan boord van de Maria», «mit der MS Hanna»."""
_between = re.compile(r"(?:\s\d{1,2}(?=\s?:))?\s?[(\[:=,–—-]{0,2}\s{0,2}[\"'“”«»„‘’]?\s?")


def before(reading: Reading, first: int) -> float:
    """What stands before a run weighs."""
    tokens, text = reading.tokens, reading.text
    if not first:
        return 0.0
    last = tokens[first - 1]
    flags, gap = last.word.flags, text[last.end : tokens[first].start]
    direct = gap in SPACES or gap in (". ", ".")
    if not direct and not _between.fullmatch(gap):
        return 0.0
    if _aboard.search(text, max(0, tokens[first].start - 40), tokens[first].start):
        return -3.0
    if last.said in ("v", "vs") and direct and first > 1 and tokens[first - 2].said in _PLAINTIFFS:
        return 2.4
    if gap in (". ", ".") and (
        not (flags & (Is.TITLE | Is.ROLE | Is.NAMED) and len(last.said) < 6) or last.word.folded in SUFFIXES
    ):
        return 0.0
    comma = "," in gap
    if reading.loud and direct and flags & Is.ROLE and _is_of_what(tokens, first):
        return 0.0  # «CHEFE DE TURNO»
    if last.said in FORCES and direct and first > 1 and is_of_a_force(tokens[first - 2]):
        return 2.3
    if (
        first > 1
        and is_capital(last)
        and tokens[first - 2].word.flags & Is.VESSEL
        and text[tokens[first - 2].end : last.start] in SPACES
    ):
        return -3.0
    if last.folded_one and direct:
        apart = text[max(0, last.start - 2) : last.start] == ", "
        return 2.3 if apart else 1.5 if first > 1 and tokens[first - 2].said in _BEFORE_ONE else 0.6
    if last.said == "Me" and direct:
        return 3.0  # «Me Traoré»: a lawyer
    if last.word.folded in _INITIALS:
        return 4.5
    if flags & Is.TITLE and direct and _is_title(last, text):
        return 3.0
    if flags & Is.PLACE_BEFORE and direct and _is_a_place_of_a_place(tokens, first):
        return -3.0
    if direct and flags & Is.PARTICLE and first > 1 and tokens[first - 2].word.folded in some("named_after"):
        return -3.0  # «l'aéroport de Roissy-Charles-de-Gaulle»
    said = _named_before(reading, first, direct=direct, comma=comma)
    if said is None and flags & Is.ROLE:
        said = _right_behind_a_role(reading, first, direct=direct, comma=comma)
    return _weak_before(reading, first, last, gap) if said is None else said


def _named_before(reading: Reading, first: int, *, direct: bool, comma: bool) -> float | None:
    """What «named», «identified as», «charged to» right before a run weigh; None where none of them stands."""
    tokens = reading.tokens
    last, flags = tokens[first - 1], tokens[first - 1].word.flags
    if flags & Is.NAMED and not comma:
        if last.said == "as" and tokens[first].word.flags & Is.MAKE:
            return 2.5 if first > 1 and tokens[first - 2].said in ("name", "names") else 0.0
        return 3.2 if direct and last.word.case == Case.SMALL and _is_a_plain_word(tokens[first]) else 2.5
    if flags & Is.AS and not comma and first > 1 and tokens[first - 2].word.flags & Is.NAMED:
        return 2.5
    if (
        direct
        and last.word.case == Case.SMALL
        and (flags & Is.PARTICLE or last.said in _TO)
        and first > 1
        and tokens[first - 2].word.flags & Is.NAMED
    ):
        return 2.2
    return None


def _right_behind_a_role(reading: Reading, first: int, *, direct: bool, comma: bool) -> float | None:
    """What a role right before a run weighs; None where it is a ship, or an office in letters."""
    tokens = reading.tokens
    last, flags = tokens[first - 1], tokens[first - 1].word.flags
    if (
        flags & Is.ROLE
        and not (flags & Is.VESSEL and last.word.case == Case.SMALL)
        and not (last.word.case == Case.CAPITALS and len(last.said) < 4 and last.said not in _SHORT_ROLES)
    ):
        if comma and last.word.case == Case.SMALL and _stands_apart(reading, first):
            if last.word.folded in some("kin") or (
                not tokens[first].word.flags & _NO_ONE_APART and not tokens[first].begins
            ):
                return 2.2  # «un policía, Montaño, que los cuida»
        if direct and last.word.case == Case.SMALL and _is_a_plain_word(tokens[first]):
            return 2.5  # «o inspetor-chefe Labareda»
        return (2.0 if flags & Is.HEAD else 2.3) if direct else 1.2 if comma else 1.7
    return None


_AT_SEA = frozenset(("capitan", "capitao", "teniente", "tenente", "alferez", "capitaine", "lieutenant"))
"""Before «de navío», «de fragata»: a rank, and no ship."""
_WHOSE = frozenset(("dele", "dela", "deles", "delas", "ella", "él", "ellos", "celui-ci", "celle-ci"))


_NO_ONE_APART = Is.PLACE | Is.HEAD | Is.MAKE | Is.ENDS | Is.NATION | Is.ORDINARY
_BEFORE_ONE = frozenset(("and", "by", "from", "with", "to", "that", "of"))


def _is_a_plain_word(token: Token) -> bool:
    """Whether it is an everyday word and nothing else, as nicknames are: «a coyote named Flaco»."""
    flags = token.word.flags
    return (
        token.word.case == Case.CAPITAL and flags & (Is.ORDINARY | NAME | Is.PLACE | Is.HEAD | Is.MAKE) == Is.ORDINARY
    )


def _stands_apart(reading: Reading, first: int) -> bool:
    """Whether a single word stands between a comma before and a comma or a full stop behind."""
    end = reading.tokens[first].end
    return reading.text[end : end + 1] in ",.;" and reading.text[reading.tokens[first - 1].end] == ","


def _is_of_what(tokens: list[Token], first: int) -> bool:
    """Whether «DE» and no name stand here in capitals: it goes on to say what somebody is."""
    ahead = tokens[first + 1].word.flags if first + 1 < len(tokens) else 0
    return tokens[first].said in ("DE", "DEL", "DO", "DA", "DOS", "DES", "DU") and not ahead & NAME


def _is_title(token: Token, text: str) -> bool:
    """Whether it is written as a title is: «MS» in capitals alone is a state, a ship or a metal."""
    if (token.word.case == Case.CAPITALS and len(token.said) < 4) or _dotted.fullmatch(token.said.lower()):
        return text[token.end : token.end + 1] == "."
    return True


def _weak_before(reading: Reading, first: int, last: Token, gap: str) -> float:
    tokens = reading.tokens
    direct, comma = gap in SPACES or gap in (". ", "."), "," in gap
    flags = last.word.flags
    small = last.word.case == Case.SMALL
    several = _several(reading, first)
    weight = role_before(reading, first)
    if comma and weight and not is_capital(last) and _stands_apart(reading, first):
        if last.said in _WHOSE and first > 1 and tokens[first - 2].word.folded in some("kin"):
            return 2.5
        weight += 0.0 if tokens[first].word.flags & Is.PLACE else 0.5
    if flags & Is.JOINS and direct and first > 1 and is_capital(tokens[first - 2]):
        return weight
    if last.said == "firma" and direct and tokens[first].word.case == Case.INITIAL:
        return 1.5  # «y firma A. Garza»
    if flags & Is.VESSEL and (direct or not comma):
        ranked = direct and first > 2 and tokens[first - 2].said in ("de", "da", "do")
        return 2.3 if ranked and tokens[first - 3].word.folded in _AT_SEA else -3.0
    if comma and flags & Is.HEAD and is_capital(last) and not several:
        return weight - 0.6  # «Christchurch Road, Ashford»
    if flags & Is.MAKE and direct:
        return -0.4
    if flags & Is.NATION and not comma:
        known_by_it = direct and small and first > 1 and tokens[first - 2].said.lower() in _ONE_OF
        return max(1.5, weight) if known_by_it else 0.5 + weight
    if direct and first > 1 and is_met(tokens, first):
        return 1.5
    if direct and first > 1 and goes_on_to(tokens[first - 2], last):
        return 1.5 if last.said == "to" else 1.0
    if direct and last.said in ("de", "del", "do", "da", "d", "of") and first > 1:
        ahead = tokens[first - 2].word
        if ahead.case == Case.SMALL and ahead.folded in some("kin"):
            return 1.5  # «la hermana de Lucas»
    if direct and small and first > 1 and (said := what_it_is_of(reading, first)):
        return max(said, weight)
    if flags & Is.HEAD and direct and small:
        return weight or -1.2
    if (
        direct
        and small
        and (flags & Is.PARTICLE or last.said == "of")
        and first > 1
        and tokens[first - 2].word.flags & Is.HEAD
        and not weight
    ):
        return -0.1 if _is_sure_alone(tokens[first]) and tokens[first - 2].word.case == Case.SMALL else -1.4
    if flags & Is.SOURCE and direct and (small or last.begins):
        return 1.5
    if flags & Is.ACT_BEFORE and direct:
        return 1.5
    if flags & Is.BY and direct:
        return max(1.1 if is_done_by(tokens, first) else 0.6, weight)
    if direct and is_of_a_profession(tokens, first):
        return max(1.3, weight)
    if ":" in gap and flags & Is.PLACE_BEFORE:
        return -1.5
    if not direct:
        return weight
    return _behind_a_small_word(reading, first, weight, several=several)


def _behind_a_small_word(reading: Reading, first: int, weight: float, *, several: bool) -> float:
    """What an article or a preposition of place right before a run weighs."""
    tokens = reading.tokens
    last, flags = tokens[first - 1], tokens[first - 1].word.flags
    if last.said in ("los", "os", "les") and tokens[first].word.flags & (NAME | Is.PLACE | Is.ORDINARY) == Is.FAMILY:
        return max(0.95, weight)  # «la finca de los Zambrano»
    if flags & Is.ARTICLE:
        if last.said in ("la", "el") and last.word.case == Case.SMALL and _is_only_given(tokens[first]) and not several:
            return max(-0.3, weight * 0.5 - 0.3)  # «la Yuri»
        return weight * 0.5 - (
            0.0
            if last.said in ("o", "a", "O", "A") and (sure_given(tokens[first]) or is_made_small(tokens[first].word))
            else 0.3
            if last.said in ("o", "a", "O", "A")
            else 0.8
        )
    if flags & Is.PLACE_BEFORE:
        return weight * 0.5 - (
            0.1
            if several and (sure_given(tokens[first]) or tokens[first].word.case == Case.INITIAL)
            else 0.4
            if several
            else 0.05
            if _is_sure_alone(tokens[first])
            else 1.0
        )
    return weight


def _is_a_place_of_a_place(tokens: list[Token], first: int) -> bool:
    """«en Santiago de Cali»: two places with «de» between."""
    words = tokens[first : first + 3]
    return (
        len(words) == 3
        and words[1].said in ("de", "do", "da", "del")
        and all(word.word.flags & Is.PLACE for word in (words[0], words[2]))
    )


def _is_only_given(token: Token) -> bool:
    return token.word.flags == Is.GIVEN and token.word.case == Case.CAPITAL


FORCES = frozenset(
    (
        "PNP",
        "PM",
        "BM",
        "GN",
        "GNB",
        "PC",
        "PRF",
        "PF",
        "GNR",
        "PSP",
        "PRM",
        "EP",
        "FAP",
        "MGP",
        "EB",
        "PJ",
        "GC",
        "CNP",
    )
)
"""Forces in letters between a rank and a name, or between «o», «el» and one: «el SO2 PNP Quispe», «o PRF Lima»."""


def is_of_a_force(ahead: Token) -> bool:
    return (
        bool(ahead.word.flags & (Is.ROLE | Is.TITLE))
        or ahead.said.lower() in ("o", "os", "el", "los")
        or (ahead.word.case != Case.SMALL and len(ahead.said) < 5 and ahead.said.isupper())
    )


_ONE_OF = frozenset(("el", "la", "un", "una", "los", "las", "o", "a", "um", "uma", "os", "as", "le", "une", "les", "l"))
"""Before a nation and a name: «la dominicana Yokasta», which is hardly a firm or a place."""


def _is_sure_alone(token: Token) -> bool:
    """Whether a single word is a given name, or a Russian family name, and nothing else."""
    if is_cyrillic(token.said):
        return is_only_a_family_name(token.word.folded) or sure_given(token)
    return sure_given(token) and not token.word.flags & Is.ORDINARY


def _several(reading: Reading, first: int) -> bool:
    return (
        first + 1 < len(reading.tokens)
        and is_capital(reading.tokens[first + 1])
        and joined(reading.text, reading.tokens[first], reading.tokens[first + 1])
    )


def role_before(reading: Reading, first: int) -> float:
    """A role some words before in the same clause: «the director of customs in Arica, Jane Roe»."""
    tokens, text = reading.tokens, reading.text
    for at in range(first - 1, max(first - 8, -1), -1):
        gap = text[tokens[at].end : tokens[at + 1].start] if at + 1 <= first else ""
        if any(sign in gap for sign in ".;!?\n█") or tokens[at].said in ("en", "na") or (")" in gap and "(" not in gap):
            return 0.0
        flags = tokens[at].word.flags
        if flags & (Is.ROLE | Is.NAMED) and at < first - 1 and not flags & Is.PLACE_BEFORE:
            return 0.9
        deed = flags & (Is.ACT_AFTER | Is.JOINS) and not flags & Is.PARTICLE
        if tokens[at].word.case == Case.SMALL and deed and tokens[at].said != "à":
            return 0.0
    return 0.0
