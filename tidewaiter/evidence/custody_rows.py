"""The line of custody as a page shows it: newest first, the two hands of a hand-over in one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tidewaiter.evidence.models import CustodyEvent
from tidewaiter.evidence.presenters import hands_called
from tidewaiter.evidence.words import KINDS, PURPOSES

TWO_HANDED = ("hand_over",)
ANSWERS = ("take", "decline")


@dataclass(slots=True)
class Hand:
    """Somebody's hand on an event: who, how and when; nothing yet where it is open."""

    name: str
    how: str
    at: datetime | None = None
    drawn: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is awaited still."""
        return self.at is None


@dataclass(slots=True)
class Row:
    """An event, or a hand-over with the answer to it."""

    event: CustodyEvent
    word: str | Promise
    hands: list[Hand] = field(default_factory=list)
    meta: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    was: dict[str, str] = field(default_factory=dict)
    now: dict[str, str] = field(default_factory=dict)
    corrections: list[CustodyEvent] = field(default_factory=list)
    witnesses: list[CustodyEvent] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    open: bool = False
    current: bool = False


def rows_of(events: Sequence[CustodyEvent]) -> list[Row]:
    """The rows of an exhibit's events, which come in their order; the last event with hands is where it is now."""
    called = hands_called(sorted({hand for one in events for hand in (one.giver, one.taker, one.by)}))
    answers = {one.answers_id: one for one in events if one.kind in ANSWERS}
    rows: dict[str, Row] = {}
    for event in events:
        if event.kind in ANSWERS:
            continue
        if event.kind in ("correct", "witness") and event.answers_id in rows:
            into = rows[event.answers_id]
            (into.corrections if event.kind == "correct" else into.witnesses).append(event)
            continue
        rows[event.ref] = _row(event, answers.get(event.ref), called)
    made = list(rows.values())
    standing = [one for one in made if one.hands and not one.open] or made
    if standing:
        standing[-1].current = True
    return made[::-1]


def _row(event: CustodyEvent, answer: CustodyEvent | None, called: dict[str, str]) -> Row:
    row = Row(event, KINDS.get(event.kind, event.kind), files=[*event.files, *(answer.files if answer else [])])
    if event.kind in TWO_HANDED:
        row.word = _handed_word(event, answer)
        row.open = answer is None
        row.hands = [
            Hand(called.get(event.giver, event.giver), _("gave"), event.recorded_at),
            _taker(event, answer, called),
        ]
    row.meta = _meta(event, answer, called)
    row.notes = [text for one in (event, answer) if one for text in (one.note, one.condition) if text]
    row.was, row.now = event.detail.get("was") or {}, event.detail.get("now") or {}
    return row


def _handed_word(event: CustodyEvent, answer: CustodyEvent | None) -> str:
    if answer is not None and answer.kind == "decline":
        return _("Not taken")
    purpose = str(PURPOSES.get(event.purpose, event.purpose))
    return _("Handed over: %(purpose)s") % {"purpose": purpose.lower()}


def _taker(event: CustodyEvent, answer: CustodyEvent | None, called: dict[str, str]) -> Hand:
    name = called.get(event.taker, event.taker)
    if answer is None:
        return Hand(name, _("takes: not yet"))
    if answer.kind == "decline":
        return Hand(called.get(answer.by, answer.by), _("did not take it"), answer.recorded_at)
    if answer.detail.get("signed") == "drawn":
        return Hand(name, _("took, signed on the device"), answer.recorded_at, drawn=True)
    by = called.get(answer.by, answer.by)
    if event.taker.startswith("store:"):
        return Hand(name, _("%(who)s took, by own sign-in") % {"who": by}, answer.recorded_at)
    return Hand(name, _("took, by own sign-in"), answer.recorded_at)


def _meta(event: CustodyEvent, answer: CustodyEvent | None, called: dict[str, str]) -> list[str]:
    """The small line under an event: seal before and after, authority, place on the shelf, by whom."""
    made = []
    if event.kind not in TWO_HANDED:
        made.append(called.get(event.by, event.by))
    made += _seal_words(event, answer)
    if event.authority:
        made.append(_("authority: %(said)s") % {"said": event.authority})
    if present := event.detail.get("present"):
        made.append(_("present: %(said)s") % {"said": present})
    shelf = (answer.detail if answer else event.detail).get("shelf")
    if shelf:
        made.append(_("shelf %(said)s") % {"said": shelf})
    if box := event.detail.get("box_reference"):
        made.append(_("box %(said)s") % {"said": box})
    if part := event.detail.get("part_reference"):
        made.append(_("part %(said)s") % {"said": part})
    return made


def _seal_words(event: CustodyEvent, answer: CustodyEvent | None) -> list[str]:
    before, after = event.seal_before, event.seal_after
    whole = answer.seal_whole if answer is not None and answer.seal_whole is not None else event.seal_whole
    state = "" if whole is None else _("whole") if whole else _("not whole")
    if before and after:
        line = _("seal %(before)s → %(after)s") % {"before": before, "after": after}
    elif before or after:
        line = _("seal %(number)s") % {"number": before or after}
    else:
        return []
    return [f"{line}, {state}" if state else line]


@dataclass(frozen=True, slots=True)
class TestRow:
    """A test and what was written beside it."""

    __test__ = False

    event: CustodyEvent
    results: list[CustodyEvent]
    corrections: list[CustodyEvent]

    @property
    def state(self) -> str:
        """`running` until there is a result."""
        return "recorded" if self.event.detail.get("result") or self.event.note or self.results else "running"


def tests_of(events: Sequence[CustodyEvent]) -> list[TestRow]:
    """The tests of an exhibit, each with its results and corrections, which stand beside and never in place."""
    tests = [one for one in events if one.kind == "test" and one.answers_id is None]
    made = []
    for test in tests:
        results = [one for one in events if one.kind == "test" and one.answers_id == test.ref]
        about = {test.ref, *(one.ref for one in results)}
        made.append(
            TestRow(test, results, [one for one in events if one.kind == "correct" and one.answers_id in about])
        )
    return made


def seal_photos(events: Sequence[CustodyEvent]) -> list[tuple[CustodyEvent, dict[str, Any]]]:
    """Photos of seals that a page may show, the newest last."""
    sealing = [one for one in events if one.kind in ("seal", "unseal")]
    return [(one, file) for one in sealing for file in one.files if file.get("view")][-4:]
