"""The live board: every figure is drawn from the messages that its reader sees, and opens them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.route_maps import position
from tidewaiter.codelists.queries import code_views
from tidewaiter.drawing import charts, maps
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.operations import policy
from tidewaiter.operations.figures import by_country, days_of, figures_of, live, seized
from tidewaiter.operations.models import Owed
from tidewaiter.operations.opened import Opened, Told, visible
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_page import day_words, phases
from tidewaiter.operations.wording import clock_of, label_of, title_of

MOST_ARRIVING, MOST_SEIZED, DAYS = 8, 12, 9


def board_of(room: Room, held: Opened, day: date | None) -> dict[str, Any]:
    """Everything the board shows, of all days or of one."""
    lang, moment, operation = get_language() or "en", now(), room.operation
    every = visible(held, room.member)
    messages = [one for one in every if day is None or one.at.date() == day]
    numbers = {one.number for one in messages}
    owed = [one for one in operation.owed.order_by("due_at") if one.number in numbers]
    days = days_of(operation, every, moment.date(), DAYS)
    rows = by_country(messages, owed, days, moment)
    most = max((count for row in rows for count in row.by_day), default=0)
    goods = seized(messages)[:MOST_SEIZED]
    top = max((row["seizures"] for row in goods), default=1)
    return {
        "operation": operation,
        "day": day,
        "days": days,
        "day_words": day_words(operation, moment.date()),
        "phases": phases(operation, moment.date()),
        "drawn_at": moment,
        "figures": figures_of(messages, owed, moment),
        "running": sum(1 for one in owed if one.what == "reply" and one.met_at is None and one.due_at >= moment),
        "rows": [(row, charts.bars(row.by_day, most)) for row in rows],
        "goods": [{**row, "name": _goods_name(row, lang), "bar": charts.share(row["seizures"], top)} for row in goods],
        "arriving": _arriving(messages, owed, room, lang, moment),
        "map": _map(messages, lang),
        "coordinates": room.member.part == policy.COORDINATOR,
    }


def _goods_name(row: dict[str, Any], lang: str) -> str:
    try:
        return label_of(form_named(row["form"]).definition.list_of_subtypes, row["subtype"], lang)
    except Missing:
        return str(row["subtype"])


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


def _map(messages: list[Told], lang: str) -> dict[str, Any]:
    """Routes of what was warned of, and points where something was seized."""
    flows: dict[tuple[str, str], int] = {}
    places: dict[str, int] = {}
    warned = seizures = placed = 0
    for one in live(messages):
        data = one.content.data
        if one.template.code == "warning" and data.get("from_place") and data.get("to_place"):
            warned += 1
            ends = (str(data["from_place"])[:2], str(data["to_place"])[:2])
            if ends[0] != ends[1] and all(maps.has_place(end) for end in ends):
                flows[ends] = flows.get(ends, 0) + 1
        elif one.template.record and "record" in data:
            seizures += 1
            if place := data["record"].get("place"):
                placed += 1
                places[place] = places.get(place, 0) + 1
    views = code_views("unlocode", places)
    spots = [
        maps.Spot(at, number, f"{views[code].label(lang)}: {number}")
        for code, number in sorted(places.items())
        if code in views and (at := position(str(views[code].data.get("coordinates") or "")))
    ]
    said = _("%(warned)s warned of with both ends · %(placed)s of %(all)s seizures, %(none)s give no place") % {
        "warned": warned,
        "placed": placed,
        "all": seizures,
        "none": seizures - placed,
    }
    names = {code: label_of("country", code, lang) for ends in flows for code in ends}
    drawing = maps.flow_map(
        label=said,
        flows=[
            maps.Flow(start, end, number, f"{names[start]} → {names[end]}: {number}")
            for (start, end), number in sorted(flows.items())
        ],
        spots=spots,
        names=names,
        close=True,
        linked=True,
    )
    return {"drawing": drawing, "said": said}
