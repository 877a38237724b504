"""The list of cases as a map: where they went from and to, and at which places they were seized."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.route_maps import position
from tidewaiter.codelists.queries import code_view, code_views
from tidewaiter.drawing import maps

ROUTES, PLACES, NAMED = 60, 300, 14


def map_of(cases: QuerySet[Case], total: int, lang: str) -> dict[str, Any]:
    """The map of the cases that a list shows, and in words how many of them are on it: `{"drawing", "said"}`."""
    of_routes = cases.exclude(departure="").exclude(destination="").order_by().values_list("departure", "destination")
    routes = of_routes.annotate(n=Count("pk")).order_by("-n", "departure", "destination")
    known = sum(number for _a, _b, number in routes)
    rows = [row for row in routes if row[0] != row[1] and maps.has_place(row[0]) and maps.has_place(row[1])][:ROUTES]
    names = {code: _word("country", code, lang) for row in rows for code in row[:2]}
    flows = [maps.Flow(a, b, n, f"{names[a]} → {names[b]}: {_whole(n)}") for a, b, n in rows]
    places = list(
        cases.exclude(place="").order_by().values_list("place").annotate(n=Count("pk")).order_by("-n", "place")[:PLACES]
    )
    views = code_views("unlocode", {code for code, _n in places})
    spots = [
        maps.Spot(at, number, f"{views[code].label(lang)}: {_whole(number)}")
        for code, number in places
        if code in views and (at := position(str(views[code].data.get("coordinates") or "")))
    ]
    drawn = sum(flow.number for flow in flows)
    said = _("Routes of %(n)s of %(total)s cases, points where they were seized; with an unknown end: %(unknown)s.") % {
        "n": _whole(drawn),
        "total": _whole(total),
        "unknown": _whole(max(0, total - known)),
    }
    return {
        "drawing": maps.flow_map(
            label=said, flows=flows, spots=spots, names=dict(list(names.items())[:14]), close=True, linked=True
        ),
        "said": said,
    }


def _word(name: str, code: str, lang: str) -> str:
    view = code_view(name, code)
    return view.label(lang) if view else code


def _whole(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
