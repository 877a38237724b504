"""Photos of an entry before it is a case: kept at once, shown beside their captions, taken over when the case is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.cases.photos.case_photos import too_many
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.attachments import CAPTION, MOST_PHOTOS
from tidewaiter.forms.judgements import Found, found_in
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.privacy.stretches import judged
from tidewaiter.vault.actions import keep_picture, keep_thumbnail, read
from tidewaiter.vault.models import Picture

type Photo = dict[str, str]
_digest = re.compile(r"[0-9a-f]{64}")
_LONGEST = 200


def read_photos(posted: Mapping[str, str]) -> list[Photo] | None:
    """The photos that a page sent with what was typed of each, in their order; nothing where it says none of photos."""
    if "photos.said" not in posted:
        return None
    found: list[Photo] = []
    for number in range(1, MOST_PHOTOS + 1):
        file = posted.get(f"photos.{number}.file", "").strip()[:_LONGEST]
        if file and all(one["file"] != file for one in found):
            shows = posted.get(f"photos.{number}.shows", "")
            said = {
                "file": file,
                "caption": posted.get(f"photos.{number}.caption", "").strip()[:_LONGEST],
                "shows": shows if shows in list_view("photo_shows").codes else "",
            }
            found.append({name: text for name, text in said.items() if text})
    return found


def without_photo(photos: Sequence[Photo], deed: str) -> list[Photo] | None:
    """The photos without the one that a button takes off (`photo-out:2`); nothing where the deed is another."""
    name, _colon, number = deed.partition(":")
    if name != "photo-out":
        return None
    return [photo for at, photo in enumerate(photos, 1) if str(at) != number]


def taken(files: Sequence[Path], photos: Sequence[Photo], by: Actor, owner: str) -> list[Photo]:
    """The photos with those of files, which are kept stripped of place, camera and date.

    Raises a refusal for a file that is no picture, and for more than a case may have.
    """
    if len(photos) + len(files) > MOST_PHOTOS:
        raise BadInput("too_many_photos", too_many())
    known = {photo["file"] for photo in photos}
    digests = dict.fromkeys(keep_picture(path=path, by=by, owner=owner, claimed=False).digest for path in files)
    return [*photos, *({"file": digest} for digest in digests if digest not in known)]


def must_own(photos: Iterable[Photo], standing: Iterable[Mapping[str, str]], owner: str) -> None:
    """Raises `BadInput` for a picture that neither stands in the case nor was brought by its administration: a digest
    alone, read off another's page, opens nothing.
    """
    here = {photo.get("file", "") for photo in standing}
    fresh = [photo["file"] for photo in photos if photo["file"] not in here]
    owned = Picture.objects.filter(digest__in=fresh, owners__contains=f";{owner};").values_list("digest", flat=True)
    if set(fresh) - set(owned):
        raise BadInput("no_photo", _("A photo of this page is not here. Add it again."))


def merged(photos: Iterable[Photo], standing: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was typed of photos, with what the case says of the same ones beside: hidden copies and tags."""
    held = {str(photo.get("file", "")): photo for photo in standing}
    beside = ("blurred", "tags")
    return [
        {**photo, **{name: held[photo["file"]][name] for name in beside if name in held.get(photo["file"], {})}}
        for photo in photos
    ]


def found_in_captions(photos: Iterable[Photo], nobody: Sequence[str]) -> list[Found]:
    """What in captions may name somebody; nothing on a node that holds names."""
    if settings.HOLDS_NAMES:
        return []
    texts = [photo["caption"] for photo in photos if photo.get("caption")]
    return [one for text in texts for one in found_in(CAPTION, text, "free", judged(text, "free", nobody))]


def small_copy(digest: str, by: Actor) -> bytes:
    """The small copy of a picture that the person's own administration has brought. Raises `Missing`."""
    picture = Picture.objects.filter(digest=digest, owners__contains=f";{by.administration_code};").first()
    if picture is None or not _digest.fullmatch(digest):
        raise Missing("no_photo", _("The case has no such photo."))
    return read(picture.thumbnail or keep_thumbnail(digest=digest).thumbnail)


def pictures_here(photos: Iterable[Photo]) -> set[str]:
    """Which of the photos are pictures of the vault, so that they can be shown."""
    return set(Picture.objects.filter(digest__in=[one["file"] for one in photos]).values_list("digest", flat=True))
