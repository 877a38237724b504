"""Names in the cases of Slavic languages, and endings that family names alone have; folded (foundation.text.fold)."""

from __future__ import annotations

import re

_case_ending = re.compile(r"(?:ogo|omu|ymi|ami|oy|oi|ym|im|om|em|ey|ei|yu|ya|iu|ia|ju|ja|a|u|e|y|i|owi|ow)$")
_family = re.compile(
    r"(?:[oe]v|[iy]n|enko|chuk|uk|yuk|s?kiy|s?kii|skoy|tskiy|yan|dze|shvili|ovich|evich|bekov|baev|ullin|"
    r"zade|iya|ets|ko)"
    r"(?:a|u|y|ym|im|om|em|e|oy|oi|ykh|ogo|omu|yu|aya|uyu|oyu)?$"
)
_patronymic = re.compile(r"(?:[oe]vich|ich|[oe]vn|ichn|inichn)(?:a|u|y|e|em|om|oy|oi)?$")


def without_ending(folded: str) -> list[str]:
    """What a word may be in the nominative: without its ending, or with `a`, `y`, `ya` in its place."""
    hit = _case_ending.search(folded)
    if hit is None or hit.start() < 2:
        return []
    stem = folded[: hit.start()]
    return [stem, stem + "a", stem + "y", stem + "i", stem + "ya", stem + "iy", stem + "ey", stem + "ii", stem + "ei"]


def is_patronymic(folded: str) -> bool:
    """Whether it ends as Russian patronymics do, in any case."""
    return len(folded) > 6 and _patronymic.search(folded) is not None


def is_like_a_family_name(folded: str) -> bool:
    """Whether it ends as Slavic, Caucasian and Central Asian family names do, in any case."""
    return len(folded) > 4 and _family.search(folded) is not None
