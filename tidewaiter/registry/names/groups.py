"""Spellings that are one name: Юсуф, Yusuf, Youssef, יוסף, 優素福. From Wikidata, codes/name_groups.txt.gz.

The table is one text of sorted lines, found by halving: it is ready as soon as it is unpacked, and takes no more
memory than its bytes (tools/build_name_groups.py).
"""

from __future__ import annotations

import gzip
from functools import cache, lru_cache

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
        return b"\n" + file.read()


@lru_cache(maxsize=REMEMBERED)
def groups_of(key: str) -> frozenset[str]:
    """The numbers of the groups that a key belongs to; none where the name is not known."""
    table, wanted = _table(), key.encode() + b"\t"
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) // 2
        start = table.rfind(b"\n", 0, middle + 1) + 1
        if start < low:
            start = low + 1 if low == 0 else low
        end = table.find(b"\n", start)
        end = len(table) if end < 0 else end
        line = table[start:end]
        if line.startswith(wanted):
            return frozenset(line[len(wanted) :].decode().split())
        if line.partition(b"\t")[0] + b"\t" < wanted:
            low = end + 1
        else:
            high = start - 1
    return frozenset()
