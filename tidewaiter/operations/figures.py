"""Figures of a room, drawn from its messages: the strip, the board, the report; none counts what a reader does not see.

Units are never added: quantities stand by goods and unit. Sums over countries meet the figures above them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from tidewaiter.operations.models import Operation, Owed
from tidewaiter.operations.opened import Told, opened

HITS = ("seized", "irregular")


@dataclass(slots=True)
class Figures:
    """The figures of some messages."""

    sent: int = 0
    """Warnings, each counted once."""
    warnings: int = 0
    """Answers to them that are asked for: of each country that was warned one."""
    answered: int = 0
    over: int = 0
    running: int = 0
    median_minutes: int | None = None
    slowest_minutes: int | None = None
    controls: int = 0
    hits: int = 0
    seizures: int = 0
    raids: int = 0
    arrests: int = 0
    victims: int = 0
    devices: int = 0
    places: int = 0

    def plain(self) -> dict[str, Any]:
        """By name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class OfCountry:
    """One row of the board."""

    country: str
    got: int = 0
    answered: int = 0
    over: int = 0
    median_minutes: int | None = None
    seizures: int = 0
    hits: int = 0
    raids: int = 0
    arrests: int = 0
    victims: int = 0
    devices: int = 0
    by_day: list[int] = field(default_factory=list)
    situation_at: Any = None

    def plain(self) -> dict[str, Any]:
        """As programs and the report read it."""
        return {
            "country": "" if self.country == "*" else self.country,
            "warnings_got": self.got,
            "answered": self.answered,
            "over": self.over,
            "median_minutes": self.median_minutes,
            "seizures": self.seizures,
            "seizures_by_day": self.by_day,
            "hits": self.hits,
            "raids": self.raids,
            "arrests": self.arrests,
            "victims": self.victims,
            "devices": self.devices,
        }


def number(told: Told, name: str) -> int:
    """A whole number that a message says; 0 where it says none."""
    said = told.content.data.get(name)
    return int(said) if isinstance(said, str) and said.lstrip("-").isdigit() else 0


def live(messages: Iterable[Told]) -> list[Told]:
    """Those that count: not withdrawn."""
    return [one for one in messages if one.withdrawn_at is None]


def figures_of(messages: Sequence[Told], owed: Sequence[Owed], moment: Any) -> Figures:
    """The figures of messages that a reader sees; `owed` are the replies owed for them."""
    made = Figures()
    counted = live(messages)
    numbers = {one.number for one in counted if one.template.code == "warning"}
    asked = [one for one in owed if one.what == "reply" and one.number in numbers]
    met = [one for one in asked if one.met_at is not None]
    made.sent, made.warnings, made.answered = len(numbers), len(asked), len(met)
    made.over = sum(1 for one in asked if one.met_at is None and one.due_at < moment)
    made.running = made.warnings - made.answered - made.over
    took = sorted((one.met_at - one.asked_at).total_seconds() / 60 for one in met if one.met_at)
    if took:
        made.median_minutes = round(median(took))
        made.slowest_minutes = round(took[(len(took) * 3) // 4] if len(took) > 1 else took[0])
    for one in counted:
        match one.template.code:
            case "feedback":
                made.controls += bool(one.content.data.get("controlled"))
                made.hits += one.content.data.get("result") in HITS
            case "seizure":
                made.seizures += 1
                made.arrests += number(one, "arrests")
            case "raid":
                made.raids += 1
                made.arrests += number(one, "arrests")
                made.victims += number(one, "victims")
                made.devices += number(one, "devices")
                made.places += number(one, "places_searched")
    return made


def by_country(
    messages: Sequence[Told], owed: Sequence[Owed], days: Sequence[date], moment: Any, of_day: date | None = None
) -> list[OfCountry]:
    """A row for each country that sent or owes something, the busiest first. Whether it has sent its situation report
    is told of one day, else of today.
    """
    reported_on = of_day or moment.date()
    rows: dict[str, OfCountry] = {}

    def row(country: str) -> OfCountry:
        return rows.setdefault(country, OfCountry(country, by_day=[0] * len(days)))

    counted = live(messages)
    numbers = {one.number for one in counted if one.template.code == "warning"}
    took: dict[str, list[float]] = defaultdict(list)
    for debt in owed:
        if debt.what != "reply" or debt.number not in numbers:
            continue
        at = row(debt.administration or "*")
        at.got += 1
        if debt.met_at is not None:
            at.answered += 1
            took[at.country].append((debt.met_at - debt.asked_at).total_seconds() / 60)
        elif debt.due_at < moment:
            at.over += 1
    place = {day: at for at, day in enumerate(days)}
    for one in counted:
        at = row(one.administration)
        code = one.template.code
        if code == "seizure":
            at.seizures += 1
            if one.at.date() in place:
                at.by_day[place[one.at.date()]] += 1
        if code in ("seizure", "raid"):
            at.arrests += number(one, "arrests")
        if code == "raid":
            at.raids += 1
            at.victims += number(one, "victims")
            at.devices += number(one, "devices")
        if code == "feedback":
            at.hits += one.content.data.get("result") in HITS
        if code == "situation" and one.at.date() == reported_on:
            at.situation_at = one.at
    for country, minutes in took.items():
        rows[country].median_minutes = round(median(minutes))
    return sorted(rows.values(), key=lambda one: (-one.got - one.seizures, one.country))


def seized(messages: Sequence[Told]) -> list[dict[str, Any]]:
    """What was seized, by form, goods and unit: the quantity and in how many seizures."""
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in live(messages):
        record: dict[str, Any] = one.content.data.get("record", {}) if one.template.record else {}
        for line in record.get("lines", []):
            key = (record["form"], str(line.get("subtype", "")), str(line.get("unit", "")))
            sums[key] += Decimal(str(line.get("quantity") or 0))
            counts[key] += 1
    return [
        {"form": form, "subtype": subtype, "unit": unit, "quantity": sums[form, subtype, unit], "seizures": times}
        for (form, subtype, unit), times in counts.most_common()
    ]


def days_of(operation: Operation, messages: Sequence[Told], today: date, most: int = 14) -> list[date]:
    """The days of the operation so far, the last `most` of them."""
    first = operation.starts or min((one.at.date() for one in messages), default=today)
    written = max((one.at.date() for one in messages), default=first)
    last = min(today, operation.ends) if operation.ends and operation.ends >= first else today
    last = max(first, last, written)
    count = min(most, (last - first).days + 1)
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def counts_of(operation: Operation) -> dict[str, int]:
    """What there is in a room, in numbers that name nobody."""
    room = opened(operation)
    by_template = Counter(one.template.code for one in room.messages.values())
    return {
        "messages": len(room.messages),
        "attachments": operation.attachments.filter(number__isnull=False).count(),
        "seizures": by_template["seizure"],
        "warnings": by_template["warning"],
        "raids": by_template["raid"],
    }
