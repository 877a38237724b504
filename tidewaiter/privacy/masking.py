"""What a node that holds no names keeps of a text: suspected personal data replaced by a bar (DESIGN.md, rule 20)."""

from __future__ import annotations

import re

from django.conf import settings

from tidewaiter.privacy.finding import About, find, spans_of_each

MASK = "█████"


def masked(text: str, about: About = "free") -> tuple[str, bool]:
    """`text`, which means `about`, with what is suspected replaced by a bar, and whether anything was."""
    spans = find(text, about)
    for start, end, _kind in reversed(spans):
        text = text[:start] + MASK + text[end:]
    return text, bool(spans)


def mask_personal_data(text: str, about: About = "free") -> str:
    """`text`, which means `about`, as this node may keep it: masked where it holds no names."""
    return text if settings.HOLDS_NAMES else masked(text, about)[0]


def mask_file_name(name: str) -> str:
    """A file's name as this node may keep it."""
    return name if settings.HOLDS_NAMES else masked_file_name(name)


_BEFORE = "found on "
"""Before a file's name when it is looked at: what stands there is rather somebody,
and its first word begins no sentence.
"""


def masked_file_name(name: str) -> str:
    """A file's name with what is suspected in it replaced; its words may be joined by anything."""
    name = _without_numbers(name)
    apart = re.sub(r"[_.\-+()\[\]\d]", " ", re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", "_", name))
    if len(apart) != len(name):
        return MASK + name[name.rfind(".") :] if find(_BEFORE + re.sub(r"\s+", " ", apart)) else name
    for start, end, _kind in reversed(find(_BEFORE + apart)):
        name = name[: max(start - len(_BEFORE), 0)] + MASK + name[end - len(_BEFORE) :]
    return name


def _without_numbers(name: str) -> str:
    """Plates, documents, telephones, mails, accounts and dates of birth in a file's name; its words may be joined by
    lines below, and its ending is none of them.
    """
    stem, point, ending = name.rpartition(".")
    if not point:
        stem, ending = name, ""
    spans = [span for span in spans_of_each(stem.replace("_", " "), "free") if span[2] != "name"]
    at, clean = 0, ""
    for start, end, _kind in sorted(spans):
        if end > at:
            clean += (stem[at:start] + MASK) if start >= at else ""
            at = end
    return clean + stem[at:] + point + ending
