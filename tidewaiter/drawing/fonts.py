"""The house's fonts for paper, inside the document itself: printing fetches nothing, and a machine has none of them."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders

_FILES = (
    ("IBM Plex Sans", "sans-latin", (400, 600)),
    ("IBM Plex Sans Latin", "sans-latin-ext", (400, 600)),
    ("IBM Plex Sans Cyrillic", "sans-cyrillic", (400, 600)),
    ("IBM Plex Sans Arabic", "sans-arabic-arabic", (400, 600)),
    ("IBM Plex Mono", "mono-latin", (400,)),
)
"""Family, part of the file's name, weights: each part of the alphabet is a family, for a printer picks by family."""


@lru_cache(maxsize=1)
def faces() -> str:
    """`@font-face` rules with the fonts in them; nothing where a node serves none."""
    made = []
    for family, part, weights in _FILES:
        for weight in weights:
            path = finders.find(f"vendor/fonts/ibm-plex-{part}-{weight}-normal.woff2")
            if isinstance(path, str):
                content = base64.b64encode(Path(path).read_bytes()).decode()
                made.append(
                    f'@font-face{{font-family:"{family}";font-weight:{weight};'
                    f"src:url(data:font/woff2;base64,{content})format('woff2')}}"
                )
    return "".join(made)
