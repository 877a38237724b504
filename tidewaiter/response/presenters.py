"""What pages show of an alarm: its clock with marks, where the money is as a drawing, the order of steps."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.room_cards import nodes_reached
from tidewaiter.people.models import ContactPoint
from tidewaiter.people.rota import is_open
from tidewaiter.response import states
from tidewaiter.response.actions.requests import FREEZE
from tidewaiter.response.letters.text import amount_text
from tidewaiter.response.models import Alarm, Happening, Leg, Request
from tidewaiter.response.payments.accounts import short
from tidewaiter.response.queries import Money, today_of

WIDTH = 900
_PLACES = ((0, 8), (1, 180), (3, 400), (24, 590), (48, 740), (72, 886))
"""Hours and where their mark stands: not to scale, so that the first three hours can be read."""
_SHORT = {
    "transferred": p("clock", "transferred"),
    "detected": p("clock", "detected"),
    "reported": p("clock", "reported"),
    "recall": p("clock", "recalled"),
    "sent": p("clock", "asked"),
    "answered": p("clock", "answer"),
}
BOX, ACROSS, DOWN = 220, 300, 128


def place_of(hours: float) -> int:
    """Where a moment stands on the clock's line: along the straight line between two marks."""
    hours = min(max(hours, 0), 72)
    for (low, left), (high, right) in itertools.pairwise(_PLACES):
        if hours <= high:
            return round(left + (right - left) * (hours - low) / (high - low))
    return _PLACES[-1][1]


def lasting_text(span: timedelta) -> str:
    """`2 h 31`, `29 min`, `3 d 4 h`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 72:
        return _("%(h)s h %(m)s") % {"h": hours, "m": f"{rest:02d}"}
    return _("%(d)s d %(h)s h") % {"d": hours // 24, "h": hours % 24}


def clock_of(alarm: Alarm, happenings: Sequence[Happening], moment: datetime) -> dict[str, Any]:
    """The clock: since the transfer (or the report, where nobody dated it), its marks, and what happened when."""
    zone = ZoneInfo(alarm.zone)
    begun = alarm.transferred_at or alarm.reported_at
    told = [("transferred", alarm.transferred_at), ("detected", alarm.detected_at), ("reported", alarm.reported_at)]
    told += [("recall", alarm.recall_at)]
    told += [(one.what, one.at) for one in happenings if one.what in ("sent", "answered")]
    events = []
    taken = [-1, -1]
    for what, at in sorted(((word, at) for word, at in told if at and at >= begun), key=lambda one: one[1]):
        x = place_of((at - begun) / timedelta(hours=1))
        row = next((number for number, end in enumerate(taken) if x > end), None)
        said = f"{_SHORT[what]} {at.astimezone(zone):%H:%M}" if row is not None else ""
        if row is not None:
            taken[row] = x + 7 * len(said) + 8
        events.append({"said": said, "x": x, "row": row or 0})
    passed = (moment - begun) / timedelta(hours=1)
    following = next((mark for mark in states.MARKS if mark > passed), None)
    return {
        "since": lasting_text(moment - begun),
        "dated": alarm.transferred_at is not None,
        "begun": begun.astimezone(zone),
        "now_x": place_of(passed),
        "now": moment.astimezone(zone),
        "marks": [
            {
                "hours": mark,
                "x": place_of(mark),
                "at": (begun + timedelta(hours=mark)).astimezone(zone),
                "over": passed >= mark,
            }
            for mark in states.MARKS
        ],
        "next": lasting_text(begun + timedelta(hours=following) - moment) if following else "",
        "next_mark": following,
        "events": events[:40],
        "width": WIDTH,
    }


@dataclass(slots=True)
class Drawn:
    """A payment as the drawing of the money shows it."""

    leg: Leg
    x: int
    y: int
    parts: list[dict[str, Any]]
    amount: str
    account: str
    flow: int
    path: str
    seen: int
    state: str


def money_drawn(alarm: Alarm, legs: Sequence[Leg], requests: Sequence[Request], seen: dict[int, int]) -> dict[str, Any]:
    """Boxes and flows: each payment a box in the column of its step, one under another."""
    depth: dict[int, int] = {}
    rows: dict[int, int] = {}
    boxes: list[Drawn] = []
    place: dict[int, Drawn] = {}
    waiting = {leg.pk for one in requests if one.state in states.WAITING for leg in one.legs.all()}
    for leg in legs[:40]:
        depth[leg.pk] = depth.get(leg.after_id, 0) + 1 if leg.after_id else 1
        row = rows.get(depth[leg.pk], 0)
        rows[depth[leg.pk]] = row + 1
        before = place.get(leg.after_id) if leg.after_id else None
        drawn = Drawn(
            leg=leg,
            x=depth[leg.pk] * ACROSS,
            y=16 + row * DOWN,
            parts=_parts(leg, leg.pk in waiting),
            amount=amount_text(leg.amount, leg.currency),
            account=short(leg.to_account),
            flow=_width(leg, alarm),
            path=_path(before, depth[leg.pk] * ACROSS, 16 + row * DOWN + 52),
            seen=seen.get(leg.number, 0),
            state="asked" if leg.pk in waiting and leg.rest else "",
        )
        boxes.append(drawn)
        place[leg.pk] = drawn
    return {
        "boxes": boxes,
        "width": (max(depth.values(), default=1)) * ACROSS + BOX + 8,
        "height": 16 + max(rows.values(), default=1) * DOWN,
        "box": BOX,
        "left_out": max(0, len(legs) - len(boxes)),
    }


def _path(before: Drawn | None, x: int, y: int) -> str:
    """The way of a flow: from the box before (or the victim's bank) to the side of a box."""
    left, top = ((before.x if before else 8) + BOX, (before.y if before else 16) + 52)
    middle = x - (ACROSS - BOX) // 2
    return f"M{left} {top}C{middle} {top} {middle} {y} {x} {y}"


def _width(leg: Leg, alarm: Alarm) -> int:
    """Of a flow: by its share of what was sent, where the currency is the same."""
    if leg.currency != alarm.currency or not alarm.amount:
        return 3
    return round(max(2.0, 36 * float(min(Decimal(1), leg.amount / alarm.amount))))


def _parts(leg: Leg, asked: bool) -> list[dict[str, Any]]:
    """The bar of a box: frozen, returned, moved on, gone, and what is open, in widths of 192."""
    made, x = [], 14
    rest = "asked" if asked else "open"
    for name, part in (
        ("frozen", leg.frozen),
        ("returned", leg.returned),
        ("moved", leg.moved),
        ("gone", leg.gone),
        (rest, leg.rest),
    ):
        if part > 0:
            width = max(2, round(192 * float(part / leg.amount)))
            made.append({"name": name, "x": x, "width": width, "amount": amount_text(part, leg.currency)})
            x += width
    return made


def steps_of(alarm: Alarm, legs: Sequence[Leg], requests: Sequence[Request], moment: datetime) -> list[dict[str, Any]]:
    """The order of steps (the victim's bank recalls first), each with its minute since the transfer, or still to do."""
    begun = alarm.transferred_at or alarm.reported_at
    steps: list[dict[str, Any]] = []

    def step(word: str, at: datetime | None, note: str = "", deed: str = "") -> None:
        minute = int((at - begun).total_seconds() // 60) if at else None
        steps.append({"word": word, "at": at, "minute": minute, "note": note, "deed": deed})

    step(
        _("The victim's bank recalls the payment"),
        alarm.recall_at,
        "" if alarm.recall_at else _("ask it first of all"),
        "recall",
    )
    step(_("Alarm entered"), alarm.made_at)
    asked: set[int] = set()
    for one in requests:
        if one.state == states.WITHDRAWN:
            continue
        asked |= {leg.pk for leg in one.legs.all()}
        numbers = ", ".join(str(leg.number) for leg in one.legs.all())
        step(_("Payment %(n)s: request to %(to)s") % {"n": numbers, "to": one.to_name}, one.at)
        step(
            _("%(to)s answers") % {"to": one.to_name},
            one.answered_at,
            "" if one.answered_at else _("waited for"),
            "answer",
        )
    for leg in legs:
        if leg.pk not in asked and leg.rest > 0:
            step(
                _("Payment %(n)s: send the request") % {"n": leg.number}, None, leg.to_bank or leg.to_country, "request"
            )
    step(*_assistance(alarm, begun), "mla")
    if alarm.state == states.CLOSED:
        steps = [each for each in steps if each["at"]]
    current = next((each for each in steps if not each["at"]), None)
    for each in steps:
        each["state"] = "done" if each["at"] else "now" if each is current else ""
    return steps


def counterparts_of(alarm: Alarm, legs: Sequence[Leg], moment: datetime) -> list[dict[str, Any]]:
    """The contact points of the countries in the chain: their time now, whether they are open, when last tried."""
    countries = {leg.to_country for leg in legs if leg.to_country} - {alarm.administration}
    found = ContactPoint.objects.filter(country__in=countries).order_by("country", "name")[:20]
    return [
        {
            "point": one,
            "local": moment.astimezone(ZoneInfo(one.time_zone)),
            "days": (moment - one.tested_at).days if one.tested_at else None,
            "open": is_open(moment, opens=one.opens, closes=one.closes, weekdays=one.weekdays, time_zone=one.time_zone),
        }
        for one in found
    ]


def next_step(alarm: Alarm, steps: Sequence[dict[str, Any]], money: Money) -> str:
    """What a person of the desk does next, in a sentence."""
    if alarm.state == states.CLOSED:
        return _("Closed. It can be opened again, whenever money is found.")
    waiting = next((one for one in steps if one["state"] == "now"), None)
    return str(waiting["word"]) if waiting else _("Close it, and say with what it ended.")


def nodes_for(legs: Sequence[Leg]) -> list[dict[str, Any]]:
    """The nodes of other countries that can be asked by the exchange; the one where money is open comes chosen."""
    wanted = next((leg.to_country for leg in reversed(legs) if leg.rest > 0 and leg.to_country), "")
    reached = sorted(nodes_reached(FREEZE).items(), key=lambda one: one[1])
    return [{"home": home, "title": title, "chosen": home == wanted} for home, title in reached]


def answers_waited(requests: Sequence[Request]) -> list[dict[str, Any]]:
    """Of each request and each of its payments of which something is open: what an answer is written down for."""
    return [
        {
            "request": one,
            "leg": leg,
            "of": f"{one.ref}:{leg.number}:{len(one.answers.all())}",
            "open": amount_text(leg.rest, leg.currency),
        }
        for one in requests
        if one.state != states.WITHDRAWN
        for leg in one.legs.all()
        if leg.rest > 0
    ]


def orders_shown(alarm: Alarm) -> list[dict[str, Any]]:
    """The freezing orders, the one whose deadline comes first before the others, with the days that are left."""
    found, today = alarm.orders.prefetch_related("legs"), today_of(alarm.administration)
    return [
        {
            "order": one,
            "left": (one.mla_by - today).days if one.mla_on is None and one.ended_on is None else None,
            "numbers": ", ".join(str(leg.number) for leg in one.legs.all()),
        }
        for one in found.order_by("mla_on", "ended_on", "mla_by")
    ]


def _assistance(alarm: Alarm, begun: datetime) -> tuple[str, datetime | None, str]:
    """The last step: mutual assistance, by the deadline of the order that ends first."""
    orders = list(alarm.orders.filter(ended_on=None).order_by("mla_by"))
    open_ones = [one for one in orders if one.mla_on is None]
    if open_ones:
        note = _("by %(day)s, or the freeze ends") % {"day": open_ones[0].mla_by.isoformat()}
        return _("Request for mutual assistance follows"), None, note
    if orders and orders[-1].mla_on is not None:
        at = datetime.combine(orders[-1].mla_on, datetime.min.time(), begun.tzinfo)
        return _("Mutual assistance asked for"), max(at, begun), orders[-1].mla_reference
    return _("Request for mutual assistance follows"), None, _("a freeze without it ends")
