"""What comes with a record beside its values: photos and links; and names, which do not come in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings

from tidewaiter.forms.definitions import About
from tidewaiter.forms.judgements import JUDGED, Found, found_in, judged_by_field
from tidewaiter.forms.problems import Problem
from tidewaiter.privacy.masking import mask_file_name, mask_personal_data
from tidewaiter.privacy.stretches import Judged, judged

_digest = re.compile(r"[0-9a-f]{64}")
"""How a picture in the vault is named; it names nobody."""


MOST_PHOTOS = 200
"""Of one case; a scene that is worked on has that many."""
CAPTION = "photos.caption"
"""The field as `judged` names it: what is judged of a caption holds for the captions of all photos of the case."""


def with_attached(header: dict[str, Any], document: dict[str, Any], said: str | Iterable[Any] = ()) -> dict[str, Any]:
    """A header with the photos and links of its record, and with what is judged of their
    captions: `said`, or the record's own.
    """
    found = attached_to(document, said)
    nobody = judged_by_field(said or document.get(JUDGED, ())).get(CAPTION, ())
    kept = judged_captions(found.get("photos", ()), nobody)
    beside = {JUDGED: sorted({*header.get(JUDGED, ()), *kept})} if kept else {}
    return header | found | beside


def judged_captions(photos: Iterable[Mapping[str, Any]], nobody: Collection[str]) -> list[str]:
    """Of words that were judged to be nobody those that stand in a caption, as `field=words`."""
    standing = (judged(photo.get("caption", ""), "free", nobody).words for photo in photos if nobody)
    return sorted({f"{CAPTION}={words}" for some in standing for words in some})


def found_in_captions(document: Mapping[str, Any], said: str | Iterable[Any] = ()) -> list[Found]:
    """What is found in the captions of a record's photos that may name somebody, hidden or kept by what is `said`, or
    the record itself says, of them; nothing on a node that holds names.
    """
    photos = document.get("photos")
    if settings.HOLDS_NAMES or not isinstance(photos, list):
        return []
    nobody = judged_by_field(said or document.get(JUDGED, ())).get(CAPTION, ())
    captions = [one.get("caption") for one in photos[:MOST_PHOTOS] if isinstance(one, Mapping)]
    texts = [caption[:200] for caption in captions if isinstance(caption, str) and caption]
    return [one for text in texts for one in found_in(CAPTION, text, "free", judged(text, "free", nobody))]


def attached_to(document: dict[str, Any], said: str | Iterable[Any] = ()) -> dict[str, Any]:
    """Photos and links of a record: the known names with short texts, all else is dropped unread. What `said`, or the
    record itself, judges to be nobody stays in captions.
    """
    photos = document.get("photos")
    links = document.get("links")
    nobody = judged_by_field(said or document.get(JUDGED, ())).get(CAPTION, ())
    pictures = [_photo(one, nobody) for one in (photos if isinstance(photos, list) else []) if isinstance(one, dict)]
    found: dict[str, Any] = {}
    if any(pictures):
        found["photos"] = [one for one in pictures if one][:MOST_PHOTOS]
    if isinstance(links, list) and any(isinstance(one, str) and one for one in links):
        found["links"] = [mask_personal_data(one[:64]) for one in links if isinstance(one, str) and one][:100]
    return found


def _photo(said: dict[str, Any], nobody: Collection[str]) -> dict[str, str]:
    texts = {
        name: said[name][:200]
        for name in ("file", "blurred", "caption", "shows", "tags")
        if isinstance(said.get(name), str) and said[name]
    }
    return {
        name: _kept(name, text, nobody) for name, text in texts.items() if name != "blurred" or _digest.fullmatch(text)
    }


def _kept(name: str, text: str, nobody: Collection[str]) -> str:
    if name == "file":
        return text if _digest.fullmatch(text) else mask_file_name(text)
    if name == "caption" and not settings.HOLDS_NAMES:
        return judged(text, "free", nobody).text
    return mask_personal_data(text)


def without_names(path: str, text: str, about: About, nobody: Collection[str] = ()) -> tuple[Judged, Problem | None]:
    """On a node that holds no names: the text, which means `about`, with what is suspected masked but for words that
    a person judged to be `nobody`; a reference is refused, for it must stay itself.
    """
    found = judged(text, about, nobody)
    if found.hidden and path == "national_ref":
        return Judged("", (), (), ()), Problem(path, "personal_data", found.text)
    return found, None
