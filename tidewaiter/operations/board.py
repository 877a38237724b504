"""The live board: every figure is drawn from the messages that its reader sees, and opens them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tidewaiter.cases.route_maps import position
from tidewaiter.codelists.queries import code_views
from tidewaiter.drawing import charts, maps
from tidewaiter.drawing.lines import Point, great_circle
from tidewaiter.drawing.sea import line_of, port, sea_way
from tidewaiter.foundation.moments import now
from tidewaiter.operations import policy
from tidewaiter.operations.board_tables import goods_name, tasks_of, things_of
from tidewaiter.operations.figures import by_country, days_of, figures_of, live, number, seized
from tidewaiter.operations.models import Owed
from tidewaiter.operations.opened import Opened, Told, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_page import day_words, phases
from tidewaiter.operations.wording import clock_of, label_of, title_of

MOST_ARRIVING, MOST_SEIZED, MOST_THINGS, DAYS = 8, 12, 100, 9
MARITIME = "1"
"""The mode of transport by sea (UNECE recommendation 19)."""


def board_of(room: Room, held: Opened, day: date | None) -> dict[str, Any]:
    """Everything the board shows, of all days or of one."""
    lang, moment, operation = get_language() or "en", now(), room.operation
    every = visible(held, room.member)
    messages = [one for one in every if day is None or one.at.date() == day]
    numbers = {one.number for one in messages}
    owed = [one for one in operation.owed.order_by("due_at") if one.number in numbers]
    days = days_of(operation, every, moment.date(), DAYS)
    rows = by_country(messages, owed, days, moment, day)
    most = max((count for row in rows for count in row.by_day), default=0)
    goods = seized(messages)[:MOST_SEIZED]
    top = max((row["seizures"] for row in goods), default=1)
    return {
        "operation": operation,
        "day": day,
        "of_day": f"?day={day.isoformat()}" if day else "",
        "and_day": f"&day={day.isoformat()}" if day else "",
        "days": days,
        "day_words": day_words(operation, moment.date()),
        "phases": phases(operation, moment.date()),
        "drawn_at": moment,
        "figures": figures_of(messages, owed, moment),
        "rows": [(row, charts.bars(row.by_day, most)) for row in rows],
        "goods": [{**row, "name": goods_name(row, lang), "bar": charts.share(row["seizures"], top)} for row in goods],
        "arriving": _arriving(messages, owed, room, lang, moment),
        "map": _map(messages, lang, moment),
        "things": things_of(messages, lang, words=True)[:MOST_THINGS],
        "tasks": tasks_of(messages, owed, lang, moment)[:MOST_ARRIVING],
        "coordinates": room.member.part == policy.COORDINATOR,
    }


def _arriving(messages: list[Told], owed: list[Owed], room: Room, lang: str, moment: Any) -> list[dict[str, Any]]:
    """Consignments warned of that are still to arrive and have no feedback yet, the next first."""
    open_ = {one.number: one for one in owed if one.what == "reply" and one.met_at is None}
    found = []
    for one in live(messages):
        eta = one.content.data.get("eta")
        if one.template.code != "warning" or not eta or str(eta) < moment.date().isoformat():
            continue
        debt = open_.get(one.number)
        found.append(
            {
                "told": one,
                "title": title_of(one, lang, whole=policy.reads_names(room.member)),
                "eta": f"{eta} {one.content.data.get('eta_time', '')}".strip(),
                "goods": one.content.data.get("goods", ""),
                "start": label_of("unlocode", str(one.content.data.get("from_place", "")), lang),
                "end": label_of("unlocode", str(one.content.data.get("to_place", "")), lang),
                "clock": clock_of(debt.asked_at, debt.due_at, None, moment) if debt else None,
            }
        )
    return sorted(found, key=lambda row: str(row["eta"]))[:MOST_ARRIVING]


def _map(messages: list[Told], lang: str, moment: datetime) -> dict[str, Any]:
    """Ways of what was warned of, ships over sea, points where something was seized, squares where places were
    searched.
    """
    warned: dict[tuple[str, str, bool], list[Told]] = defaultdict(list)
    places: dict[str, int] = {}
    searched: dict[str, list[Told]] = defaultdict(list)
    seizures = placed = raids = 0
    for one in live(messages):
        data = one.content.data
        if one.template.code == "warning" and data.get("from_place") and data.get("to_place"):
            by_sea = str(data.get("mode", "")) == MARITIME
            warned[str(data["from_place"]), str(data["to_place"]), by_sea].append(one)
        elif one.template.record and "record" in data:
            seizures += 1
            if place := data["record"].get("place"):
                placed += 1
                places[place] = places.get(place, 0) + 1
        elif one.template.code == "raid":
            raids += 1
            if place := data.get("place"):
                searched[str(place)].append(one)
    known = {code for start, end, _by_sea in warned for code in (start, end)}
    views = code_views("unlocode", places.keys() | searched.keys() | known)
    at = {
        code: point
        for code in views
        if (point := position(str(views[code].data.get("coordinates") or "")) or port(code))
    }
    spots = [
        maps.Spot(at[code], times, f"{views[code].label(lang)}: {times}")
        for code, times in sorted(places.items())
        if code in at
    ]
    spots += [
        maps.Spot(at[code], len(some), f"{views[code].label(lang)}: {_raid_word(some)}", square=True)
        for code, some in sorted(searched.items())
        if code in at
    ]
    said = _(
        "%(warned)s warned of with both ends · %(placed)s of %(all)s seizures and %(searched)s of %(raids)s raids"
        " give a place"
    ) % {
        "warned": sum(map(len, warned.values())),
        "placed": placed,
        "all": seizures,
        "searched": sum(map(len, searched.values())),
        "raids": raids,
    }
    names = {code: views[code].label(lang) for code in views}
    names |= {code[:2]: label_of("country", code[:2], lang) for code in known}
    flows = [flow for ends, some in sorted(warned.items()) if (flow := _flow(ends, some, at, names, moment))]
    drawing = maps.flow_map(label=said, flows=flows, spots=spots, names=names, close=True, linked=True)
    return {"drawing": drawing, "said": said}


def _raid_word(some: list[Told]) -> str:
    said = ngettext("%(raids)s raid, arrests: %(arrests)s", "%(raids)s raids, arrests: %(arrests)s", len(some))
    return said % {"raids": len(some), "arrests": sum(number(one, "arrests") for one in some)}


def _flow(
    ends: tuple[str, str, bool], some: list[Told], at: dict[str, Point], names: dict[str, str], moment: datetime
) -> maps.Flow | None:
    """One line of the map: between two places, else between their countries; nothing where neither is known."""
    start, end, by_sea = ends
    title = f"{names.get(start, start)} → {names.get(end, end)}: {len(some)}"
    if start in at and end in at:
        way = line_of(sea_way(at[start], at[end])) if by_sea else great_circle(at[start], at[end])
        share = _share(some[0], moment) if len(some) == 1 else None
        return maps.Flow(start, end, len(some), title, tuple(way), share)
    if start[:2] == end[:2] or not (maps.has_place(start[:2]) and maps.has_place(end[:2])):
        return None
    return maps.Flow(start[:2], end[:2], len(some), title)


def _share(told: Told, moment: datetime) -> float | None:
    """How much of its way a consignment has behind it, as far as one can tell: from the warning to its arrival."""
    try:
        arrives = datetime.combine(date.fromisoformat(str(told.content.data.get("eta", ""))), time(12), UTC)
    except ValueError:
        return None
    whole = (arrives - told.at).total_seconds()
    return min(1.0, max(0.0, (moment - told.at).total_seconds() / whole)) if whole > 0 else 1.0
