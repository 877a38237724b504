"""Photos like a given one, over all photos a person may see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tidewaiter.cases.models import CasePhoto
from tidewaiter.cases.photo_wall import visible_photos
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.vault.hashing import NEAR, POOR, as_words, distances
from tidewaiter.vault.models import Picture

MOST = 60
_BITS = 256


@dataclass(slots=True)
class _Known:
    """The hashes of all pictures: digests in the order of the rows of `hashes` (pictures by 8 by 4 words)."""

    stamp: tuple[int, str] = (-1, "")
    digests: list[str] | None = None
    hashes: NDArray[np.uint64] | None = None


_known = _Known()


@dataclass(frozen=True, slots=True)
class AlikePhoto:
    """A photo and how like it is, in per cent of the hash's bits."""

    photo: CasePhoto
    share: int


def _all_hashes() -> tuple[list[str], NDArray[np.uint64]]:
    """The hashes of every picture with something in it; read again when a picture has come."""
    global _known
    hashed = Picture.objects.filter(quality__gte=POOR).exclude(hashes__in=("", "-"))
    stamp = (hashed.count(), hashed.order_by("-digest").values_list("digest", flat=True).first() or "")
    if _known.stamp != stamp or _known.digests is None or _known.hashes is None:
        rows = list(hashed.order_by("digest").values_list("digest", "hashes"))
        words = as_words("".join(text for _digest, text in rows)).reshape(len(rows), 8, 4)
        _known = _Known(stamp, [digest for digest, _text in rows], words)
    return _known.digests or [], _known.hashes if _known.hashes is not None else np.zeros((0, 8, 4), np.uint64)


def photos_like(hashes: str, actor: Actor, *, but: str = "") -> list[AlikePhoto]:
    """The photos a person may see that are like one with these hashes (`vault.hashing`), the most alike first; not `but` itself."""
    digests, known = _all_hashes()
    if not digests or not hashes or hashes == "-":
        return []
    found = distances(known, hashes[:64])
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
