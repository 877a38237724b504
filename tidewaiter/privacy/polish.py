"""Polish texts: names stand in seven cases there («Annie Nowak», «Tomasza Wróbla»), and are looked up by the first."""

from __future__ import annotations

import re

from tidewaiter.privacy.endings import polish_nominatives
from tidewaiter.privacy.reading import Token
from tidewaiter.privacy.words import NAME, Case, Is, lexicon

_letters = re.compile(r"[ąęłżśźńŁŻŚ]")
_words = re.compile(r"(?<!\w)(?:w|z|na|do|się|nie|oraz|jest|przez|przy|został|została|jego|był|była|który|która)(?!\w)")
_KNOWN = NAME | Is.PLACE | Is.ORDINARY | Is.HEAD | Is.ENDS | Is.ROLE | Is.NATION | Is.TITLE | Is.MAKE
_KEPT = NAME | Is.WEAK | Is.PLACE | Is.NATION


def is_polish(text: str) -> bool:
    """Whether a text is Polish by its letters and small words."""
    letters = len(_letters.findall(text))
    return letters > 0 and letters + len(_words.findall(text)) > 1


def decline(tokens: list[Token]) -> None:
    """Gives words with capitals of which nothing is known what is known of their nominative."""
    known = lexicon().flags
    for token in tokens:
        word = token.word
        if word.case not in (Case.CAPITAL, Case.CAPITALS) or word.flags & _KNOWN:
            continue
        for nominative in polish_nominatives(word.folded):
            flags = known.get(nominative, 0)
            if flags & _KEPT and not flags & (Is.ORDINARY | Is.HEAD | Is.MAKE):
                token.word = word._replace(flags=word.flags | flags & _KEPT)
                break
