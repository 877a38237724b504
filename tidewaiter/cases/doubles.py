"""Probable doubles: one seizure reported twice under different references.

Cases share a block when country, commodity, sub-type, unit, place and day agree; only cases of one block, and of the days
before and after, are compared, so that the work grows with the cases and not with their pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import visible
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.findings import WARN, Finding
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches

NEAR = 0.02
"""Quantities are alike when they differ by no more than this share."""
_DAYS = (-1, 0, 1)


def block_of(country: str, form: str, subtype: str, unit: str, place: str, day: date) -> int:
    """The block as a number that a database indexes well."""
    said = "|".join((country, form, subtype, unit, place, day.isoformat()))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)


def blocks_of(header: dict[str, Any], lines: Sequence[dict[str, Any]], days: Iterable[int] = (0,)) -> list[int]:
    """The blocks of a case on its day shifted by `days`; none where place, day or quantity are not exactly known."""
    if not lines or not header.get("place") or header.get("date_precision", "day") != "day":
        return []
    main = lines[0]
    if "quantity" not in main:
        return []
    day = date.fromisoformat(str(header["date"]))
    said = (
        str(header["country"]),
        str(header["form"]),
        str(main.get("subtype", "")),
        str(main.get("unit", "")),
        str(header["place"]),
    )
    return [block_of(*said, day + timedelta(days=shift)) for shift in days]


def mark_doubles(cases: Sequence[CaseIn], by: Actor) -> None:
    """Adds a finding to each case that another one, here already or among these, probably repeats; one at most each.

    Only cases that this person sees are compared with.
    """
    asked = {at: blocks_of(case.header, case.lines, _DAYS) for at, case in enumerate(cases)}
    asked = {at: blocks for at, blocks in asked.items() if blocks}
    for at, blocks in asked.items():
        cases[at].block = blocks[1]
    if not asked:
        return
    known: dict[int | None, list[tuple[str, float, str]]] = {}
    seen = Case.objects.filter(visible(by), latest=True).exclude(status=states.WITHDRAWN)
    for some in in_batches(sorted({block for blocks in asked.values() for block in blocks}), 900):
        rows = seen.filter(block__in=some).values_list("block", "national_ref", "main_quantity", "ref")
        for block, national_ref, quantity, ref in rows[:20_000]:
            known.setdefault(block, []).append((national_ref, float(quantity or 0), ref))
    for at, blocks in asked.items():
        case = cases[at]
        mine = float(case.lines[0]["quantity"])
        other = next(
            (
                ref
                for block in blocks
                for national_ref, theirs, ref in known.get(block, ())
                if national_ref != case.national_ref and abs(theirs - mine) <= NEAR * max(theirs, mine)
            ),
            None,
        )
        if other is not None:
            case.findings.append(Finding("duplicate_probable", WARN, "", {"other": other}))
        known.setdefault(blocks[1], []).append((case.national_ref, mine, case.national_ref))
