"""The house's fonts for paper, inside the document itself: printing fetches nothing, and a machine has none of them."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders

_FILES = (
    ("IBM Plex Sans", "sans-latin", (400, 600), ""),
    (
        "IBM Plex Sans Latin",
        "sans-latin-ext",
        (400, 600),
        "\u0100-\u02ba\u02bd-\u02ff\u1e00-\u1eff\u2020\u20a0-\u20bf\u2113",
    ),
    ("IBM Plex Sans Cyrillic", "sans-cyrillic", (400, 600), "\u0400-\u052f\u2116"),
    ("IBM Plex Sans Arabic", "sans-arabic-arabic", (400, 600), "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc"),
    ("IBM Plex Mono", "mono-latin", (400,), ""),
)
"""Family, part of the file's name, weights, and the letters for which it is there: each part of the alphabet is a
family, for a printer picks by family.
"""


def faces(text: str) -> str:
    """`@font-face` rules with the fonts in them that a page of this text needs: a printer unpacks each anew.
    Nothing where a node serves none.
    """
    return "".join(_face(*one[:3]) for one in _FILES if not one[3] or re.search(f"[{one[3]}]", text))


@lru_cache(maxsize=len(_FILES))
def _face(family: str, part: str, weights: tuple[int, ...]) -> str:
    made = []
    for weight in weights:
        path = finders.find(f"vendor/fonts/ibm-plex-{part}-{weight}-normal.woff2")
        if isinstance(path, str):
            content = base64.b64encode(Path(path).read_bytes()).decode()
            made.append(
                f'@font-face{{font-family:"{family}";font-weight:{weight};'
                f"src:url(data:font/woff2;base64,{content})format('woff2')}}"
            )
    return "".join(made)
