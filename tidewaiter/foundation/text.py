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
    """Text that a spreadsheet will not take for a formula (OWASP, «CSV injection»); plain numbers stay as they are."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not text.lstrip("+-").replace(".", "", 1).isdigit():
        return "'" + text
    return text
