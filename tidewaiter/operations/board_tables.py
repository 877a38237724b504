"""The board as tables: what the map shows, row by row, the countries, the goods, the tasks; on the page and as CSV.

No row names anybody: a table leaves the room as a file that the node does not reach any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.operations.figures import by_country, days_of, live, number, seized
from tidewaiter.operations.models import Operation, Owed
from tidewaiter.operations.opened import Told
from tidewaiter.operations.queries import place_word
from tidewaiter.operations.wording import Clock, clock_of, label_of, title_of

RAID_NUMBERS = ("places_searched", "arrests", "victims", "devices")


@dataclass(slots=True)
class Thing:
    """Something that has a place on the map, or would have if its message gave one."""

    told: Told
    kind: str
    title: str
    start: str
    end: str
    arrives: str
    codes: tuple[str, str]
    """UN/LOCODEs of where it starts and ends; of what happened at one place the second alone."""
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """A message that somebody reports back on: who did of those who were asked."""

    told: Told
    title: str
    to: str
    done: int
    of: int
    clock: Clock


@dataclass(slots=True)
class Table:
    """Heads and rows to take away."""

    heads: list[str]
    rows: list[list[Any]]


def things_of(messages: Sequence[Told], lang: str, *, words: bool = False) -> list[Thing]:
    """Consignments warned of, seizures and raids, the newest first; with `words` also what was typed of them."""
    found = []
    for one in live(messages):
        data = one.content.data
        if one.template.code == "warning":
            ends = str(data.get("from_place", "")), str(data.get("to_place", ""))
        elif one.template.record and "record" in data:
            ends = "", str(data["record"].get("place", ""))
        elif one.template.code == "raid":
            ends = "", str(data.get("place", ""))
        else:
            continue
        start, end = (label_of("unlocode", code, lang) if code else "" for code in ends)
        arrives = f"{data.get('eta', '')} {data.get('eta_time', '')}".strip()
        numbers = {name: number(one, name) for name in RAID_NUMBERS if name in data}
        title = title_of(one, lang, whole=False, words=words)
        found.append(Thing(one, one.template.named(lang), title, start, end, arrives, ends, numbers))
    return found


def tasks_of(messages: Sequence[Told], owed: Sequence[Owed], lang: str, moment: datetime) -> list[Task]:
    """What was given as a task and has not been reported back on by all, what is due first; then what is done."""
    asked: dict[int, list[Owed]] = {}
    for one in owed:
        if one.what == "reply":
            asked.setdefault(one.number, []).append(one)
    found = []
    for told in live(messages):
        debts = asked.get(told.number, [])
        if not debts or told.template.asks:  # warnings and requests have figures and lists of their own
            continue
        open_ = [one for one in debts if one.met_at is None]
        first = min(open_ or debts, key=lambda one: one.due_at)
        found.append(
            Task(
                told,
                title_of(told, lang, whole=False),
                ", ".join(place_word(one) for one in told.to),
                len(debts) - len(open_),
                len(debts),
                clock_of(first.asked_at, first.due_at, first.met_at, moment),
            )
        )
    return sorted(found, key=lambda one: (one.done == one.of, one.clock.by))


def goods_name(row: dict[str, Any], lang: str) -> str:
    """What seized goods are called."""
    try:
        return label_of(form_named(row["form"]).definition.list_of_subtypes, row["subtype"], lang)
    except Missing:
        return str(row["subtype"])


def map_table(messages: Sequence[Told], lang: str) -> Table:
    """What the map shows, with its codes: one row a message."""
    heads = [
        _("Number"),
        _("Sent at (UTC)"),
        _("Kind"),
        _("Country"),
        _("What"),
        _("From (UN/LOCODE)"),
        _("From"),
        _("To, or where (UN/LOCODE)"),
        _("To, or where"),
        _("Arrives on"),
        _("Places searched"),
        _("Arrests"),
        _("Victims in safety"),
        _("Devices taken"),
    ]
    rows = [
        [
            one.told.number,
            f"{one.told.at:%Y-%m-%d %H:%M}",
            one.kind,
            one.told.administration,
            one.title,
            one.codes[0],
            one.start,
            one.codes[1],
            one.end,
            one.arrives,
            *(one.numbers.get(name) for name in RAID_NUMBERS),
        ]
        for one in things_of(messages, lang)
    ]
    return Table(heads, rows)


def countries_table(
    operation: Operation, messages: Sequence[Told], owed: Sequence[Owed], day: date | None, every: Sequence[Told]
) -> Table:
    """A row for each country, a column for the seizures of each day."""
    moment = now()
    days = days_of(operation, every, moment.date(), most=400)
    heads = [
        _("Country"),
        _("Warnings got"),
        _("Answered"),
        _("Over time"),
        _("Median (minutes)"),
        _("Seizures"),
        _("Hits"),
        _("Raids"),
        _("Arrests"),
        _("Victims in safety"),
        _("Devices taken"),
        _("Situation report (UTC)"),
        *(f"{_('Seizures')} {one.isoformat()}" for one in days),
    ]
    rows = [
        [
            "" if row.country == "*" else row.country,
            row.got,
            row.answered,
            row.over,
            row.median_minutes,
            row.seizures,
            row.hits,
            row.raids,
            row.arrests,
            row.victims,
            row.devices,
            f"{row.situation_at:%Y-%m-%d %H:%M}" if row.situation_at else "",
            *row.by_day,
        ]
        for row in by_country(messages, owed, days, moment, day)
    ]
    return Table(heads, rows)


def goods_table(messages: Sequence[Told], lang: str) -> Table:
    """What was seized, by goods and unit: quantities of one unit alone are added."""
    heads = [_("Form"), _("Goods"), _("Name"), _("Quantity"), _("Unit"), _("Seizures")]
    rows = [
        [row["form"], row["subtype"], goods_name(row, lang), str(row["quantity"]), row["unit"], row["seizures"]]
        for row in seized(messages)
    ]
    return Table(heads, rows)
