"""What the page of a room shows: what is asked of the reader, what has no answer, what is new."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.foundation.moments import now
from tidewaiter.operations import policy, states
from tidewaiter.operations.figures import figures_of
from tidewaiter.operations.models import Membership, Operation, Owed, Receipt
from tidewaiter.operations.opened import Opened, Told, visible
from tidewaiter.operations.queries import Room, here_counted, homes_of, place_word, presence_of, present_of
from tidewaiter.operations.searching import found_in, narrowed
from tidewaiter.operations.wording import Card, Clock, card_of, clock_of, labels_folded, title_of
from tidewaiter.operations.writing import drafts_of, templates_in_use
from tidewaiter.people.models import Administration

PAGE = 40
MOST_PINNED = 12
DAYS_SHOWN = 7


@dataclass(slots=True)
class Debt:
    """An answer that is owed, as the pinned list shows it."""

    owed: Owed
    clock: Clock
    who: str
    mine: bool
    title: str
    sender: str


@dataclass(slots=True)
class Shown:
    """A card with what has become of it: who has it, what is owed for it, what replies hang under it."""

    card: Card
    unread: bool
    mine: bool
    clock: Clock | None
    have: int
    of: int
    acknowledged: bool
    replies: int
    under: list[Card]
    answers: list[str]
    may_correct: bool
    needs_ack: bool
    answerable: bool
    """Whether an answer is asked for: by its template, or as a task."""


def phases(operation: Operation, today: date) -> list[dict[str, Any]]:
    """The tide gauge: six phases, the present one filled by its days."""
    at = states.PHASES.index(operation.phase) if operation.phase in states.PHASES else 0
    made = []
    for place, phase in enumerate((*states.OPEN, states.SEALED)):
        filled = 0
        if place == at and operation.starts and operation.ends and phase == states.LIVE:
            days = (operation.ends - operation.starts).days + 1
            filled = min(10, max(1, round(10 * ((today - operation.starts).days + 1) / days)))
        made.append(
            {
                "phase": phase,
                "css": "done" if place < at else "now" if place == at else "",
                "fill": filled or (5 if place == at else 0),
                "when": _when(operation, phase, today) if place == at else "",
            }
        )
    return made


def _when(operation: Operation, phase: str, today: date) -> str:
    if phase == states.LIVE and operation.starts:
        return day_words(operation, today)
    return operation.phase_at.date().isoformat()


def day_words(operation: Operation, today: date) -> str:
    """«day 6 of 9», where the operation has dates."""
    if not operation.starts or today < operation.starts:
        return ""
    number = (today - operation.starts).days + 1
    if operation.ends:
        days = (operation.ends - operation.starts).days + 1
        return _("day %(n)s of %(m)s") % {"n": min(number, days), "m": days}
    return _("day %(n)s") % {"n": number}


def debts_of(room: Room, held: Opened, seen: dict[int, Told], lang: str) -> list[Debt]:
    """What is owed and open, by its clock, of messages the reader sees; of a country that owes an answer and an
    acknowledgement, what is due first.
    """
    moment, found = now(), []
    whole = policy.reads_names(room.member)
    listed: set[tuple[int, str]] = set()
    for owed in room.operation.owed.filter(met_at=None).order_by("due_at"):
        told = seen.get(owed.number)
        if told is None or told.withdrawn_at is not None or (owed.number, owed.administration) in listed:
            continue
        listed.add((owed.number, owed.administration))
        mine = is_mine(owed, room.member, told)
        found.append(
            Debt(
                owed,
                clock_of(owed.asked_at, owed.due_at, None, moment, ack=owed.what == "ack"),
                place_word(owed.administration) if owed.administration else "",
                mine,
                title_of(told, lang, whole=whole),
                place_word(told.administration),
            )
        )
    return found


def is_mine(owed: Owed, member: Membership, told: Told) -> bool:
    """Whether it is asked of the reader."""
    return policy.is_asked(member, owed.administration, to=told.to, administration=told.administration)


@dataclass(slots=True)
class _Known:
    """What is known of the messages on a page, asked for all of them at once."""

    room: Room
    lang: str
    moment: datetime
    homes: set[str]
    have: dict[int, set[str]]
    owed: dict[int, list[Owed]]
    under: dict[int, list[Told]]
    own_read: set[int]
    own_ack: set[int]


def shown_of(room: Room, chosen: list[Told], seen: dict[int, Told], lang: str) -> list[Shown]:
    """Cards with what has become of them."""
    numbers = {one.number for one in chosen}
    known = _Known(
        room=room,
        lang=lang,
        moment=now(),
        homes=homes_of(room.operation),
        have=defaultdict(set),
        owed=defaultdict(list),
        under=defaultdict(list),
        own_read=set(),
        own_ack=set(),
    )
    receipts = Receipt.objects.filter(operation=room.operation, number__in=numbers)
    for number, username, administration, acknowledged in receipts.values_list(
        "number", "username", "administration", "acknowledged_at"
    ):
        known.have[number].add(administration)
        if username == room.member.username:
            known.own_read.add(number)
            if acknowledged:
                known.own_ack.add(number)
    for one in Owed.objects.filter(operation=room.operation, number__in=numbers).order_by("due_at"):
        known.owed[one.number].append(one)
    for told in seen.values():
        if told.reply_to in numbers:
            known.under[told.reply_to or 0].append(told)
    return [_shown(told, known) for told in chosen]


def _shown(told: Told, known: _Known) -> Shown:
    member, owed, under = known.room.member, known.owed[told.number], known.under[told.number]
    open_ = [one for one in owed if one.met_at is None]
    mine = [one for one in open_ if is_mine(one, member, told)] if told.withdrawn_at is None else []
    first = next(iter(mine or open_ or owed), None)
    to = {home for home in known.homes if not told.to or home in told.to} or known.homes
    answered = [one for one in owed if one.met_at is not None and one.administration and one.what == "reply"]
    own = policy.is_own(member, administration=told.administration, by=told.by)
    return Shown(
        card=card_of(told, member, known.lang),
        unread=told.number not in known.own_read,
        mine=any(one.what == "reply" for one in mine),
        clock=clock_of(first.asked_at, first.due_at, first.met_at, known.moment, ack=first.what == "ack")
        if first
        else None,
        have=len(known.have[told.number] & to),
        of=len(to),
        acknowledged=told.number in known.own_ack,
        replies=len(under),
        under=[card_of(one, member, known.lang) for one in sorted(under, key=lambda each: each.number)][:3],
        answers=[place_word(one.administration) for one in answered],
        may_correct=member.part != policy.OBSERVER and own and told.withdrawn_at is None,
        needs_ack=not own,
        answerable=bool(told.template.asks) or any(one.what == "reply" for one in owed),
    )


def facets(room: Room, messages: list[Told], debts: list[Debt], unread: int, drafts: int, lang: str) -> dict[str, Any]:
    """The counts at the start side: each is what a click gives."""
    kinds = Counter(one.template.code for one in messages)
    names = {one.template.code: (one.template.named(lang), one.template.icon) for one in messages}
    days = Counter(one.at.date() for one in messages)
    home = room.member.administration
    return {
        "all": len(messages),
        "unread": unread,
        "to_us": sum(1 for one in messages if home in one.to or f"@{room.member.username}" in one.to),
        "owed": len({one.owed.number for one in debts if one.mine}),
        "drafts": drafts,
        "kinds": [(code, *names[code], number) for code, number in kinds.most_common()],
        "days": [(day.isoformat(), number) for day, number in sorted(days.items(), reverse=True)[:DAYS_SHOWN]],
    }


def chosen_of(
    room: Room, messages: list[Told], wanted: dict[str, str], debts: list[Debt], read: set[int], lang: str
) -> list[Told]:
    """The messages that the page was narrowed to, newest first."""
    found = found_in(messages, wanted["q"], room.member, labels=lambda one: labels_folded(one, lang))
    day = date.fromisoformat(wanted["day"]) if wanted["day"] else None
    found = narrowed(found, template=wanted["kind"], country=wanted["country"], day=day)
    if wanted["show"] == "unread":
        found = [one for one in found if one.number not in read]
    elif wanted["show"] == "to_us":
        home, own = room.member.administration, f"@{room.member.username}"
        found = [one for one in found if home in one.to or own in one.to]
    elif wanted["show"] == "owed":
        owed = {one.owed.number for one in debts if one.mine}
        found = [one for one in found if one.number in owed]
    return found


def here(operation: Operation) -> list[dict[str, Any]]:
    """The dozen who were here last, with their local time."""
    members = present_of(operation, MOST_PINNED)
    zones = dict(
        Administration.objects.filter(code__in={one.administration for one in members}).values_list("code", "time_zone")
    )
    rows = [
        {
            "member": one,
            "presence": presence_of(one),
            "css": {"full": "", "half": "away"}.get(presence_of(one), "off"),
            "local": f"{now().astimezone(ZoneInfo(zones.get(one.administration) or 'UTC')):%H:%M}",
        }
        for one in members
    ]
    order = {"": 0, "away": 1, "off": 2}
    return sorted(rows, key=lambda row: order[row["css"]])


def page_of(room: Room, held: Opened, wanted: dict[str, str], at: int) -> dict[str, Any]:
    """Everything the page of a room shows."""
    lang = get_language() or "en"
    messages = visible(held, room.member)
    seen = {one.number: one for one in messages}
    debts = debts_of(room, held, seen, lang)
    read = set(
        Receipt.objects.filter(operation=room.operation, username=room.member.username).values_list("number", flat=True)
    )
    drafts = drafts_of(room)
    chosen = chosen_of(room, messages, wanted, debts, read, lang)
    shown = shown_of(room, chosen[(at - 1) * PAGE : at * PAGE], seen, lang)
    owed = list(room.operation.owed.all())
    today = now().date()
    here_now, members_all = here_counted(room.operation)
    return {
        "operation": room.operation,
        "member": room.member,
        "phases": phases(room.operation, today),
        "day_words": day_words(room.operation, today),
        "figures": figures_of(messages, [one for one in owed if one.number in seen], now()),
        "shown": shown,
        "more": len(chosen) > at * PAGE,
        "found": len(chosen),
        "page": at,
        "wanted": wanted,
        "facets": facets(room, messages, debts, sum(1 for n in seen if n not in read), len(drafts), lang),
        "debts": debts[:MOST_PINNED],
        "debts_all": len(debts),
        "own_debts": [one for one in debts if one.mine],
        "templates": [(one, one.named(lang)) for one in templates_in_use(held.key, room.operation)],
        "drafts": drafts,
        "present": here(room.operation),
        "here_now": here_now,
        "members_all": members_all,
        "coordinates": room.member.part == policy.COORDINATOR,
        "writes": room.member.part != policy.OBSERVER,
        "since_number": _since(shown, room.member.read_to),
    }


def _since(shown: list[Shown], read_to: int) -> int | None:
    """The number of the card over which the line «new since you were here» stands; none where nothing or all is new."""
    numbers = [one.card.told.number for one in shown]
    older = [number for number in numbers if number <= read_to]
    return older[0] if older and len(older) < len(numbers) else None
