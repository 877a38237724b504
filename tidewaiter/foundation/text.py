"""Text made comparable across scripts, accents and case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput

_not_word = re.compile(r"[^0-9a-z]+")


LONGEST_REMEMBERED = 200
"""Signs of a text whose folding is remembered: a stranger's long texts would fill the memory."""


def fold(text: str) -> str:
    """`text` in lower-case ASCII words: transliterated, without accents and punctuation.

    `fold("Đà Nẵng ")` is `da nang`; `fold("Кения")` is `keniya`. Text that folds to nothing is given
    back in lower case, so that a sign standing alone still differs from others.
    """
    return _fold(text) if len(text) <= LONGEST_REMEMBERED else _folded(text)


@lru_cache(maxsize=65536)
def _fold(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    plain = anyascii(unicodedata.normalize("NFKC", text)).lower().replace("'", "").replace("`", "")
    return _not_word.sub(" ", plain).strip() or text.strip().lower()


def read_name(text: str, longest: int) -> str:
    """A name or a short word on one line, as it is kept and shown to others: without space around it, cut after
    `longest` signs.

    Nothing of it may break the line, be unseen, turn what stands around it (UAX #9: behind U+202E «exe.gpj» reads as
    «jpg.exe», CWE-451) or be no sign at all: raises `BadInput`. The joiners of Arabic, Persian and Indic scripts stay
    (UAX #31). An empty one is the caller's matter.
    """
    name = unicodedata.normalize("NFC", text.strip())[:longest].strip()
    if any(is_no_sign(sign) or (unicodedata.category(sign) in _UNSEEN and sign not in _JOINERS) for sign in name):
        raise BadInput(
            "name_unreadable", _("A name stands on one line and holds signs that can be read: write it anew.")
        )
    return name


def is_no_sign(sign: str) -> bool:
    """Whether it is a control character, half a sign, or what stands where a text could not be decoded."""
    return sign == "\ufffd" or unicodedata.category(sign) in ("Cc", "Cs")


_UNSEEN, _JOINERS = frozenset({"Cf", "Zl", "Zp"}), "\u200c\u200d"


def neutral(text: str) -> str:
    """Text that a spreadsheet will not take for a formula (OWASP, «CSV injection»); plain numbers stay as they are.

    An apostrophe is put before it, also before one that stands there already, so that `as_said` finds the text again.
    """
    if _formula.match(text) and not _plain_number.fullmatch(text):
        return "'" + text
    return text


def as_said(cell: str) -> str:
    """The text that `neutral` made a cell of; also what a spreadsheet's user meant by a leading apostrophe, and whoever
    made the file by `="0012"`, which keeps a spreadsheet from taking it for a number.
    """
    if cell[:1] == "'":
        return cell[1:] if _formula.match(cell) else cell
    return cell[2:-1] if cell[:2] == '="' and cell[-1] == '"' and cell.count('"') == 2 else cell


_formula = re.compile(r"'*[=+\-@\t\r]")
_plain_number = re.compile(r"[+-]*\d*\.?\d*")
