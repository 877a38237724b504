"""A perceptual hash of pictures: 256 bits that stay nearly the same when a picture is resized, compressed again or blurred.

Computed as PDQ is (Facebook, «The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm», 2019): luminance, a tent
filter of two box passes, 64 by 64 samples, the lower 16 by 16 coefficients of a cosine transform, each held against their median.
Knows numbers alone, so that it may be asked in the child process that reads a stranger's picture.
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

PDQ's own advice is 31 for two copies of one file; people here look for the same crate photographed again, and see the distance."""
POOR = 20
"""Quality below which a picture has too little in it (a blank wall) for its hash to say anything."""
_BUFFER, _SIDE = 64, 16

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
    """The hashes of a picture upright, turned by 90, 180 and 270 degrees, and of each of them mirrored, as one text; its quality."""
    turned = [np.rot90(one, n) for one in (luminance, luminance[:, ::-1]) for n in range(4)]
    found = [hash_of(one) for one in turned]
    return "".join(text for text, _quality in found), found[0][1]


def distances(hashes: NDArray[np.uint64], text: str) -> NDArray[np.int64]:
    """Bits in which each picture's nearest hash differs from `text`. `hashes`: pictures by 8 by 4 words (`as_words`)."""
    asked = as_words(text)[0]
    found: NDArray[np.int64] = np.bitwise_count(hashes ^ asked).sum(axis=2, dtype=np.int64).min(axis=1)
    return found


def as_words(texts: str) -> NDArray[np.uint64]:
    """Hashes in hexadecimal digits, one after the other, as rows of four words."""
    return np.frombuffer(bytes.fromhex(texts), dtype=">u8").astype(np.uint64).reshape(-1, 4)
