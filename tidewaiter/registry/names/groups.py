"""Spellings that are one name: Юсуф, Yusuf, Youssef, יוסף, 優素福. From Wikidata, codes/name_groups.txt.gz.

The table is one text of sorted lines, found by halving: it is ready as soon as it is unpacked, and takes no more
memory than its bytes and a number a line (tools/build_name_groups.py).
"""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left
from functools import cache, lru_cache

import numpy as np
from django.conf import settings

from tidewaiter.registry.names.sounds import ABJADS, ARABIC, HAN, REMEMBERED, latin, plain, script_of

_ALEF = str.maketrans("أإآٱىةکی", "ااااياكي")


def key_of(word: str) -> str:
    """What a word is found by: itself in Han, Arabic and Hebrew (whose Latin letters say too little), else `latin`."""
    script = script_of(word)
    if script == HAN:
        return plain(word)
    if script in ABJADS:
        said = plain(word).translate(_ALEF)
        return said[2:] if script == ARABIC and said.startswith("ال") and len(said) > 4 else said
    return latin(word)


@cache
def _table() -> bytes:
    with gzip.open(settings.CODES_FOLDER / "name_groups.txt.gz", "rb") as file:
        return b"\n" + file.read().rstrip(b"\n") + b"\n"


@cache
def _starts() -> array[int]:
    """Where its lines begin."""
    ends = np.flatnonzero(np.frombuffer(_table(), np.uint8) == ord("\n")) + 1
    return array("q", ends[:-1].astype(np.int64).tobytes())


@lru_cache(maxsize=REMEMBERED)
def groups_of(key: str) -> frozenset[str]:
    """The numbers of the groups that a key belongs to; none where the name is not known."""
    table, wanted = _table(), key.encode() + b"\t"
    starts, length = _starts(), len(wanted)
    # keys end with a tab, which no sign of a key sorts before: lines stand in the order of their beginnings
    at = bisect_left(starts, wanted, key=lambda start: table[start : start + length])
    if at == len(starts) or not table.startswith(wanted, starts[at]):
        return frozenset()
    return frozenset(table[starts[at] + length : table.find(b"\n", starts[at])].decode().split())
