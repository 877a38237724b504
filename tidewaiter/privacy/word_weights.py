"""What the words of a run weigh by themselves: known names, unknown words, everyday words, places, head words."""

from __future__ import annotations

import re

from tidewaiter.privacy.endings import is_a_thing, is_like_a_family_name, is_only_a_family_name, is_patronymic
from tidewaiter.privacy.pet_names import is_a_pet_name, is_made_small
from tidewaiter.privacy.pinyin import is_pinyin, is_syllables
from tidewaiter.privacy.reading import Reading, Token
from tidewaiter.privacy.words import NAME, Case, Is, is_look_alike

SUFFIXES = frozenset(
    ("filho", "júnior", "junior", "neto", "sobrinho", "netto", "jr", "hijo", "fils", "père", "ii", "iii")
)
"""What a family name ends with that is a word of kin elsewhere."""
HONOURS = frozenset(("bey", "hanım", "usta", "abi", "ağa", "hoca", "efendi", "reis", "baba"))
"""What Turkish puts behind a given name."""
_NO_FIRST = Is.ORDINARY | Is.HEAD | Is.ENDS | Is.MAKE | Is.VESSEL
_OTHER = (
    Is.WEAK
    | Is.ORDINARY
    | Is.PLACE
    | Is.HEAD
    | Is.MAKE
    | Is.ENDS
    | Is.NATION
    | Is.ROLE
    | Is.TITLE
    | Is.VESSEL
    | Is.ACT_AFTER
    | Is.ACT_BEFORE
    | Is.PARTICLE
    | Is.PLATE
    | Is.PAPER
)
"""What a given name may be as well."""


def inside(reading: Reading, tokens: list[Token]) -> tuple[float, bool]:
    """What the words themselves weigh, and whether they cannot be a person."""
    if _is_an_abbreviation(tokens):
        return -2.0, True
    barred = _is_an_acronym(reading, tokens)
    weight, names, count = -1.5 if barred and len(tokens) > 1 else 0.0, 0, 0
    for place, token in enumerate(tokens):
        flags, case = token.word.flags, token.word.case
        if case == Case.SMALL or (flags & Is.PARTICLE and not flags & NAME):
            continue
        count += 1
        one = 0.0 if place and token.said.lower() in SUFFIXES | HONOURS else _weight_of(reading, token)
        if flags & Is.HEAD:
            last = place == len(tokens) - 1
            if (
                not _is_chinese(tokens)
                and not _is_of_a_family(tokens, place)
                and (
                    not flags & NAME
                    or (flags & Is.ORDINARY and (place == 0 or last))
                    or (last and len(token.said) < 5 and place)
                )
            ):
                barred = True
            one -= 1.6 if place == 0 else 0.0 if _is_of_a_family(tokens, place) else 0.5
        names += bool(flags & NAME) or one >= 0.8
        weight += one
    if not count or count > 6:
        return -2.0, True
    if all(token.word.case == Case.INITIAL and token.dotted for token in tokens) and 1 < len(tokens) < 5:
        return 0.5, False  # «el menor Y. P.»
    if count == 1 and _dotted_initials.fullmatch(tokens[0].said) and not tokens[0].word.flags & Is.HEAD:
        weight += 0.8
    if count == 1:
        weight += 0.3 if _is_given_alone(reading, tokens[0]) else -_less_alone(reading, tokens[0])
    else:
        weight += 0.2 if names else 0.0
        weight += _first_and_last(tokens, names)
        weight += _called(reading, tokens)
        weight += _in_capitals(tokens)
    if count > 1 and tokens[0].begins and all(token.word.flags & Is.ORDINARY for token in tokens):
        weight -= 0.4
    if count > 1 and is_look_alike(" ".join(token.word.folded for token in tokens)):
        return -2.0, True
    if count == 2 and _is_chinese(tokens):
        weight += 0.5
    if count > 2 and _is_of_a_make(tokens):
        return -2.0, True
    for reach in range(2, count):
        if is_look_alike(" ".join(token.word.folded for token in tokens[:reach])):
            weight -= 1.2 if tokens[0].word.flags & NAME and not tokens[0].word.flags & Is.WEAK else 1.8
            break
    return weight, barred


_dotted_initials = re.compile(r"[A-Z](?:\.[A-Z]){2,4}")
"""Somebody's initials, as courts write them: «M.J.P.R.»; an office as often, so that more must say so."""
SHIPS_IN_LETTERS = frozenset(("LÉ", "HMC", "HMCC", "HMS", "USCGC", "USS", "BRP", "KRI", "ARC", "BAP", "INS", "HNLMS"))
"""Before the name of a ship of a state."""
_states = re.compile(
    r"ala|ariz|ark|cal|calif|colo|conn|del|fla|ga|ill|ind|kan|ky|la|mass|"
    r"md|me|mich|minn|miss|mo|mont|neb|nev|ohio|okla|"
    r"or|ore|pa|tenn|tex|utah|va|vt|wash|wis|wyo"
)
"""How states are shortened in the names of courts."""


def _is_an_abbreviation(tokens: list[Token]) -> bool:
    """Whether it begins with a country or a court in letters: «U.S. Fish», «W.D. Wash.»."""
    first = tokens[0].said
    return (
        first in SHIPS_IN_LETTERS
        or first in ("U.S", "U.K", "U.N", "E.U", "D.C", "N.Y", "N.J", "L.A", "U.A.E")
        or (len(tokens) == 2 and first[1:] == ".D" and _states.fullmatch(tokens[1].word.folded) is not None)
    )


def _is_an_acronym(reading: Reading, tokens: list[Token]) -> bool:
    """Whether it is an office in letters («HMRC»), or begins with one."""
    first = tokens[0]
    if len(tokens) == 2 and first.word.flags & Is.ARTICLE and not reading.loud:
        first, tokens = tokens[1], tokens[1:]  # «La DIAN»
    if reading.loud or first.word.case != Case.CAPITALS or len(first.said) > 5 or "." in first.said:
        return False
    return len(tokens) == 1 or bool(first.word.flags & Is.HEAD)


def _is_of_a_family(tokens: list[Token], place: int) -> bool:
    """Whether what is an office or a place elsewhere is a family name behind a sure given name and «da», «do», «St.»:
    «Domingos da Costa», «Oliver St. John».
    """
    first, word = tokens[0].word, tokens[place].word
    sure = bool(first.flags & Is.GIVEN) and not first.flags & (Is.WEAK | Is.HEAD | Is.ORDINARY | Is.MAKE)
    if not sure or not place or not word.flags & Is.FAMILY:
        return False
    return tokens[place - 1].said in ("da", "do", "dos", "das", "de") or (
        tokens[place].said == "St" and tokens[place].dotted
    )


def _is_of_a_make(tokens: list[Token]) -> bool:
    """Whether wares stand before a brand or a place: «Contrefaçons Yves Saint Laurent»."""
    words = [token.word.folded for token in tokens]
    for start in range(1, len(words) - 1):
        if tokens[start - 1].word.flags & NAME and not tokens[start - 1].word.flags & Is.WEAK:
            return False
        if is_look_alike(" ".join(words[start:])):
            return True
    return False


def _is_chinese(tokens: list[Token]) -> bool:
    """Whether two words are written as a Chinese family and given name."""
    return (
        len(tokens) == 2
        and bool(tokens[0].word.flags & Is.FAMILY)
        and all(is_syllables(token.word.folded) for token in tokens)
        and not any(token.word.flags & Is.HEAD and not token.word.flags & NAME for token in tokens)
    )


def _is_given_alone(reading: Reading, token: Token) -> bool:
    """Whether a word by itself is a given name and hardly anything else, in a text that has small letters too."""
    flags = token.word.flags
    if token.word.case == Case.CAPITALS and len(token.said) > 4 and flags & NAME == Is.FAMILY:
        # «BENALI sort du bar», as French notes write it; a code or a title has few small words
        return reading.unknown > 0.5 and len(reading.tokens) > 5 and not flags & _OTHER
    if "\u0400" <= token.said[:1] <= "\u04ff" and is_only_a_family_name(token.word.folded):
        return not (flags & (_OTHER & ~(Is.WEAK | Is.ORDINARY)) or token.begins) and token.word.case == Case.CAPITAL
    if is_a_pet_name(token.word.folded) and not flags and not token.begins:
        return True
    return (
        bool(flags & Is.GIVEN)
        and (not flags & _OTHER or _is_frequent(token))
        and len(token.word.folded) > 2
        and (token.word.case == Case.CAPITAL or (len(token.said) > 4 and not reading.loud))
    )


def _is_frequent(token: Token) -> bool:
    """Whether a name is a place somewhere too, and a person nearly always: «Petra», «Mitchell»."""
    flags = token.word.flags
    return not flags & (_OTHER & ~Is.PLACE) and bool(flags & Is.GIVEN) and not token.begins


def _less_alone(reading: Reading, token: Token) -> float:
    """What a single word that is no sure given name weighs less: a little where it is a family name and nothing else,
    or is made small as names are, in a text that tells something.
    """
    told = reading.unknown > 0.5 and len(reading.tokens) > _A_STORY and token.word.case == Case.CAPITAL
    if told and not token.begins:
        if token.word.flags == Is.FAMILY:
            return 0.2
        if is_made_small(token.word):
            return 0.1
    return 0.7 + _alone(token)


_A_STORY = 12
"""Words from which a text tells something, and is no list or title."""
CALLED = frozenset(
    (
        *("mama", "papa", "baba", "tata", "tonton", "tantie", "tio", "tia", "uncle", "auntie", "aunty", "mano"),
        *(
            "nego",
            "nega",
            "negro",
            "big",
            "little",
            "fat",
            "old",
            "young",
            "don",
            "dona",
            "seu",
            "ptit",
            "petit",
            "gros",
        ),
    )
)
"""Before a name, they make one by which somebody is called: «Mama Njeri», «Big Joe»."""


def _alone(token: Token) -> float:
    """What a single word weighs less than in company: a place, an everyday word, an abbreviation."""
    flags = token.word.flags
    if token.word.case == Case.CAPITALS and len(token.said) < 4:
        return 1.5
    if flags & Is.ENDS:
        return 1.0  # June, March
    if flags & Is.PLACE:
        return 0.6 if flags & NAME else 1.2
    return 0.45 if flags & Is.WEAK and flags & Is.ORDINARY else 0.0


def _called(reading: Reading, tokens: list[Token]) -> float:
    """«Uncle Lam», «Big Joe», where something is told: what the first word takes from the second is given back."""
    flags = tokens[1].word.flags
    if len(tokens) == 2 and tokens[0].word.folded in CALLED and len(reading.tokens) > _A_STORY:
        if not flags & (Is.HEAD | Is.MAKE | Is.ENDS) and not (flags & Is.PLACE and not flags & NAME):
            return 1.4 if flags & NAME or not flags else 0.9
    return 0.0


def _first_and_last(tokens: list[Token], names: int) -> float:
    """A given name, or initials, before something that may be a family name."""
    first, last = tokens[0].word, tokens[-1].word
    if tokens[-1].said.lower() in HONOURS and first.flags & Is.GIVEN:
        return 0.6
    if last.flags & (Is.ORDINARY | Is.HEAD | Is.MAKE) and not last.flags & NAME:
        return 0.0
    if first.flags & Is.MAKE:
        return 0.0
    if first.flags & Is.GIVEN and last.case != Case.INITIAL:
        return 0.4 if names > 1 or not first.flags & Is.WEAK else 0.2
    if last.case == Case.INITIAL and tokens[-1].dotted and len(tokens) == 2 and not first.flags & _NO_FIRST:
        return 0.6
    return 0.5 if first.case == Case.INITIAL and last.case == Case.CAPITAL else 0.0


def _in_capitals(tokens: list[Token]) -> float:
    """«DUPONT Jean», «Jean DUPONT»: one of two kinds of writing in one run."""
    cases = {token.word.case for token in tokens if len(token.said) > 2}
    loud = [token for token in tokens if token.word.case == Case.CAPITALS and len(token.said) > 3]
    if (
        cases == {Case.CAPITAL, Case.CAPITALS}
        and len(loud) == 1
        and len(tokens) < 4
        and any(token.word.flags & NAME for token in tokens)
        and not any(token.word.flags & (Is.HEAD | Is.ORDINARY | Is.MAKE) for token in tokens)
    ):
        return 0.6
    return 0.0


def _weight_of(reading: Reading, token: Token) -> float:
    flags, case = token.word.flags, token.word.case
    if case == Case.INITIAL:
        return 0.4
    if flags & Is.MAKE:
        return 0.0 if flags & Is.GIVEN else -0.9
    if flags & NAME:
        if flags & Is.WEAK:
            if flags & Is.GIVEN and not flags & Is.PLACE and not token.begins:
                return 0.5
            return 0.35 if flags & Is.PLACE or flags & Is.ORDINARY else 0.6
        return 1.2 if flags & Is.GIVEN else 1.1
    if is_patronymic(token.word.folded):
        return 1.2
    if flags & (Is.ORDINARY | Is.ENDS | Is.ACT_AFTER | Is.ACT_BEFORE):
        return -0.8
    if flags & Is.PLACE:
        return -0.3
    if is_a_thing(token.word.folded):
        return -0.6
    if case == Case.CAPITALS and len(token.said) <= 5:
        return -0.5
    if is_like_a_family_name(token.word.folded):
        return 0.8
    if is_pinyin(token.word.folded):
        return 0.7
    if is_a_pet_name(token.word.folded):
        return 0.8
    return 1.0 if reading.unknown > 0.5 and is_made_small(token.word) else reading.unknown
