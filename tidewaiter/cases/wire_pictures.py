"""Photos of a case on the wire: drawn smaller, within its envelope, where the agreement names them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.wire_kinds import Held, Terms
from tidewaiter.privacy.masking import masked
from tidewaiter.vault.actions import drawn_smaller, keep_picture

PHOTOS = "photos"
WORDS = ("caption", "shows", "tags")
LARGEST = 700_000
"""Bytes of all pictures of one envelope: base64 three times over they are 1.7 MB of the two that it may have."""
SIDES = ((2, 1600), (6, 1024), (30, 640))
"""So many pictures at most, and the points of the longer side at which they are drawn."""


def leaves(terms: Terms) -> bool:
    """Whether the agreement names photos among its fields; the form's projection alone lets none go."""
    return terms.fields is not None and PHOTOS in terms.fields


def leaving(photos: Sequence[Mapping[str, Any]], terms: Terms) -> tuple[list[dict[str, str]], list[Held]]:
    """The photos as they leave, and which stay; of one with hidden parts the copy in which they are hidden leaves."""
    if not photos or not leaves(terms):
        return [], [Held(PHOTOS, "pictures")] if photos else []
    side = next((side for most, side in SIDES if len(photos) <= most), SIDES[-1][1])
    told: list[dict[str, str]] = []
    held: list[Held] = []
    size = 0
    for number, photo in enumerate(photos, 1):
        try:
            jpeg = drawn_smaller(digest=str(photo.get("blurred") or photo.get("file")), side=side)
        except (Missing, BadInput):
            held.append(Held(f"{PHOTOS}.{number}", "gone"))
            continue
        if size + len(jpeg) > LARGEST:
            held.append(Held(f"{PHOTOS}.{number}", "size"))
            continue
        size += len(jpeg)
        words = {name: str(photo[name]) for name in WORDS if photo.get(name)}
        if not terms.nominal:
            words = {name: masked(text, "free")[0] for name, text in words.items()}
        told.append({"sha256": hashlib.sha256(jpeg).hexdigest(), "jpeg": base64.b64encode(jpeg).decode(), **words})
    return told, held


def taken(photos: object, by: Actor) -> list[dict[str, str]]:
    """Keeps the photos of an envelope, drawn afresh; gives them as a record lists them. Raises a refusal."""
    if not isinstance(photos, list) or len(photos) > SIDES[-1][0]:
        raise Refusal("photos", _("What came beside the case are no photos."))
    found, size = [], 0
    for one in photos:
        jpeg = _bytes_of(one)
        size += len(jpeg)
        if size > 2 * LARGEST:
            raise Refusal("photos", _("What came beside the case are no photos."))
        words = {name: str(one[name])[:200] for name in WORDS if isinstance(one.get(name), str)}
        found.append({"file": _kept(jpeg, by), **words})
    return found


def _bytes_of(one: Any) -> bytes:
    try:
        jpeg = base64.b64decode(str(one["jpeg"]), validate=True)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise Refusal("photos", _("What came beside the case are no photos.")) from error
    if set(one) - {"sha256", "jpeg", *WORDS} or hashlib.sha256(jpeg).hexdigest() != one.get("sha256"):
        raise Refusal("photos", _("What came beside the case are no photos."))
    return jpeg


def _kept(jpeg: bytes, by: Actor) -> str:
    with scratch() as folder:
        path = folder / "photo.jpg"
        path.write_bytes(jpeg)
        try:
            return str(keep_picture(path=path, by=by, owner=by.administration_code).digest)
        except BadInput as error:
            raise Refusal(error.code, error.sentence) from error
