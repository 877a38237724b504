"""A text as the eye reads it: without signs that are not seen, and with letters and digits of other shapes made plain.

What is copied from a web page or a PDF carries soft hyphens and spaces of no width, and what is typed with an Asian
keyboard wide letters: a name is the same with them, and is found where it stands.
"""

from __future__ import annotations

import re
import unicodedata

_unseen = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]")
_shaped = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
_dash = re.compile("(?<=[A-Z0-9])[\u2010-\u2013](?=[A-Z0-9])")


def plain_signs(text: str) -> tuple[str, list[int] | None]:
    """The plain text and, where signs were left out, the place in `text` of each of its signs."""
    if text.isascii():
        return text, None
    if _shaped.search(text):
        text = _shaped.sub(lambda hit: unicodedata.normalize("NFKC", hit.group())[:1] or hit.group(), text)
    text = _dash.sub("-", text)
    if _unseen.search(text) is None:
        return text, None
    places = [at for at, sign in enumerate(text) if not _unseen.match(sign)]
    return "".join(text[at] for at in places), places
