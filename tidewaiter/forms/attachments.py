"""What comes with a record beside its values: photos and links; and names, which do not come in."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from tidewaiter.forms.definitions import About
from tidewaiter.forms.problems import Problem
from tidewaiter.privacy.masking import mask_file_name, mask_personal_data
from tidewaiter.privacy.stretches import Judged, judged

_digest = re.compile(r"[0-9a-f]{64}")
"""How a picture in the vault is named; it names nobody."""


def attached_to(document: dict[str, Any]) -> dict[str, Any]:
    """Photos and links of a record: the known names with short texts, all else is dropped unread."""
    photos = document.get("photos")
    links = document.get("links")
    pictures = [_photo(one) for one in (photos if isinstance(photos, list) else []) if isinstance(one, dict)]
    found: dict[str, Any] = {}
    if any(pictures):
        found["photos"] = [one for one in pictures if one][:100]
    if isinstance(links, list) and any(isinstance(one, str) and one for one in links):
        found["links"] = [mask_personal_data(one[:64]) for one in links if isinstance(one, str) and one][:100]
    return found


def _photo(said: dict[str, Any]) -> dict[str, str]:
    texts = {
        name: said[name][:200]
        for name in ("file", "blurred", "caption", "shows", "tags")
        if isinstance(said.get(name), str) and said[name]
    }
    return {
        name: (text if _digest.fullmatch(text) else mask_file_name(text))
        if name == "file"
        else mask_personal_data(text)
        for name, text in texts.items()
        if name != "blurred" or _digest.fullmatch(text)
    }


def without_names(path: str, text: str, about: About, nobody: Collection[str] = ()) -> tuple[Judged, Problem | None]:
    """On a node that holds no names: the text, which means `about`, with what is suspected masked but for words that
    a person judged to be `nobody`; a reference is refused, for it must stay itself.
    """
    found = judged(text, about, nobody)
    if found.hidden and path == "national_ref":
        return Judged("", (), (), ()), Problem(path, "personal_data", found.text)
    return found, None
