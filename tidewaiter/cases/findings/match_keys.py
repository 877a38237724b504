"""Blocks: numbers that cases share which may be doubles of each other (`findings.duplicates`)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

NEAR = 0.02
"""Quantities are alike when they differ by no more than this share."""
WIDTH = 0.045
"""Width of a size, as a difference of logarithms: twice what `NEAR` allows, so that
near quantities lie in two sizes at most.
"""
_STEP, _OTHER_STEP = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
_RANGE, _HALF = 1 << 64, 1 << 63


@lru_cache(maxsize=65_536)
def _base(country: str, form: str, subtype: str, unit: str, place: str) -> int:
    said = "|".join((country, form, subtype, unit, place))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=65_536)
def ordinal(day: str) -> int:
    """The number of a day, as `date.toordinal` gives it."""
    return date.fromisoformat(day).toordinal()


@lru_cache(maxsize=65_536)
def _sizes(quantity: str) -> tuple[int, int]:
    """A quantity's own size, then the neighbour that it is nearer to."""
    place = math.log(float(quantity)) / WIDTH
    size = math.floor(place)
    return size, size + (1 if place - size >= 0.5 else -1)


def blocks_of(header: dict[str, Any], lines: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """A case's own block, then the three in which near days and near quantities may
    lie; none where place, day or quantity lack.

    A block is a number that a database indexes well, made of the kind of goods and the
    place, a pair of days, a size of quantity.
    """
    if (
        not lines
        or not header.get("place")
        or header.get("date_precision", "day") != "day"
        or "quantity" not in lines[0]
    ):
        return ()
    main = lines[0]
    day = ordinal(header["date"])
    base = _base(header["country"], header["form"], main.get("subtype", ""), main.get("unit", ""), header["place"])
    near, nearer = _sizes(main["quantity"])
    one = base + (day // 2) * _STEP + _HALF
    other = one + (_STEP if day % 2 else -_STEP)
    near, nearer = near * _OTHER_STEP, nearer * _OTHER_STEP
    return (
        (one + near) % _RANGE - _HALF,
        (one + nearer) % _RANGE - _HALF,
        (other + near) % _RANGE - _HALF,
        (other + nearer) % _RANGE - _HALF,
    )
