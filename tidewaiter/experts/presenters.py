"""What the group's page shows beside its lists: the next step of whoever reads, clocks of days, terms of office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from tidewaiter.drawing.radar import Spoke
from tidewaiter.experts import queries, states
from tidewaiter.experts.models import ActionPoint, Paragraph, Poll, Term, WorkLine
from tidewaiter.experts.needs.maturity import Score
from tidewaiter.experts.policy import Seat
from tidewaiter.foundation.moments import now


@dataclass(frozen=True, slots=True)
class Due:
    """How long until a day: in days, which turn of the clock (0 to 10) and which colour."""

    on: date
    days: int
    tenth: int
    css: str


def due_of(on: date, done: bool = False) -> Due:
    """The clock of a day; it is near in its last ten days."""
    days = (on - now().date()).days
    css = "met" if done else "over" if days < 0 else "near" if days <= 10 else ""
    return Due(on, days, max(0, min(10, days // 6)), css)


def action_rows(points: list[ActionPoint]) -> list[dict[str, Any]]:
    """Action points with their clocks."""
    return [{"one": one, "due": due_of(one.due_on, one.done_at is not None)} for one in points]


def work_rows(lines: list[WorkLine]) -> list[dict[str, Any]]:
    """Lines of the plan; late is what should be done and is not."""
    today = now().date()
    return [{"one": one, "late": one.state != states.DONE and one.due_on < today} for one in lines]


def mandate_rows(seat: Seat, year: int) -> list[dict[str, Any]]:
    """The paragraphs of the mandate, and how much of the plan of a year rests on each."""
    planned = dict(seat.group.work.filter(year=year).values_list("paragraph").annotate(n=Count("pk")).order_by())
    paragraphs: list[Paragraph] = list(seat.group.paragraphs.order_by("number"))
    return [{"one": one, "planned": 0 if seat.private else planned.get(one.pk, 0)} for one in paragraphs]


def term_rows(terms: list[Term]) -> list[dict[str, Any]]:
    """Who leads, how many months of how many, and whether it ends within thirty days."""
    today = now().date()
    made = []
    for one in terms:
        whole, gone = (one.ends_on - one.begins_on).days, (today - one.begins_on).days
        left = (one.ends_on - today).days
        made.append(
            {
                "one": one,
                "tenth": max(0, min(10, round(10 * gone / max(whole, 1)))),
                "months": max(0, round(gone / 30.44)),
                "of": max(1, round(whole / 30.44)),
                "left": left,
                "ends_soon": left <= 30,
            }
        )
    return made


def poll_row(seat: Seat, poll: Poll) -> dict[str, Any]:
    """A poll as the person sees it: the counts once they have voted or it is closed; who chose what nobody sees."""
    votes = list(poll.votes.all())
    mine = next((one.choice for one in votes if one.username == seat.by.username), 0)
    over = poll.closed_at is not None or poll.closes_at <= now()
    open_to_see = over or bool(mine) or not seat.votes
    counts = [sum(1 for one in votes if one.choice == n) for n in range(1, len(poll.options) + 1)]
    most = max([1, *counts])
    return {
        "one": poll,
        "mine": mine,
        "over": over,
        "votes": len(votes),
        "options": [
            {
                "n": n,
                "text": text,
                "count": counts[n - 1] if open_to_see else None,
                "tenth": round(10 * counts[n - 1] / most),
            }
            for n, text in enumerate(poll.options, 1)
        ],
        "shown": open_to_see,
        "votes_now": seat.votes and not over,
    }


def next_step(seat: Seat) -> dict[str, Any]:
    """What the person owes the group first: an action point, an answer to a call, a vote."""
    mine = queries.action_points_of(seat).filter(owner=seat.by.username, done_at=None).order_by("due_on")
    point = mine.first()
    if point is not None:
        return {"kind": "action", "thing": point, "number": mine.count(), "due": due_of(point.due_on)}
    meeting = (
        queries.meetings_of(seat)
        .filter(state=states.PLANNED, begins_at__gt=now(), attendance__username=seat.by.username)
        .filter(attendance__comes=None)
        .order_by("begins_at")
        .first()
    )
    if meeting is not None:
        return {"kind": "meeting", "thing": meeting}
    if seat.votes:
        unvoted = queries.polls_of(seat).filter(closed_at=None, closes_at__gt=now())
        poll = unvoted.exclude(votes__username=seat.by.username).order_by("closes_at").first()
        if poll is not None:
            return {"kind": "poll", "thing": poll}
    return {"kind": "nothing"}


def spokes_of(scores: Iterable[Score], labels: Mapping[str, str]) -> list[Spoke]:
    """A profile as the radar takes it."""

    def plain(value: Decimal | None) -> float | None:
        return None if value is None else float(value)

    return [Spoke(labels[one.domain], plain(one.now), plain(one.was), plain(one.region)) for one in scores]
