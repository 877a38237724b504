"""Photos like a given one, over all photos a person may see."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tidewaiter.cases.models import CasePhoto
from tidewaiter.cases.photos.photo_wall import visible_photos
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.vault.hashing import NEAR, POOR, as_words, nearest
from tidewaiter.vault.models import Picture

MOST = 60
_BITS = 256


@dataclass(slots=True)
class _Known:
    """The hashes of all pictures, one after the other as rows of four words; where those of each digest begin."""

    stamp: tuple[int, str] = (-1, "")
    digests: list[str] = field(default_factory=list)
    hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 4), np.uint64))
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


_known = _Known()


@dataclass(frozen=True, slots=True)
class AlikePhoto:
    """A photo and how like it is, in per cent of the hash's bits."""

    photo: CasePhoto
    share: int


def _all_hashes() -> _Known:
    """The hashes of every picture with something in it; read again when a picture has come."""
    global _known
    hashed = Picture.objects.filter(quality__gte=POOR).exclude(hashes__in=("", "-"))
    stamp = (hashed.count(), hashed.order_by("-digest").values_list("digest", flat=True).first() or "")
    if _known.stamp != stamp:
        rows = list(hashed.order_by("digest").values_list("digest", "hashes"))
        lengths = np.array([len(text) // 64 for _digest, text in rows], np.int64)
        words = as_words("".join(text for _digest, text in rows))
        _known = _Known(stamp, [digest for digest, _text in rows], words, np.cumsum(lengths) - lengths)
    return _known


def must_have_details(quality: int) -> None:
    """Raises `BadInput` for a picture in which there is too little to be compared."""
    if quality < POOR:
        raise BadInput(
            "too_few_details", _("The picture has too few details to be compared: it is nearly all of one tone.")
        )


def photos_like(hashes: str, actor: Actor, *, but: str = "") -> list[AlikePhoto]:
    """The photos a person may see that are like one with these hashes (`vault.hashing`),
    the most alike first; not `but` itself.
    """
    known = _all_hashes()
    digests = known.digests
    if not digests or not hashes or hashes == "-":
        return []
    found = nearest(known.hashes, known.starts, hashes)
    near = np.flatnonzero(found <= NEAR)
    far = {digests[n]: int(found[n]) for n in near.tolist() if digests[n] != but}
    ordered = sorted(far, key=lambda digest: (far[digest], digest))
    answer: list[AlikePhoto] = []
    for some in in_batches(ordered, 20 * MOST):  # of many alike one may see few: what is not seen takes nobody's place
        seen: dict[str, CasePhoto] = {}
        for photo in visible_photos(actor).filter(digest__in=among(some)).order_by("-pk"):
            seen.setdefault(photo.digest, photo)
        answer += [AlikePhoto(seen[one], round(100 * (1 - far[one] / _BITS))) for one in some if one in seen]
        if len(answer) >= MOST:
            break
    return answer[:MOST]
