"""Which pairs of records may be one, found among all at once: by keys that few have, then by what their births allow.

A pair is compared by its names only where the births let its score reach the threshold at all: of most pairs that share
two words the births say so, in one sweep over arrays. What shares a number or has a name alone is always compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tidewaiter.registry.indexing import VALUE
from tidewaiter.registry.names.bounds import births_at_best
from tidewaiter.registry.names.comparing import read_birth

KEY_OF_MOST, MOST_PAIRS = 40, 200_000
"""Entities that may share a key which ties them; pairs that are looked at."""
_AT_ONCE = 5_000
type Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Tied:
    """Pairs as places in `refs`, those that share most first; `by_value`: which share a number; keys that too many
    have.
    """

    refs: list[str] = field(default_factory=list)
    left: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    right: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    by_value: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    too_common: int = 0


def tied(own: dict[str, int]) -> Tied:
    """Pairs among some entities (ref: number of its group; only pairs of one group are made) that share a key of two
    words, of a word and a birth, or a number, which at most `KEY_OF_MOST` of the node have.
    """
    made = Tied(refs=list(own))
    place = {ref: at for at, ref in enumerate(made.refs)}
    groups = np.fromiter(own.values(), np.int64, len(own))
    keys, places = _of_few(place, made)
    if not len(keys):
        return made
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    lefts: list[Numbers] = []
    rights: list[Numbers] = []
    values: list[NDArray[np.bool_]] = []
    for apart in range(1, KEY_OF_MOST):
        same = np.flatnonzero(keys[apart:] == keys[:-apart])
        if not len(same):
            break
        one, other = places[same], places[same + apart]
        fits = (groups[one] == groups[other]) & (one != other)
        lefts.append(one[fits])
        rights.append(other[fits])  # places ascend within a key: the left one is the smaller
        values.append((keys[same][fits] & 7) == VALUE)
    if not lefts:
        return made
    left, right, value = np.concatenate(lefts), np.concatenate(rights), np.concatenate(values)
    pairs, which, shared = np.unique(left * len(own) + right, return_inverse=True, return_counts=True)
    by_value = np.zeros(len(pairs), np.bool_)
    by_value[which[value]] = True
    most = np.argsort(-shared, kind="stable")[:MOST_PAIRS]
    made.left, made.right, made.by_value = pairs[most] // len(own), pairs[most] % len(own), by_value[most]
    return made


def _of_few(place: dict[str, int], made: Tied) -> tuple[Numbers, Numbers]:
    """Keys that few have, and who has them: one walk through the keys' index."""
    joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    keys: list[int] = []
    places: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, CASE WHEN count(*) <= %s THEN {joined}(entity_id, ' ') END FROM registry_key "  # noqa: S608
            "WHERE (key & 7) > 0 GROUP BY key HAVING count(*) > 1",
            [KEY_OF_MOST],
        )
        for key, refs in chain.from_iterable(iter(lambda: cursor.fetchmany(_AT_ONCE), [])):
            if refs is None:
                made.too_common += 1
                continue
            some = [place[ref] for ref in refs.split(" ") if ref in place]
            keys += [key] * len(some)
            places += some
    return np.array(keys, np.int64), np.array(places, np.int64)


def possible(pairs: Tied, births: dict[str, list[str]], least: float) -> Iterator[tuple[str, str]]:
    """The pairs whose births, one on each side, let a score reach `least`; whoever has none or several, or shares a
    number, is kept.
    """
    ages = _ages(births.get(ref, ()) for ref in pairs.refs)
    fits = pairs.by_value | (births_at_best(ages[pairs.left], ages[pairs.right]) >= least)
    for at in np.flatnonzero(fits):
        yield pairs.refs[pairs.left[at]], pairs.refs[pairs.right[at]]


def _ages(births: Iterable[Sequence[str]]) -> Numbers:
    """Of each the year, month and day (0: not said) of its one birth; 0, 0, 0 where there is none, or several."""
    return np.array([_age(said[0]) if len(said) == 1 else (0, 0, 0) for said in births], np.int64).reshape(-1, 3)


@lru_cache(maxsize=50_000)
def _age(said: str) -> tuple[int, int, int]:
    if len(said) == 10 and said[4] == said[7] == "-" and said.replace("-", "").isdecimal():
        return int(said[:4]), int(said[5:7]), int(said[8:])
    found = read_birth(said)
    if found is None:
        return 0, 0, 0
    year, month, day = (int(part) for part in found.iso.split("-"))
    return year, month * (found.precision != "year"), day * (found.precision == "day")
