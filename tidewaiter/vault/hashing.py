"""A perceptual hash of pictures: 256 bits that stay nearly the same when a picture
is resized, compressed again or blurred.

Computed as PDQ is (Facebook, «The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm»,
2019): luminance, a tent filter of two box passes, 64 by 64 samples, the lower 16 by 16 coefficients of a
cosine transform, each held against their median. Knows numbers alone, so that it may be asked in the child
process that reads a stranger's picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 512
"""Points of the longer side to which a picture is drawn before it is hashed."""
NEAR = 70
"""Bits of 256 in which the hashes of two pictures of one scene differ at most; of unrelated ones some 128 differ.

PDQ's own advice is 31 for two copies of one file; people here look for the same crate
photographed again, and see the distance.
"""
POOR = 20
"""Quality below which a picture has too little in it (a blank wall) for its hash to say anything."""
_BUFFER, _SIDE = 64, 16
TURNS = 8
"""Hashes of one picture: upright, turned and mirrored."""
_EVEN, _OF_EDGE, _FILLED = 12, 0.6, 0.25
"""Steps of grey within which points are of one ground; the share of the edge that must be of it; and the share of a row
or column that must not, to belong to the picture on it.
"""
_LEAST_SIDE, _LEAST_SHARE, _MOST_SHARE = 32, 0.08, 0.97

Bits = NDArray[np.uint8]


def hash_of(luminance: NDArray[Any]) -> tuple[str, int]:
    """(64 hexadecimal digits, quality from 0 to 100) of a picture's luminance, 0 to 255, by rows."""
    values = luminance.astype(np.float64)
    for _pass in range(2):
        for axis in (1, 0):
            values = _box(values, (values.shape[axis] + 127) // 128, axis)
    rows = ((np.arange(_BUFFER) + 0.5) * values.shape[0] / _BUFFER).astype(int)
    columns = ((np.arange(_BUFFER) + 0.5) * values.shape[1] / _BUFFER).astype(int)
    small = values[np.ix_(rows, columns)]
    transform = _cosines()
    spectrum = transform @ small @ transform.T
    bits = (spectrum > np.median(spectrum)).astype(np.uint8)
    return as_text(bits), _quality(small)


def _box(values: NDArray[np.float64], window: int, axis: int) -> NDArray[np.float64]:
    """The mean of `window` neighbours along an axis; at the edges of those that are there."""
    if window < 2:
        return values
    length = values.shape[axis]
    before = (window - 1) // 2
    sums = np.cumsum(values, axis=axis)
    sums = np.concatenate([np.zeros_like(np.take(sums, [0], axis=axis)), sums], axis=axis)
    starts = np.clip(np.arange(length) - before, 0, length)
    ends = np.clip(np.arange(length) - before + window, 0, length)
    shape = [1, 1]
    shape[axis] = length
    total: NDArray[np.float64] = np.take(sums, ends, axis=axis) - np.take(sums, starts, axis=axis)
    return total / (ends - starts).reshape(shape)


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float64]:
    """Rows 1 to 16 of the cosine transform of 64 samples."""
    k, n = np.arange(1, _SIDE + 1)[:, None], np.arange(_BUFFER)[None, :]
    cosines: NDArray[np.float64] = np.sqrt(2.0 / _BUFFER) * np.cos(np.pi / (2 * _BUFFER) * k * (2 * n + 1))
    return cosines


def _quality(small: NDArray[np.float64]) -> int:
    """How much there is in a picture: the sum of its gradients, at most 100."""
    steep = np.abs(np.diff(small, axis=0) * 100 / 255).astype(int).sum()
    steep += np.abs(np.diff(small, axis=1) * 100 / 255).astype(int).sum()
    return int(min(100, steep // 90))


def as_text(bits: Bits) -> str:
    """A hash of 16 by 16 bits as text, in the order in which PDQ writes it."""
    return np.packbits(bits.reshape(-1)[::-1]).tobytes().hex()


def hashes_of(luminance: NDArray[Any]) -> tuple[str, int]:
    """The hashes of a picture upright, turned by 90, 180 and 270 degrees, and of each of
    them mirrored, as one text; its quality.

    Where the picture lies on an even ground (a border, a screenshot of a chat) the same of what lies on it follows;
    where nothing else is worth comparing, that alone.
    """
    found, quality = _of_turns(luminance)
    inner = without_ground(luminance)
    if inner is None:
        return found, quality
    within, better = _of_turns(inner)
    if better < POOR:
        return found, quality
    return (f"{found}{within}", quality) if quality >= POOR else (within, better)


def _of_turns(luminance: NDArray[Any]) -> tuple[str, int]:
    turned = [np.rot90(one, n) for one in (luminance, luminance[:, ::-1]) for n in range(4)]
    found = [hash_of(one) for one in turned]
    return "".join(text for text, _quality in found), found[0][1]


def without_ground(luminance: NDArray[Any]) -> NDArray[Any] | None:
    """The largest block of a picture that is not of the even ground along its edges; nothing where there is no such
    ground, or next to nothing lies on it, or next to all.
    """
    values = luminance.astype(np.int16)
    edge = np.concatenate([values[:2].ravel(), values[-2:].ravel(), values[:, :2].ravel(), values[:, -2:].ravel()])
    ground = int(np.bincount(np.clip(edge, 0, 255)).argmax())
    if float((np.abs(edge - ground) <= _EVEN).mean()) < _OF_EDGE:
        return None
    filled = np.abs(values - ground) > _EVEN
    top, bottom = _longest_run(filled.mean(axis=1) > _FILLED)
    if bottom - top < _LEAST_SIDE:
        return None
    left, right = _longest_run(filled[top:bottom].mean(axis=0) > _FILLED)
    share = (bottom - top) * (right - left) / values.size
    if right - left < _LEAST_SIDE or not _LEAST_SHARE <= share <= _MOST_SHARE:
        return None
    return luminance[top:bottom, left:right]


def _longest_run(marked: NDArray[np.bool_]) -> tuple[int, int]:
    """(first, behind the last) of the longest run of what is marked."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return 0, 0
    at = int((ends - starts).argmax())
    return int(starts[at]), int(ends[at])


def upright(hashes: str) -> list[str]:
    """Of the hashes of a picture those of it as it lies: whole, and without its ground."""
    return [hashes[at : at + 64] for at in range(0, len(hashes), 64 * TURNS)]


def nearest(hashes: NDArray[np.uint64], starts: NDArray[np.int64], asked: str) -> NDArray[np.int64]:
    """Bits in which each picture's nearest hash differs from the nearest of those of one that is `asked` about.

    `hashes`: those of all pictures as words, one after the other; `starts`: where each picture's begin.
    """
    found = np.full(len(hashes), 4 * 64, np.int64)
    for text in upright(asked):
        bits = np.bitwise_count(hashes ^ as_words(text)[0]).sum(axis=1, dtype=np.int64)
        found = np.minimum(found, bits)
    least: NDArray[np.int64] = np.minimum.reduceat(found, starts)
    return least


def distances(hashes: NDArray[np.uint64], text: str) -> NDArray[np.int64]:
    """Bits in which each picture's nearest hash differs from `text`. `hashes`:
    pictures by 8 by 4 words (`as_words`).
    """
    asked = as_words(text)[0]
    found: NDArray[np.int64] = np.bitwise_count(hashes ^ asked).sum(axis=2, dtype=np.int64).min(axis=1)
    return found


def as_words(texts: str) -> NDArray[np.uint64]:
    """Hashes in hexadecimal digits, one after the other, as rows of four words."""
    return np.frombuffer(bytes.fromhex(texts), dtype=">u8").astype(np.uint64).reshape(-1, 4)
