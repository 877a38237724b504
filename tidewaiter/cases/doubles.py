"""Probable doubles: one seizure reported twice under different references.

Cases share a block when country, commodity, sub-type, unit, place, pair of days and size of quantity agree; only cases of one
block and of three neighbours are compared, so that the work grows with the cases and not with their pairs.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import visible
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.findings import WARN, Finding
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among

NEAR = 0.02
"""Quantities are alike when they differ by no more than this share."""
MOST_COMPARED = 100_000
"""Cases that one batch is compared with at most: a source that says the same of everything must not stop the others."""
WIDTH = 0.045
"""Width of a size, as a difference of logarithms: twice what `NEAR` allows, so that near quantities lie in two sizes at most."""
_STEP, _OTHER_STEP = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
_RANGE, _HALF = 1 << 64, 1 << 63


@lru_cache(maxsize=65_536)
def _base(country: str, form: str, subtype: str, unit: str, place: str) -> int:
    said = "|".join((country, form, subtype, unit, place))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=65_536)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


@lru_cache(maxsize=65_536)
def _sizes(quantity: str) -> tuple[int, int]:
    """A quantity's own size, then the neighbour that it is nearer to."""
    place = math.log(float(quantity)) / WIDTH
    size = math.floor(place)
    return size, size + (1 if place - size >= 0.5 else -1)


def blocks_of(header: dict[str, Any], lines: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """A case's own block, then the three in which near days and near quantities may lie; none where place, day or quantity lack.

    A block is a number that a database indexes well, made of the kind of goods and the place, a pair of days, a size of quantity.
    """
    if (
        not lines
        or not header.get("place")
        or header.get("date_precision", "day") != "day"
        or "quantity" not in lines[0]
    ):
        return ()
    main = lines[0]
    day = _ordinal(header["date"])
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


def mark_doubles(cases: Sequence[tuple[CaseIn, str]], by: Actor) -> None:
    """Adds a finding to each case that another one, here already or among these, probably repeats; one at most each.

    `cases` come with their refs. Only cases that this person sees are compared with.
    """
    asked = {at: blocks for at, (case, _) in enumerate(cases) if (blocks := blocks_of(case.header, case.lines))}
    if not asked:
        return
    known = _known({block for blocks in asked.values() for block in blocks}, by)
    for at, blocks in asked.items():
        case, own_ref = cases[at]
        case.block = blocks[0]
        day = _ordinal(case.header["date"])
        mine = float(case.lines[0]["quantity"])
        other = next(
            (
                ref
                for block in blocks
                if block in known
                for national_ref, theirs, on, ref in known[block]
                if abs(theirs - mine) <= NEAR * max(theirs, mine)
                and abs(on - day) <= 1
                and national_ref != case.national_ref
            ),
            None,
        )
        if other is not None:
            case.findings.append(Finding("duplicate_probable", WARN, "", {"other": other}))
        known.setdefault(blocks[0], []).append((case.national_ref, mine, day, own_ref))


def _known(blocks: set[int], by: Actor) -> dict[int | None, list[tuple[str, float, int, str]]]:
    """(reference, quantity, day as an ordinal, ref) of cases in these blocks that this person sees, in one query."""
    seen = Case.objects.filter(visible(by), latest=True).exclude(status=states.WITHDRAWN)
    found: dict[int | None, list[tuple[str, float, int, str]]] = {}
    rows = seen.filter(block__in=among(sorted(blocks))).values_list(
        "block", "national_ref", "main_quantity", "date", "ref"
    )
    for block, national_ref, quantity, day, ref in rows[:MOST_COMPARED]:
        found.setdefault(block, []).append((national_ref, float(quantity or 0), day.toordinal(), ref))
    return found
