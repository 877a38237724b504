"""What is known of a record in the order of days: cases, sightings, links, what sources said, steps and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tidewaiter.cases.models import Case
from tidewaiter.registry.models import Decision
from tidewaiter.registry.queries import Said, Tied
from tidewaiter.registry.suspect_queries import Followed
from tidewaiter.registry.vocabulary import LINK_WORDS, PART_WORDS

CASE, SEEN, LINK, SAID, STEP, DECIDED = "case", "seen", "link", "said", "step", "decided"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that was on a day: of what kind, in words, what it leads to."""

    day: str
    """ISO, as precise as it is known: `2026-11-16`, `2026-11`, `2026`."""
    kind: str
    what: str
    detail: str = ""
    ref: str = ""
    """The case or record that it leads to."""


def timeline(
    *,
    cases: Iterable[tuple[Case, str]],
    links: Iterable[Tied],
    said: Iterable[Said],
    decisions: Iterable[Decision],
    suspects: Iterable[Followed],
) -> list[Moment]:
    """All of it, the newest first; what has no day is left out, for it stands elsewhere on the page."""
    found = [
        *(_case(case, role) for case, role in cases),
        *_links(links),
        *_said(said),
        *(_decision(one) for one in decisions),
        *(moment for one in suspects for moment in _suspect(one)),
    ]
    found.reverse()  # of one day too the latest step stands first
    return sorted(found, key=lambda one: one.day, reverse=True)


def _case(case: Case, role: str) -> Moment:
    length = {"year": 4, "month": 7}.get(case.date_precision, 10)
    return Moment(case.date.isoformat()[:length], CASE, case.reference, str(PART_WORDS.get(role, role)), case.ref)


def _links(links: Iterable[Tied]) -> Iterator[Moment]:
    for tied in links:
        word = tied.link.role or str(LINK_WORDS.get(tied.link.schema, tied.link.schema))
        for day, sign in ((tied.link.begins, "→"), (tied.link.ends, "←")):
            if day:
                yield Moment(day, LINK, f"{word} {sign} {tied.other.caption}", tied.link.source, tied.other.ref)


def _said(said: Iterable[Said]) -> Iterator[Moment]:
    for group in said:
        for value, rows in group.values:
            days = [row for row in rows if row.said_on]
            if days:
                first = min(days, key=lambda row: row.said_on or date.max)
                yield Moment(str(first.said_on), SAID, f"{group.word}: {group.shown(value)}", first.source)


def _decision(one: Decision) -> Moment:
    return Moment(
        one.made_at.date().isoformat(), DECIDED, f"{one.left.caption} · {one.right.caption}", one.reason, one.verdict
    )


def _suspect(one: Followed) -> Iterator[Moment]:
    for step in one.steps:
        yield Moment(step.at.date().isoformat(), STEP, step.state, step.reason)
    for seen in one.sightings:
        yield Moment(seen.seen_on.isoformat(), SEEN, seen.place, seen.what)
