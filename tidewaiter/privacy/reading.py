"""A text as it is read for persons: its words where they stand, and the runs of them that may be a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tidewaiter.privacy.words import NAME, Case, Is, Word, look_up, some

type Span = tuple[int, int, str]


_LETTER = r"(?:[^\W\d_\u0600-\u06ff\u0900-\u0dff\u3400-\u9fff\uac00-\ud7a3]|[\u0300-\u036f])"


_word = re.compile(
    rf"{_LETTER}+(?:(?:['’ʼ`-]|\.(?={_LETTER}\.|"
    rf"{_LETTER}{{2}})){_LETTER}+){{0,8}}"
)


_elided = re.compile(
    r"(?:[LDSJMTCNldsjmtcn]|[Qq]u|[Dd]ell|[Aa]ll|[Nn]ell|[Dd]all|[Ss]ull|[Uu]n)['’](?=[a-zà-ÿ])|"
    r"(?:[ldsjmt]|qu|dell|all|nell|dall|sull)['’]"
)
"""French and Italian words that are written together with the next."""


_suffix = re.compile(
    r"(?<=\w{3})['’](?:n?[iıuü]n|[yns]?[aeiıuü]|[ny]?[dt][ae]n?|y?l[ae]|n[ae]|owi|em|iem|ego|emu|ie|ów|om)$"
)
"""An ending of Turkish, or of Polish for names from elsewhere: «Selim'in», «Baptiste'a»."""


_letters_of_names = re.compile(r"[A-Z](?:\.[A-Z]){1,2}")
"""Letters of two or three family names behind a given name, as courts and prosecutors write them."""
_FIRMS = frozenset(("S.L", "S.A", "S.R.L", "S.A.S", "S.L.U", "S.A.U", "S.p.A", "B.V", "N.V", "G.m.b.H"))
"""Letters behind a firm's name."""
_INITIALS_OF_TWO = frozenset(("Ch", "Dj", "Gh", "Kh", "Ph", "Sh", "Th", "Ts", "Zh", "Yu", "Ya", "Ye"))
"""Two letters that are one sound, and so one initial: «Kh. Samir»."""
_AT_AN_END = frozenset(("Neto", "Jr", "Sr"))
"""Short words that are an abbreviation elsewhere and end a name, and so a sentence: «Job da Silva Neto. Na …»."""


_digit_behind = re.compile(r"-?\d")


SPACES = frozenset((" ", "  ", "\u00a0", "\t", "\n"))


@dataclass(slots=True)
class Token:
    """A word where it stands."""

    start: int
    end: int
    said: str
    word: Word
    begins: bool = False
    """It stands at the start of the text or of a sentence."""
    dotted: bool = False
    """A full stop stands right behind it."""
    labelled: bool = False
    """A colon alone stands before it: what a form asks for goes before."""

    @property
    def folded_one(self) -> bool:
        """Whether it is «one», as in «the agent, one Otieno»."""
        return self.said == "one"


@dataclass(slots=True)
class Run:
    """Words that may be one person's name: tokens `first` to `last` (not included), and what they weigh."""

    first: int
    last: int
    weight: float = 0.0
    barred: bool = False
    """It holds what no person's name does, or is a place or a brand: no neighbour makes a person of it."""


@dataclass(slots=True)
class Reading:
    """A text with its words and what has been found of its kind."""

    text: str
    tokens: list[Token]
    unknown: float = 0.5
    """What a capitalised word that nothing is known of weighs."""
    loud: bool = False
    """Most of its words are in capitals."""
    polish: bool = False
    runs: list[Run] = field(default_factory=list)


def words_of(text: str) -> list[Token]:
    """The words of scripts with capitals, without a possessive «'s»."""
    tokens = []
    for hit in _word.finditer(text):
        said, start, end = hit.group(), hit.start(), hit.end()
        if elided := _elided.match(said):
            said, start = said[elided.end() :], start + elided.end()
        if said[-2:] in ("'s", "’s", "'S", "’S"):
            said, end = said[:-2], end - 2
        elif (suffix := _suffix.search(said)) and not look_up(said).flags:
            said, end = said[: suffix.start()], start + suffix.start()
        elif said.count(".") == 1 and len(said) > 5 and said[2:-3].count("."):
            dot = said.index(".")  # two sentences without a space between
            tokens.append(Token(start, start + dot, said[:dot], look_up(said[:dot])))
            tokens.append(Token(start + dot + 1, end, said[dot + 1 :], look_up(said[dot + 1 :])))
            continue
        word = look_up(said)
        if said in _INITIALS_OF_TWO and text[end : end + 2] == ". " and text[end + 2 : end + 3].isupper():
            word = word._replace(case=Case.INITIAL, flags=0)
        if said in _FIRMS and tokens and is_capital(tokens[-1]) and start - tokens[-1].end < 3:
            word = word._replace(flags=Is.HEAD)
        elif tokens and _letters_of_names.fullmatch(said) and tokens[-1].word.flags & Is.GIVEN:
            if is_capital(tokens[-1]) and text[tokens[-1].end : start] == " ":
                word = word._replace(case=Case.INITIAL, flags=0)  # «Noelia P.T.»: of no firm «P.T.»
        if len(said) < 4 and (_digit_behind.match(text, end) or text[start - 1 : start].isdigit()):
            word = word._replace(case=Case.SMALL)  # «P2», «A67» are no initials
        tokens.append(Token(start, end, said, word))
    return tokens


def mark_sentences(text: str, tokens: list[Token]) -> None:
    last = 0
    for at, token in enumerate(tokens):
        if token.word.case != Case.SMALL:
            gap = text[last : token.start]
            token.begins = not last or any(sign in gap for sign in '.!?:\n"“«')
            if gap == ". " and _is_within_a_name(tokens, at):
                token.begins = False
            token.labelled = gap.strip() in (":", "：") and last > 0
            token.dotted = text[token.end : token.end + 1] == "."
        last = token.end


def let_small_words_be_of_one_language(tokens: list[Token]) -> None:
    """«en» is «and» in Dutch and «in» in Spanish; «na» is «and» in Swahili and «in the» in Portuguese."""
    small = {token.word.folded for token in tokens if token.word.case == Case.SMALL}
    for said, joins, other in (("en", "dutch", "romance"), ("na", "swahili", "portuguese")):
        if said in small and small & some(other) and not small & some(joins):
            for token in tokens:
                if token.said == said:
                    token.word = token.word._replace(flags=token.word.flags & ~(Is.JOINS | Is.BY))


def _is_within_a_name(tokens: list[Token], at: int) -> bool:
    """Whether a name and an initial stand before: «Marcos V. Lima»; a full stop ends no sentence there."""
    initial = at > 1 and tokens[at - 1].word.case == Case.INITIAL
    return initial and is_capital(tokens[at - 2]) and bool(tokens[at - 2].word.flags & Is.GIVEN)


def joined(text: str, left: Token, right: Token) -> bool:
    """Whether two words may stand in one name."""
    gap = text[left.end : right.start]
    if gap in (" ", "  ", "\u00a0"):
        return is_cyrillic(left.said) == is_cyrillic(right.said) or left.word.case == Case.INITIAL
    if gap[:1] in "'’" and len(gap) < 7 and gap[-1:] == " " and gap[1:-1].isalpha() and gap[1:-1] not in "sS":
        return True  # an ending of a case: «Baptiste'a Mbeki»
    return gap in (". ", ".", ".\u00a0") and (
        left.word.case == Case.INITIAL
        or (left.said == "St" and gap == ". " and not left.begins)
        or (bool(left.word.flags & (Is.TITLE | Is.ROLE)) and len(left.said) < 5 and left.said not in _AT_AN_END)
    )


def is_cyrillic(said: str) -> bool:
    return "\u0400" <= said[:1] <= "\u04ff"


def is_capital(token: Token) -> bool:
    return token.word.case in (Case.CAPITAL, Case.CAPITALS, Case.INITIAL)


def sure_given(token: Token) -> bool:
    return bool(token.word.flags & Is.GIVEN) and not token.word.flags & (Is.WEAK | Is.PLACE)


def sure_name(token: Token) -> bool:
    return bool(token.word.flags & NAME) and not token.word.flags & Is.WEAK
