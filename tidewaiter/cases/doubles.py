"""Probable doubles: one seizure reported twice under different references.

Cases share a block when country, commodity, sub-type, unit, place, pair of days and size of quantity agree; only cases of one
block and of three neighbours are compared, so that the work grows with the cases and not with their pairs.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import visible
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.findings import WARN, Finding
from tidewaiter.foundation.actors import Actor

NEAR = 0.02
"""Quantities are alike when they differ by no more than this share."""
MOST_COMPARED = 100_000
"""Cases that one batch is compared with at most: a source that says the same of everything must not stop the others."""
WIDTH = 0.045
"""Width of a size, as a difference of logarithms: twice what `NEAR` allows, so that near quantities lie in two sizes at most."""
_STEP, _OTHER_STEP = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
_RANGE = 1 << 64


@lru_cache(maxsize=65_536)
def _base(country: str, form: str, subtype: str, unit: str, place: str) -> int:
    said = "|".join((country, form, subtype, unit, place))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big")


def block_of(country: str, form: str, subtype: str, unit: str, place: str, days: int, size: int) -> int:
    """The block as a number that a database indexes well, from a pair of days and a size of quantity."""
    number = (_base(country, form, subtype, unit, place) + days * _STEP + size * _OTHER_STEP) % _RANGE
    return number - _RANGE if number >= _RANGE // 2 else number


def blocks_of(header: dict[str, Any], lines: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """A case's own block, then the three in which near days and near quantities may lie; none where place, day or quantity lack."""
    if (
        not lines
        or not header.get("place")
        or header.get("date_precision", "day") != "day"
        or "quantity" not in lines[0]
    ):
        return ()
    main = lines[0]
    day = date.fromisoformat(str(header["date"])).toordinal()
    days = (day // 2, day // 2 + (1 if day % 2 else -1))
    place = math.log(float(main["quantity"])) / WIDTH
    size = math.floor(place)
    sizes = (size, size + (1 if place - size >= 0.5 else -1))
    said = (
        str(header["country"]),
        str(header["form"]),
        str(main.get("subtype", "")),
        str(main.get("unit", "")),
        str(header["place"]),
    )
    return tuple(block_of(*said, one, other) for one in days for other in sizes)


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
        day = date.fromisoformat(str(case.header["date"]))
        mine = float(case.lines[0]["quantity"])
        other = next(
            (
                ref
                for block in blocks
                for national_ref, theirs, on, ref in known.get(block, ())
                if abs(theirs - mine) <= NEAR * max(theirs, mine)
                and abs((on - day).days) <= 1
                and national_ref != case.national_ref
            ),
            None,
        )
        if other is not None:
            case.findings.append(Finding("duplicate_probable", WARN, "", {"other": other}))
        known.setdefault(blocks[0], []).append((case.national_ref, mine, day, own_ref))


def _known(blocks: set[int], by: Actor) -> dict[int | None, list[tuple[str, float, date, str]]]:
    """(reference, quantity, day, ref) of cases in these blocks that this person sees, in one query."""
    seen = Case.objects.filter(visible(by), latest=True).exclude(status=states.WITHDRAWN)
    if connection.vendor == "postgresql":
        among = RawSQL("SELECT unnest(%s::bigint[])", [sorted(blocks)])
    else:
        among = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(sorted(blocks))])
    found: dict[int | None, list[tuple[str, float, date, str]]] = {}
    rows = seen.filter(block__in=among).values_list("block", "national_ref", "main_quantity", "date", "ref")
    for block, national_ref, quantity, day, ref in rows[:MOST_COMPARED]:
        found.setdefault(block, []).append((national_ref, float(quantity or 0), day, ref))
    return found
