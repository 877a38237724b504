"""Pictures of rooms beside lists of known ones, by how they look: PDQ digests (docs/decisions/0017, 0045).

A picture that was made smaller, saved again, turned or mirrored has other bytes and nearly the same digest.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import must_fit, scratch
from tidewaiter.operations.models import HashList, KnownPicture
from tidewaiter.operations.room_files import read_file
from tidewaiter.operations.room_keys import RoomKey
from tidewaiter.vault.actions import hashes_of_file
from tidewaiter.vault.hashing import POOR, as_words

WITHIN = 51
"""Bits in which a picture may differ from one that is known: 31 as PDQ advises, and 20 by which our digests differ from
those of its own program at most (docs/decisions/0017). The nearest stranger of 120 scenes differed in 96.
"""
_BEGINS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*")
_AT_ONCE = 50_000


def likeness_of(key: RoomKey, ref: str, size: int) -> str:
    """The PDQ digests of a sealed file, all turns of it one after the other; nothing for what is no picture, is too
    large to be drawn, or has too little in it.
    """
    if size > most("picture_bytes") or not next(read_file(key, ref), b"").startswith(_BEGINS):
        return ""
    must_fit(size)
    with scratch() as folder:
        path = folder / "file"
        with path.open("wb") as file:
            file.writelines(read_file(key, ref))
        try:
            hashes, quality = hashes_of_file(path=path)
        except BadInput:
            return ""
    return hashes if quality >= POOR else ""


def pictures_listed() -> bool:
    """Whether a list in use knows pictures by how they look."""
    return KnownPicture.objects.filter(list__ready=True).exists()


def lists_like(likeness: str) -> list[str]:
    """The names of the lists that know a picture, given its digests in all turns."""
    if not likeness:
        return []
    known, lists = _known()
    if not len(known):
        return []
    least = np.full(len(known), 256, np.int64)
    for words in as_words(likeness):
        least = np.minimum(least, np.bitwise_count(known ^ words).sum(axis=1, dtype=np.int64))
    near = set(lists[least <= WITHIN].tolist())
    return list(HashList.objects.filter(pk__in=near).order_by("name").values_list("name", flat=True))


Known = tuple[NDArray[np.uint64], NDArray[np.int64]]
_lock = threading.Lock()
_held: dict[tuple[int, ...], Known] = {}


def _known() -> Known:
    """The digests of all lists in use as words, and the list of each; kept while the same lists are in use."""
    in_use = tuple(HashList.objects.filter(ready=True).order_by("pk").values_list("pk", flat=True))
    with _lock:
        if in_use not in _held:
            _held.clear()
            _held[in_use] = _read(in_use)
        return _held[in_use]


def _read(in_use: tuple[int, ...]) -> Known:
    words: list[NDArray[np.uint64]] = []
    lists: list[int] = []
    rows = KnownPicture.objects.filter(list__in=in_use).order_by("pk").values_list("list_id", "digest")
    some: list[Any] = []
    for row in rows.iterator(_AT_ONCE):
        some.append(row)
        if len(some) == _AT_ONCE:
            _take(some, words, lists)
    _take(some, words, lists)
    empty: NDArray[np.uint64] = np.empty((0, 4), np.uint64)
    return np.concatenate([empty, *words]), np.array(lists, np.int64)


def _take(some: list[Any], words: list[NDArray[np.uint64]], lists: list[int]) -> None:
    words.append(as_words("".join(digest for _list, digest in some)))
    lists.extend(one for one, _digest in some)
    some.clear()
