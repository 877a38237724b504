"""Figures as pages and reports show them: words, bars, maps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.dates import MONTHS, MONTHS_AP
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tidewaiter.cases.policy import INT
from tidewaiter.cases.route_maps import position
from tidewaiter.codelists.queries import code_views, list_view
from tidewaiter.drawing import charts, maps
from tidewaiter.drawing.world import CENTRES
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Administration
from tidewaiter.statistics.dashboard.figures import Figures
from tidewaiter.statistics.dashboard.quarters import Quarters
from tidewaiter.statistics.dashboard.route_legs import Drawn, Leg, Legs
from tidewaiter.statistics.dashboard.scope import NOT_REPORTED, Scope, month_number
from tidewaiter.statistics.labels import LISTS, MEASURES, TITLES, value_word
from tidewaiter.statistics.tables.grouping import LEAST_BASE, Pair, Row

NARROWED = ("commodity", "region", "country", "mode", "detection", "direction")


def period_words(scope: Scope) -> str:
    """«January to September 2026», in the reader's language."""
    (y1, m1), (y2, m2) = ((int(one[:4]), int(one[5:])) for one in (scope.since, scope.until))
    if scope.since == scope.until:
        return f"{MONTHS[m1]} {y1}"
    if y1 == y2:
        said = _("%(first)s to %(last)s %(year)s") % {"first": MONTHS[m1], "last": MONTHS[m2], "year": y1}
        return str(y1) if (m1, m2) == (1, 12) else said
    return _("%(first)s %(year1)s to %(last)s %(year2)s") % {
        "first": MONTHS[m1],
        "year1": y1,
        "last": MONTHS[m2],
        "year2": y2,
    }


def frame_of(scope: Scope, lang: str) -> dict[str, Any]:
    """What stands above every page of figures: the period, the narrowing as chips, the choices."""
    chips = [
        {
            "title": TITLES[name],
            "word": ", ".join(value_word(name, one, lang) for one in values),
            "query": scope.query(**{name: ""}),
        }
        for name, values in scope.where.items()
    ]
    choices = [
        {
            "name": name,
            "title": TITLES[name],
            "rows": sorted(
                ((one.code, one.label(lang)) for one in list_view(LISTS[name]).current()), key=lambda row: row[1]
            ),
        }
        for name in NARROWED
        if name not in scope.where
    ]
    return {
        "scope": scope,
        "period": period_words(scope),
        "against": period_words(scope.before),
        "chips": chips,
        "choices": choices,
        "query": scope.query(),
        "whenever": scope.query(since="", until=""),
        "measure_title": MEASURES[scope.measure],
        "fixed": [(name, one) for name, values in scope.where.items() for one in values],
        "measures": [
            {"code": code, "word": title, "on": code == scope.measure, "query": scope.query(measure=code)}
            for code, title in MEASURES.items()
        ],
    }


def centres(scope: Scope, chosen: str) -> list[dict[str, Any]]:
    """The three oceans that the map can be centred on."""
    words = {"atlantic": _("Atlantic"), "indian": _("Indian Ocean"), "pacific": _("Pacific")}
    return [{"word": words[one], "on": one == chosen, "query": scope.query(centre=one)} for one in CENTRES]


def coverage_shown(found: Figures, scope: Scope) -> dict[str, Any]:
    """How many of the administrations that could report did; of a narrowed region or country, of those alone."""
    could = Administration.objects.exclude(code=INT)
    if regions := scope.where.get("region"):
        could = could.filter(region_id__in=regions)
    if countries := (scope.where.get("country") or scope.where.get("administration")):
        could = could.filter(code__in=countries)
    every = max(could.count(), len(found.coverage.reporters))
    regular = len(found.coverage.reporters) - len(found.coverage.seldom)
    reviewed = found.cases.now + found.waiting
    return {
        "every": every,
        "reporters": len(found.coverage.reporters),
        "seldom": len(found.coverage.seldom),
        "silent": every - len(found.coverage.reporters),
        "months": len(scope.months),
        "wide": round(100 * regular / every, 1) if every else 0,
        "narrow": round(100 * len(found.coverage.seldom) / every, 1) if every else 0,
        "both": found.coverage.both,
        "pairs": found.coverage.pairs,
        "same": found.coverage.same,
        "validated": percent(found.cases.now, reviewed),
        "reviewed": reviewed,
    }


def percent(part: int, whole: int) -> float | None:
    """What share of the whole it is; nothing where the whole is fewer than a percentage may be of."""
    return round(100 * part / whole, 1) if whole >= LEAST_BASE else None


def route_shown(row: Row, scope: Scope, lang: str, rows: list[Row]) -> dict[str, Any]:
    """A route with its bar and its change."""
    most = rows[0].cases.now if rows else 0
    return {
        "ends": [value_word("departure", one, lang) for one in row.keys],
        "row": row,
        "bar": charts.share(row.cases.now, most, "of-flow"),
        "query": scope.query(departure=row.keys[0], destination=row.keys[1]),
    }


def month_chart(found: Figures, scope: Scope, *, wide: bool = False) -> Any:
    """Cases by month; the last two months of the present are dotted, for reports still arrive. A month in which nobody
    reported anything is a gap.
    """
    months, before = scope.months, scope.before.months
    present = now().year * 12 + now().month - 1
    arriving = [n for n, month in enumerate(months) if month_number(month) >= present - 2]
    ticks = [month[:7] if len(months) > 12 else str(MONTHS_AP[int(month[5:])]).rstrip(".") for month in months]
    return charts.lines(
        label=_("Cases by month: %(n)s in %(period)s, %(m)s in %(before)s")
        % {
            "n": found.cases.now,
            "period": period_words(scope),
            "m": found.cases.was,
            "before": period_words(scope.before),
        },
        ticks=ticks,
        now=[found.months.get(month, 0) if month in found.delivered else None for month in months],
        was=[found.months_before.get(month, 0) if month in found.delivered else None for month in before],
        open_from=max(0, arriving[0] - 1) if arriving else None,
        wide=wide,
    )


def small_multiples(found: Quarters, scope: Scope, lang: str) -> dict[str, Any]:
    """Commodity by region, cases by quarter over three years; one scale along each row."""
    cells = found.cells
    regions = sorted({region for _commodity, region in cells})
    since, until = found.months(-4)
    rows = []
    for code in sorted({commodity for commodity, _region in cells}):
        most = max(max(one or 0 for one in values) for (commodity, _r), values in cells.items() if commodity == code)
        shown = [
            {
                "bars": charts.bars(values, most),
                "year": sum(one or 0 for one in values[-4:]),
                "same": _same_quarters(values),
                "query": scope.query(
                    measure="", since=since, until=until, dated="1", commodity=code, region=region or NOT_REPORTED
                ),
            }
            if (values := cells.get((code, region)))
            else None
            for region in regions
        ]
        rows.append({"code": code, "word": value_word("commodity", code, lang), "cells": shown})
    return {"heads": [value_word("region", one, lang) for one in regions], "rows": rows}


def _same_quarters(values: Sequence[int | None]) -> Pair:
    """The last four quarters and the four before: of quarters of which something is known in both."""
    both = [
        (now, was) for now, was in zip(values[-4:], values[-8:-4], strict=True) if now is not None and was is not None
    ]
    return Pair(sum(now for now, _was in both), sum(was for _now, was in both))


def drawn_map(legs: list[Leg], found: Figures, lang: str, centre: str) -> Any:
    """Flows over countries shaded by what they reported."""
    names = {code: value_word("country", code, lang) for leg in legs[:12] for code in leg[:2]}
    counts = {str(row.keys[0]): row.cases.now for row in found.tables["countries"] if row.cases.now and row.keys[0]}
    flows = [
        maps.Flow(a, b, n, f"{value_word('country', a, lang)} → {value_word('country', b, lang)}: {n}")
        for a, b, n, _who in legs
    ]
    widest = f"{names[legs[0][0]]} → {names[legs[0][1]]}" if legs else ""
    label = (
        _("World map of trafficking flows; the widest: %(flow)s") % {"flow": widest}
        if legs
        else _("World map of reported cases")
    )
    return maps.flow_map(label=label, centre=centre, flows=flows, counts=counts, names=names, linked=True)


def drawable(legs: Sequence[Leg], most: int) -> list[Leg]:
    """The busiest legs whose both ends have a place on the map."""
    return [leg for leg in legs if maps.has_place(leg[0]) and maps.has_place(leg[1])][:most]


def left_out_words(drawn: Drawn) -> str:
    """How many cases a map of flows shows, and why others are not on it: «76 of 80 cases; left out: 3 with an unknown
    end, 1 on smaller legs».
    """
    reasons = (
        (drawn.unknown, _("%(n)s with an unknown end")),
        (drawn.within, _("%(n)s within one country")),
        (drawn.others, _("%(n)s on smaller legs")),
    )
    said = [words % {"n": whole(number)} for number, words in reasons if number]
    shown = {"n": whole(drawn.shown), "m": whole(drawn.total), "reasons": ", ".join(said)}
    if not said:
        return _("all %(m)s cases are drawn") % shown
    return _("%(n)s of %(m)s cases are drawn; left out: %(reasons)s") % shown


def unknown_ends(legs: Legs) -> str:
    """What share of the cases has no route with both ends, in whole per cents; words alone where they are few."""
    share = percent(legs.unknown, legs.total)
    if share is None:
        return _("cases with an unknown end are left out")
    return _("%(n)s %% of cases have an unknown end and are left out") % {"n": min(round(share), 99) or 0}


def bands_shown(found: Figures, lang: str) -> list[dict[str, Any]]:
    """Seizure sizes by unit, each band with its bar."""
    most = {
        unit: max(band.seizures for band in found.bands if band.unit == unit)
        for unit in {band.unit for band in found.bands}
    }
    return [
        {
            "unit": band.unit,
            "low": _power(band.power),
            "high": _power(band.power + 1),
            "band": band,
            "bar": charts.share(band.seizures, most[band.unit]),
        }
        for band in found.bands
    ]


def whole(number: int) -> str:
    """A number with the reader's separators."""
    return number_format(number, use_l10n=True, force_grouping=True)


def _power(power: int) -> str:
    """A power of ten, as the reader writes numbers."""
    return number_format(Decimal(10) ** power, decimal_pos=max(0, -power), use_l10n=True, force_grouping=True)


def ways_shown(ways: list[tuple[str | None, int, int, int]], scope: Scope, lang: str) -> list[dict[str, Any]]:
    """What each way of selecting brought, and how often something large."""
    total = sum(cases for _way, cases, _lines, _large in ways)
    return [
        {
            "word": value_word("detection", way, lang),
            "cases": cases,
            "share": percent(cases, total),
            "large": percent(large, lines),
            "of": (large, lines),
            "query": scope.query(detection=way or NOT_REPORTED),
        }
        for way, cases, lines, large in ways
        if cases
    ]


def hiding_shown(rows: list[Row], scope: Scope, lang: str) -> dict[str, Any]:
    """Concealment by means of transport, as a table shaded by cases."""
    known = [row for row in rows if row.cases.now]
    columns = sorted({row.keys[1] for row in known}, key=lambda one: (one is None, one or ""))
    most = max((row.cases.now for row in known), default=0)
    cells = {row.keys: row for row in known}
    lines = sorted(
        {row.keys[0] for row in known}, key=lambda one: -sum(row.cases.now for row in known if row.keys[0] == one)
    )
    return {
        "heads": [value_word("mode", one, lang) for one in columns],
        "rows": [
            {
                "word": value_word("concealment", line, lang),
                "cells": [
                    {
                        "row": cells[line, column],
                        "level": maps.level(cells[line, column].cases.now, most),
                        "query": scope.query(concealment=line or "-", mode=column or "-"),
                    }
                    if (line, column) in cells
                    else None
                    for column in columns
                ],
            }
            for line in lines
        ],
    }


def table_of(rows: list[Row], name: str, scope: Scope, lang: str) -> list[dict[str, Any]]:
    """The rows beside the map, largest first."""
    most = rows[0].cases.now if rows else 0
    return [
        {
            "word": value_word(name, row.keys[0], lang),
            "row": row,
            "bar": charts.share(row.cases.now, most),
            "query": scope.query(**{name: str(row.keys[0] or "-")}),
        }
        for row in rows[:40]
    ]


def spots_of(rows: list[Row], lang: str) -> list[maps.Spot]:
    """Places whose position the list of places knows."""
    views = code_views("unlocode", [str(row.keys[0]) for row in rows[:500]])
    return [
        maps.Spot(at, row.cases.now, f"{views[code].label(lang)}: {row.cases.now}")
        for row in rows[:500]
        if (code := str(row.keys[0])) in views and (at := position(str(views[code].data.get("coordinates") or "")))
    ]
