"""What stands behind a run weighs: «alias», deeds, speech, kin, roles, where somebody is from."""

from __future__ import annotations

import re

from tidewaiter.privacy.reading import SPACES, Reading, Run, Token, is_capital
from tidewaiter.privacy.words import Case, Is, is_of_where, some

THEIR = frozenset(
    (
        *[
            "his",
            "her",
            "son",
            "sa",
            "ses",
            "su",
            "sus",
            "seu",
            "sua",
            "sein",
            "seine",
            "ihr",
            "ihre",
            "zijn",
            "haar",
            "jego",
            "jej",
            "suo",
            "sua",
            "его",
            "её",
        ],
        "oğlu",
        "eşi",
        "kardeşi",
    )
)
"""Behind «and», before kin: «Dominique et son fils»."""
_of_somewhere = re.compile(r", (?:de|da|do|del|d['’])(?: la| los)? ?[A-ZÀ-Þ][a-zà-ÿ]")
"""Where somebody is from, behind a name: «Anifa Ussene, de Angoche»."""
_did = re.compile(r"(?:[ai]ba|[ai]ban|ía|ían|ava|avam|iam|ait|aient|ó|aron|ieron|ou|aram|eram|iram)$")
"""How deeds of the past end in Spanish, Portuguese and French: «Fulano alquilaba», «Beltrana vendeu»."""
_alias = re.compile(
    r"(?i)[,\s(]{1,3}(?:(?-i:(?<=\()a\)(?= [A-ZÀ-Þ«“\"])|ALS|Als\.|als\.)|alias|ps\.|pseud\.|xw\.|aka|"
    r"a\.k\.a\.?|a/k/a|alyas|vulgo|dit|dite|detto|zwany|genannt|bijgenaamd|"
    r"по прозвищу|قال|known as|a quien (?:apodan|llaman|dicen|conocen)|(?:a )?quem (?:chamam|apelidam)|"
    r"qu['’]on (?:appelle|surnomme)|"
    r"que l['’]on (?:appelle|surnomme)|whom everyone calls)\b"
)


def after(reading: Reading, run: Run) -> float:
    """What stands behind a run weighs."""
    tokens, text = reading.tokens, reading.text
    end = tokens[run.last - 1].end
    if _alias.match(text, end):
        return 2.0
    if run.last >= len(tokens):
        return 0.0
    behind = tokens[run.last]
    gap, flags = text[end : behind.start], behind.word.flags
    if gap in SPACES and flags & Is.JOINS and run.last + 1 < len(tokens):
        kin = tokens[run.last + 1]
        if is_of_where(kin.said):
            return -2.0  # «a Lagos and Onitsha-based businessman»
        if kin.word.case == Case.SMALL and (kin.said in THEIR or kin.word.flags & Is.ROLE):
            return 1.5
    if gap in SPACES and behind.word.case == Case.SMALL:
        if flags & Is.HEAD and not flags & Is.ACT_AFTER:
            return -1.0
        if run.last - run.first == 1 and tokens[run.first].word.flags & Is.PLACE and flags & Is.ROLE:
            return -2.0  # «a Lagos businessman»
        if flags & Is.SPEECH:
            return 1.6
        if (
            not flags & ~(Is.GIVES | Is.TALKS | Is.SOURCE)
            and len(behind.said) > 4
            and _did.search(behind.said)
            and not _goes_on(reading, run)
        ):
            return 1.0 if run.last - run.first == 1 else 0.5
        return 1.0 if flags & Is.ACT_AFTER and not flags & Is.PARTICLE and behind.said != "e" else 0.0
    if gap == " (" and flags & (Is.PLACE | Is.NATION) and text[behind.end : behind.end + 1] in ")":
        return 0.6
    if gap in ("'s ", "’s "):
        return 0.5
    if gap == ", " and behind.said in THEIR and run.last + 1 < len(tokens):
        whose = tokens[run.last + 1].word
        if whose.case == Case.SMALL and whose.folded in some("kin"):
            return 1.5  # «Byron, su novio»
    if gap in (", ", " (") and behind.word.case == Case.SMALL:
        if flags & Is.ACT_AFTER and not flags & Is.PLACE_BEFORE:
            return 0.7
        if flags & Is.ROLE and not flags & Is.PLACE_BEFORE:
            return 1.0
        if flags & (Is.ROLE | Is.ARTICLE | Is.NATION):
            return 0.4
    if gap in (", ", " (") and flags & (Is.NATION | Is.ROLE):
        return 0.5
    if gap == ", " and 1 < run.last - run.first < 5 and _of_somewhere.match(text, end):
        return 0.2
    return 0.5 if gap == ", " and _is_office(reading, run.last) else 0.0


def is_a_deed(token: Token) -> bool:
    known = token.word.flags & ~(Is.GIVES | Is.TALKS | Is.SOURCE | (Is.ACT_AFTER if token.begins else 0))
    return not known and len(token.said) > 4 and _did.search(token.said) is not None


def _goes_on(reading: Reading, run: Run) -> bool:
    """Whether a capitalised word stands right before a run: it is the rest of something longer."""
    tokens = reading.tokens
    return (
        run.first > 0
        and is_capital(tokens[run.first - 1])
        and reading.text[tokens[run.first - 1].end : tokens[run.first].start] in SPACES
    )


def _is_office(reading: Reading, first: int) -> bool:
    """Whether words with capitals end in a role: «, Deputy Port Director»."""
    tokens = reading.tokens
    for at in range(first, min(first + 4, len(tokens))):
        if not is_capital(tokens[at]) or (at > first and reading.text[tokens[at - 1].end : tokens[at].start] != " "):
            return False
        if tokens[at].word.flags & Is.ROLE:
            return True
    return False
