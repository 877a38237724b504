"""Risk profiles: how often rows of like values (one column, two or three together) were illicit, found in the data
and never seen from inside.

A row of the training data is judged by the other folds alone (out-of-fold target encoding), so
that it does not see its own outcome.
"""

from __future__ import annotations

import base64
import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tidewaiter.foundation.json_types import JsonObject

SMOOTH = 5.0
"""As many rows of the common rate are added to every profile."""
FOLDS = 5
DECAY = 90.0
"""Days after which an outcome weighs e times less in what was met lately: who cheated a year
ago may have stopped, or begun since.
"""
PACKED = 4
"""Times that keys may be longer than their packed text."""
SAMPLE = 200_000
"""Rows on which profiles of several columns are looked for."""
SEEDS, MOST, WIDEST = 15, 24, 24
"""Pairs that are made triples, profiles kept, columns combined."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
Names = tuple[str, ...]


def key_of(hashes: dict[str, np.ndarray], names: Names) -> np.ndarray:
    """One 64-bit key a row for the values of several columns."""
    key = np.zeros(len(hashes[names[0]]), dtype=np.uint64)
    for name in names:
        key = (key ^ hashes[name]) * _MIX
        key ^= key >> np.uint64(29)
    return key


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the values of some columns: sorted keys, how many rows each had, how many were illicit."""

    names: Names
    keys: np.ndarray
    rows: np.ndarray
    illicit: np.ndarray

    def of(self, hashes: dict[str, np.ndarray], rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(smoothed share, rows, illicit rows) of the profile that each new row falls
        into; the common rate where it is new.
        """
        key = key_of(hashes, self.names)
        if not len(self.keys):
            nothing = np.zeros(len(key))
            return np.full(len(key), rate), nothing, nothing
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        known = self.keys[place] == key
        rows, illicit = np.where(known, self.rows[place], 0.0), np.where(known, self.illicit[place], 0.0)
        return (illicit + SMOOTH * rate) / (rows + SMOOTH), rows, illicit

    def said(self) -> JsonObject:
        """As text that a model is kept in."""
        return {"names": list(self.names)} | {name: packed(getattr(self, name)) for name in ("keys", "rows", "illicit")}

    @classmethod
    def read(cls, said: JsonObject) -> Profile:
        """What `said` wrote. Raises `ValueError` for anything else."""
        return cls(
            tuple(said["names"]),
            *_figures_of(said),
        )


@dataclass(frozen=True, slots=True)
class Recent:
    """What was met lately of the values of a column: rows and illicit rows, each
    weighing less with its age, as of a day.
    """

    names: Names
    keys: np.ndarray
    rows: np.ndarray
    illicit: np.ndarray
    day: int
    """Days since 1970."""

    def of(self, hashes: dict[str, np.ndarray], days: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
        """(smoothed share, weighed rows) for new rows of these days; nothing is known of a value that is new."""
        key = key_of(hashes, self.names)
        if not len(self.keys):
            return np.full(len(key), rate), np.zeros(len(key))
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        known = (self.keys[place] == key) * np.exp(-np.maximum(days - self.day, 0) / DECAY)
        rows, illicit = self.rows[place] * known, self.illicit[place] * known
        return (illicit + SMOOTH * rate) / (rows + SMOOTH), rows

    def said(self) -> JsonObject:
        """As text that a model is kept in."""
        return {"names": list(self.names), "day": self.day} | {
            name: packed(getattr(self, name)) for name in ("keys", "rows", "illicit")
        }

    @classmethod
    def read(cls, said: JsonObject) -> Recent:
        """What `said` wrote. Raises `ValueError` for anything else."""
        return cls(
            tuple(said["names"]),
            *_figures_of(said),
            int(said["day"]),
        )


def recent(
    key: np.ndarray, label: np.ndarray, days: np.ndarray, rate: float, names: Names
) -> tuple[np.ndarray, np.ndarray, Recent]:
    """(share, weighed rows) of what each row's value had shown on earlier days, and what it showed by the last."""
    order = np.lexsort((days, key))
    k, first, last = key[order], int(days.min()), int(days.max())
    t = (days[order] - first) / DECAY
    up = np.exp(t)
    before = [np.concatenate([[0.0], np.cumsum(one)]) for one in (up, label[order] * up)]
    new_key = np.concatenate([[True], k[1:] != k[:-1]])
    new_day = new_key | np.concatenate([[True], t[1:] != t[:-1]])
    at = np.arange(len(k))
    group, run = np.maximum.accumulate(np.where(new_key, at, 0)), np.maximum.accumulate(np.where(new_day, at, 0))
    rows, illicit = ((sums[run] - sums[group]) / up for sums in before)
    found = np.empty((2, len(k)))
    found[0, order], found[1, order] = (illicit + SMOOTH * rate) / (rows + SMOOTH), rows
    starts = np.flatnonzero(new_key)
    ends = np.append(starts[1:], len(k))
    whole = [((sums[ends] - sums[starts]) * np.exp(-(last - first) / DECAY)).astype(np.float32) for sums in before]
    return found[0], found[1], Recent(names, k[starts], whole[0], whole[1], last)


def packed(array: np.ndarray) -> str:
    """Numbers as text: of 64 or 32 bits without sign, or of 32 bits with a point."""
    kind = {np.dtype("uint64"): "<u8", np.dtype("uint32"): "<u4"}.get(array.dtype, "<f4")
    return base64.b64encode(zlib.compress(array.astype(kind).tobytes(), 6)).decode()


def _figures_of(said: JsonObject) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keys, rows and illicit rows of a profile, from a file that may have been made to harm.

    Keys are mixed 64-bit numbers, each once: they pack to hardly less than themselves,
    and there are as many of the others.
    """
    keys = np.frombuffer(unpacked(said["keys"], PACKED * len(said["keys"]) + 64), dtype="<u8")
    rows, illicit = (np.frombuffer(unpacked(said[name], 4 * len(keys)), dtype="<f4") for name in ("rows", "illicit"))
    if not len(keys) == len(rows) == len(illicit):
        raise ValueError("a profile's figures are cut off")
    return keys, rows, illicit


def unpacked(text: str, most: int) -> bytes:
    """What `packed` wrote, as bytes. Raises `ValueError` for what is damaged or more than `most`."""
    unpacker = zlib.decompressobj()
    try:
        whole = unpacker.decompress(base64.b64decode(text), most + 1)
    except zlib.error as error:
        raise ValueError("a profile's figures are damaged") from error
    if len(whole) > most or not unpacker.eof:
        raise ValueError("a profile's figures are too many, or cut off")
    return whole


def folds_of(rows: int, seed: int) -> np.ndarray:
    """A fold for each row, by chance."""
    return np.random.default_rng(seed).integers(0, FOLDS, rows)


def encoded(
    key: np.ndarray, label: np.ndarray, fold: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """(share by the other folds, rows in the other folds, (keys, rows, illicit
    rows) of all) for the rows of one profile.
    """
    keys, place = np.unique(key, return_inverse=True)
    cell = place * FOLDS + fold
    rows = np.bincount(cell, minlength=len(keys) * FOLDS).reshape(-1, FOLDS)
    illicit = np.bincount(cell, weights=label, minlength=len(keys) * FOLDS).reshape(-1, FOLDS)
    all_rows, all_illicit = rows.sum(axis=1), illicit.sum(axis=1)
    others, bad = all_rows[place] - rows[place, fold], all_illicit[place] - illicit[place, fold]
    return (
        (bad + SMOOTH * rate) / (others + SMOOTH),
        others.astype(float),
        (keys, all_rows.astype(np.float32), all_illicit.astype(np.float32)),
    )


def _loss(share: np.ndarray, label: np.ndarray) -> float:
    return float(-np.mean(np.where(label == 1, np.log(share), np.log1p(-share))))


def mined(hashes: dict[str, np.ndarray], family: dict[str, str], label: np.ndarray, seed: int) -> list[Names]:
    """The columns, and the pairs and triples of them,
    that say most of the label by the other folds (log loss), the best first.

    `family` says which columns are made of the same one (a heading of a product, a band
    of an amount): they are not combined.
    """
    chance = np.random.default_rng(seed)
    some = chance.choice(len(label), SAMPLE, replace=False) if len(label) > SAMPLE else np.arange(len(label))
    seen, few = label[some].astype(float), {name: values[some] for name, values in hashes.items()}
    fold, rate = folds_of(len(some), seed), float(label[some].mean())

    def loss(names: Names) -> float:
        return _loss(encoded(key_of(few, names), seen, fold, rate)[0], seen)

    alone = sorted((loss((name,)), (name,)) for name in few)
    base = [names[0] for _said, names in alone[:WIDEST]]
    pairs = sorted((loss(pair), pair) for pair in itertools.combinations(sorted(base), 2) if _apart(pair, family))
    triples = {tuple(sorted({*pair, name})) for _said, pair in pairs[:SEEDS] for name in base}
    wide = sorted((loss(one), one) for one in sorted(triples) if len(one) == 3 and _apart(one, family))
    return [names for _said, names in alone] + [names for _said, names in sorted([*pairs, *wide])[:MOST]]


def _apart(names: Sequence[str], family: dict[str, str]) -> bool:
    return len({family[name] for name in names}) == len(names)
