"""Text made comparable across scripts, accents and case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_not_word = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` in lower-case ASCII words: transliterated, without accents and punctuation.

    `fold("Đà Nẵng ")` is `da nang`; `fold("Кения")` is `keniya`. Text that folds to nothing is given
    back in lower case, so that a sign standing alone still differs from others.
    """
    plain = anyascii(unicodedata.normalize("NFKC", text)).lower().replace("'", "").replace("`", "")
    return _not_word.sub(" ", plain).strip() or text.strip().lower()


def neutral(text: str) -> str:
    """Text that a spreadsheet will not take for a formula (OWASP, «CSV injection»); plain numbers stay as they are.

    An apostrophe is put before it, also before one that stands there already, so that `as_said` finds the text again.
    """
    if _formula.match(text) and not _plain_number.fullmatch(text):
        return "'" + text
    return text


def as_said(cell: str) -> str:
    """The text that `neutral` made a cell of; also what a spreadsheet's user meant by a leading apostrophe."""
    return cell[1:] if cell[:1] == "'" and _formula.match(cell) else cell


_formula = re.compile(r"'*[=+\-@\t\r]")
_plain_number = re.compile(r"[+-]*\d*\.?\d*")
