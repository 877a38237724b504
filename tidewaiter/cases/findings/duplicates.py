"""Probable doubles: one seizure reported twice under different references.

Cases share a block when country, commodity, sub-type, unit, place, pair of days and size of quantity agree; only cases
of one block and of three neighbours are compared, so that the work grows with the cases and not with their pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

from tidewaiter.cases import states
from tidewaiter.cases.findings.match_keys import NEAR, blocks_of, ordinal
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import visible
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.findings import DUPLICATE_PROBABLE, WARN, Finding
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among

MOST_COMPARED = 100_000
"""Cases that one batch is compared with at most: a source that says the same of everything must not stop the others."""


def mark_duplicates(cases: Sequence[tuple[CaseIn, str]], by: Actor) -> None:
    """Adds a finding to each case that another one, here already or among these, probably repeats; one at most each.

    `cases` come with their refs. Only cases that this person sees are compared with.
    """
    asked = {at: blocks for at, (case, _) in enumerate(cases) if (blocks := _blocks(case))}
    if not asked:
        return
    known = _known({block for blocks in asked.values() for block in blocks}, by)
    for at, blocks in asked.items():
        case, own_ref = cases[at]
        case.block = blocks[0]
        day = ordinal(case.header["date"])
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
            case.findings.append(Finding(DUPLICATE_PROBABLE, WARN, "", {"other": other}))
        known.setdefault(blocks[0], []).append((case.national_ref, mine, day, own_ref))


def _blocks(case: CaseIn) -> tuple[int, ...]:
    return blocks_of(case.header, case.lines) if case.blocks is None else case.blocks


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
