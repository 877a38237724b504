"""What is missing in the custody of an exhibit, said plainly: who reads the bundle in court hears it from us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tidewaiter.evidence import states
from tidewaiter.evidence.chain import first_break
from tidewaiter.evidence.models import CustodyEvent, Exhibit

LATE = timedelta(hours=24)
"""So long after it happened an event may be written down without a word."""
BETWEEN = timedelta(hours=24)
"""So long a thing may lie between two hands."""


def gaps_of(
    exhibit: Exhibit,
    events: Sequence[CustodyEvent],
    *,
    head: str,
    stamped: Mapping[int, datetime],
    files: Mapping[str, bool],
) -> list[str]:
    """Sentences. `events` are those up to `head`; `stamped` when each was; `files`, which are here, by digest."""
    return [
        *_chain(events, head),
        *_times(events, stamped),
        *_hands(exhibit, events),
        *_seals(exhibit, events),
        *_things(exhibit, events, files),
    ]


def _chain(events: Sequence[CustodyEvent], head: str) -> list[str]:
    broken = first_break(events, head, len(events))
    return [] if broken is None else [_("The chain does not hold at event %(n)s.") % {"n": broken.sequence}]


def _times(events: Sequence[CustodyEvent], stamped: Mapping[int, datetime]) -> list[str]:
    late = [one for one in events if one.recorded_at - one.at > LATE]
    said = [
        _("Event %(n)s was written down %(hours)s hours after it happened.")
        % {"n": one.sequence, "hours": int((one.recorded_at - one.at) / timedelta(hours=1))}
        for one in late
    ]
    missing = [str(one.sequence) for one in events if one.sequence not in stamped]
    if missing:
        said.append(_("No time stamp covers these events yet: %(events)s.") % {"events": ", ".join(missing)})
    return said


def _hands(exhibit: Exhibit, events: Sequence[CustodyEvent]) -> list[str]:
    said = []
    answered = {one.answers_id: one for one in events if one.kind in (states.TAKE, states.DECLINE)}
    for one in events:
        if one.kind != states.HAND_OVER:
            continue
        taken = answered.get(one.ref)
        if taken is None:
            said.append(_("Event %(n)s: nobody has signed that it was taken.") % {"n": one.sequence})
        elif taken.recorded_at - one.recorded_at > BETWEEN:
            hours = int((taken.recorded_at - one.recorded_at) / timedelta(hours=1))
            said.append(
                _("Between giving (event %(a)s) and taking (event %(b)s) lie %(hours)s hours.")
                % {"a": one.sequence, "b": taken.sequence, "hours": hours}
            )
        if not one.authority:
            said.append(_("Event %(n)s names no authority for the hand-over.") % {"n": one.sequence})
    if exhibit.state == states.MISSING:
        said.append(_("It was not found in the last inventory."))
    return said


def _seals(exhibit: Exhibit, events: Sequence[CustodyEvent]) -> list[str]:
    said, seal = [], ""
    for one in events:
        if one.seal_before and seal and one.seal_before != seal:
            said.append(
                _("Event %(n)s: the seal was %(is)s where %(was)s was put before.")
                % {"n": one.sequence, "is": one.seal_before, "was": seal}
            )
        if one.seal_whole is False:
            said.append(_("Event %(n)s: the seal was not whole.") % {"n": one.sequence})
        seal = one.seal_after or ("" if one.kind == states.UNSEAL else seal)
    if not any(one.seal_after for one in events) and exhibit.kind != "box":
        said.append(_("No seal was put on it."))
    return said


def _things(exhibit: Exhibit, events: Sequence[CustodyEvent], files: Mapping[str, bool]) -> list[str]:
    said = []
    if exhibit.quantity is not None and not exhibit.instrument:
        said.append(_("How the quantity was measured is not said."))
    if not any(file.get("role") in ("photo", "seal") for one in events for file in one.files):
        said.append(_("There is no photograph of it."))
    gone = {str(file["sha256"]) for one in events for file in one.files if not files.get(str(file["sha256"]))}
    if gone:
        said.append(_("%(n)s of its files are not in this export.") % {"n": len(gone)})
    return said
