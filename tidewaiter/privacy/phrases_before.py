"""What two or three words before a run say of it: a talk with whom, a deed to or by whom, whose things, an office."""

from __future__ import annotations

import re

from tidewaiter.privacy.reading import Reading, Token
from tidewaiter.privacy.words import Case, Is, some

_WITH = frozenset(("con", "com", "avec", "with"))


def is_met(tokens: list[Token], first: int) -> bool:
    """Whether somebody is talked to or met here: «falei com o», «RDV avec», «hablé ayer con»."""
    at = first - 1
    at -= bool(tokens[at].word.flags & Is.ARTICLE)
    return (
        at > 0
        and tokens[at].said in _WITH
        and any(token.word.flags & Is.TALKS for token in tokens[max(at - 2, 0) : at])
    )


def is_an_office(reading: Reading, first: int) -> bool:
    """Whether a role and what it is of stand right before: «el juez federal Poviña»."""
    role, kind = reading.tokens[first - 2], reading.tokens[first - 1]
    return (
        kind.word.folded in some("of_offices")
        and role.word.case == Case.SMALL
        and bool(role.word.flags & (Is.ROLE | Is.TITLE))
        and reading.text[role.end : kind.start] == " "
    )


def is_somebodys(tokens: list[Token], first: int) -> bool:
    """Whether what one person has stands before «of» and a word that is no place: «la bodega del Zarco»."""
    word = tokens[first].word
    known = word.flags & ~(Is.FAMILY | Is.GIVEN)
    return (
        tokens[first - 1].said in ("de", "del", "do", "da", "of", "d")
        and tokens[first - 2].word.folded in some("belongings")
        and tokens[first - 2].word.case == Case.SMALL
        and word.case == Case.CAPITAL
        and not known
    )


_done = re.compile(
    r"(?:ed|ad[oa]s?|id[oa]s?|ée?s?|ies?|t[oa]s?|bought|sent|run|led|met|paid|told|given|taken|driven|brought|"
    r"hidden|kept|left|sold|shot|caught|found|held|written|known|seen|"
    r"hired|lent|shown|chosen)$"
)
_made = re.compile(r"(?:manufactur|produc|publi|issu|mad|fabri|emit|émis|expedi|édit|edit|elabor|distribu|sign)")


def is_done_by(tokens: list[Token], first: int) -> bool:
    """Whether a deed and «by» stand before an unknown word: «recruited by Chuks»; firms make things."""
    word = tokens[first].word
    return first > 1 and not word.flags and word.case == Case.CAPITAL and is_a_done_deed(tokens[first - 2].said)


def is_a_done_deed(said: str) -> bool:
    """Whether a word says that something was done, and not made as firms make things."""
    return bool(_done.search(said)) and not _made.match(said)


_profession = re.compile(
    r"(?:ist[ae]|[oó]log[oa]|ologue|ologist|[dt]ora?|[dt]eur|trice|euse|[ei]ero|[ei]era|eir[oa]|ière)$"
)


def is_of_a_profession(tokens: list[Token], first: int) -> bool:
    """Whether an article and a word that ends as professions do stand before: «el tecnólogo Purizaca»."""
    last = tokens[first - 1]
    return (
        first > 1
        and last.word.case == Case.SMALL
        and bool(tokens[first - 2].word.flags & Is.ARTICLE)
        and len(last.said) > 6
        and _profession.search(last.said) is not None
        and last.word.folded not in some("things_like_professions")
        and not last.word.flags & (Is.HEAD | Is.VESSEL | Is.PLATE | Is.MAKE)
    )


def goes_on_to(deed: Token, small: Token) -> bool:
    """Whether two words before a run say what was done to somebody: «condenó a», «according to», «a cargo de»."""
    return (
        (small.said == "a" and bool(deed.word.flags & Is.ACT_BEFORE))
        or (small.said in ("a", "à", "ao", "al") and bool(deed.word.flags & Is.GIVES))
        or (small.said == "to" and deed.word.folded == "according")
        or (small.said in ("de", "do", "da") and deed.said == "cargo")
        or (small.said in ("para", "pro") and deed.said in _PHONES)
        or (small.said in ("de", "da", "do", "of") and deed.said in _PRESENCE)
    )


_PRESENCE = frozenset(("présence", "presencia", "presença", "presence"))
_PHONES = frozenset(("liga", "ligou", "ligar", "telefona", "telefonou", "telefonar"))


def what_it_is_of(reading: Reading, first: int) -> float:
    """What somebody's belongings, or an office with its kind, right before a run weigh; else 0."""
    return 1.0 if is_somebodys(reading.tokens, first) else 1.6 if is_an_office(reading, first) else 0.0
