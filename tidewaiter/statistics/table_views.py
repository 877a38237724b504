"""The builder: a table by two dimensions, kept and shared; and the cases behind a figure."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.queries import validated_cases
from tidewaiter.drawing import maps
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.text import neutral
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics.actions import drop_table, keep_table
from tidewaiter.statistics.dashboard.cases_behind import cases_behind
from tidewaiter.statistics.dashboard.figures import chosen
from tidewaiter.statistics.dashboard.scope import NOT_REPORTED, Scope
from tidewaiter.statistics.disclosure.thresholds import must_be_a_year
from tidewaiter.statistics.labels import TITLES, value_word, words_of_goods
from tidewaiter.statistics.models import KeptTable
from tidewaiter.statistics.presenters import frame_of
from tidewaiter.statistics.tables.cross_tables import BUILDABLE, Cell, Line, Sum, Table, must_be_public, sums, table
from tidewaiter.statistics.tables.predefined import QUESTIONS
from tidewaiter.statistics.views import scope_of

FIRST = 100
"""Cases on a page of those behind a figure."""
_CELL = frozenset({*BUILDABLE, "unit", "currency"})
"""What an address may say of the cell that a figure stands in."""


@require_GET
def builder(request: HttpRequest) -> HttpResponse:
    """A table by one or two dimensions of the period, every figure with the cases
    behind it; `format=csv` takes it away.
    """
    by, lang = actor_of(request), get_language() or "en"
    scope = scope_of(request)
    first = request.GET.get("by", "commodity")
    first = first if first in BUILDABLE else "commodity"
    second = request.GET.get("and", "")
    second = second if second in BUILDABLE and second != first else ""
    public = request.GET.get("audience") == "public"
    if public:
        must_be_public(scope.where, first, second)
        must_be_a_year(scope.since, scope.until)
    goods = words_of_goods(lang)
    shown: dict[str, Any] = frame_of(scope, lang)
    with chosen(scope, by, public=public) as connection:
        if scope.measure in ("quantity", "value"):
            found = sums(connection, first, second, scope.measure, public=public)
            shown["sums"] = [_sum_shown(one, (first, second), scope, lang, goods, public=public) for one in found]
            shown["hides"] = any(one.hidden for one in found)
        else:
            made = table(connection, first, second, scope.measure, public=public)
            shown |= _table_shown(made, first, second, scope, lang, goods, public=public)
    if request.GET.get("format") == "csv":
        return _as_csv(shown, first, second, public)
    shared = Q(shared=True) if is_customs(by) else Q()  # of a partner's is the library alone
    mine = KeptTable.objects.filter(Q(username=by.username) | shared).order_by("name")
    address = f"by={first}&and={second}&{scope.query()}" + ("&audience=public" if public else "")
    return render(
        request,
        "statistics/table.html",
        shown
        | {
            "dimensions": [(name, TITLES[name]) for name in BUILDABLE],
            "first": first,
            "second": second,
            "heads": [TITLES[name] for name in (first, second) if name],
            "public": public,
            "kept_tables": [(one, one.username == by.username) for one in mine],
            "address": address,
            "questions": QUESTIONS,
            "title": next(
                (one.title for one in QUESTIONS if (one.by, one.across, one.measure) == (first, second, scope.measure)),
                "",
            ),
        },
    )


def _table_shown(
    made: Table, first: str, second: str, scope: Scope, lang: str, goods: dict[str, str], *, public: bool
) -> dict[str, Any]:
    most = max((cell.now for line in made.lines for cell in line.cells), default=0) or max(
        (line.total.now for line in made.lines), default=0
    )

    def cell_shown(cell: Cell, line: Line | None, column: Any, rest: bool = False) -> dict[str, Any]:
        keys = {}
        if line is not None:
            keys[first] = _key(line.key)
        if second and column is not _NONE:
            keys[second] = _key(column)
        known = not (rest or (line is not None and line.rest))
        return {
            "cell": cell,
            "level": maps.level(cell.now, most),
            "query": _drill(scope, keys, public=public) if known and cell.now else "",
        }

    columns = [*made.columns, *([_NONE] if made.rest_column else [])]
    return {
        "made": made,
        "columns": [value_word(second, one, lang, goods) if one is not _NONE else _("others") for one in columns],
        "lines": [
            {
                "word": _("others") if line.rest else value_word(first, line.key, lang, goods),
                "cells": [
                    cell_shown(cell, line, column, column is _NONE)
                    for cell, column in zip(line.cells, columns, strict=True)
                ],
                "total": cell_shown(line.total, line, _NONE),
            }
            for line in made.lines
        ],
        "totals": [
            cell_shown(cell, None, column, column is _NONE) for cell, column in zip(made.totals, columns, strict=True)
        ],
        "grand": made.grand,
        "hides": any(cell.hidden for line in made.lines for cell in (*line.cells, line.total)),
        "marks": any(cell.few for line in made.lines for cell in (*line.cells, line.total)),
    }


_NONE = object()


def _key(value: Any) -> str:
    return "-" if value is None else str(value)


def _drill(scope: Scope, keys: dict[str, str], *, public: bool) -> str:
    """The address of the cases that a figure counts; of the public's, those that the public's counts."""
    cell = {f"is.{name}": value for name, value in keys.items()}
    return scope.query(
        **cell, measure="", of="" if scope.measure == "cases" else scope.measure, audience="public" if public else ""
    )


def _sum_shown(
    one: Sum, names: tuple[str, str], scope: Scope, lang: str, goods: dict[str, str], *, public: bool
) -> dict[str, Any]:
    keys = dict(zip((name for name in names if name), one.keys, strict=True))
    unit = "unit" if scope.measure == "quantity" else "currency"
    said = {name: _key(key) for name, key in keys.items()} | {unit: one.unit or NOT_REPORTED}
    return {
        "sum": one,
        "words": [value_word(name, key, lang, goods) for name, key in keys.items()],
        "query": _drill(scope, said, public=public),
    }


def _as_csv(shown: dict[str, Any], first: str, second: str, public: bool) -> HttpResponse:
    """The table as CSV, with its period; hidden cells say so, and the public is told nothing of the period before."""
    answer = attached(HttpResponse(content_type="text/csv; charset=utf-8"), "figures.csv")
    out = csv.writer(answer, lineterminator="\r\n")
    scope = shown["scope"]
    if "sums" in shown:
        out.writerow(
            [
                *[name for name in (first, second) if name],
                "unit",
                scope.measure,
                f"{scope.measure}_before",
                "seizures",
                "reporters",
            ]
        )
        for row in shown["sums"]:
            one = row["sum"]
            said = ["hidden", "", "", ""] if one.hidden else [one.now, one.was, one.seizures, len(one.reporters)]
            out.writerow([*map(neutral, row["words"]), one.unit, *said])
        return answer
    out.writerow([first, *map(neutral, shown["columns"]), "total", "before"])
    for line in shown["lines"]:
        cells = [_said(one["cell"]) for one in line["cells"]]
        total = line["total"]["cell"]
        out.writerow([neutral(line["word"]), *cells, _said(total), "" if public or total.hidden else total.was])
    out.writerow(["total", *[_said(one["cell"]) for one in shown["totals"]], _said(shown["grand"]), ""])
    return answer


def _said(cell: Cell) -> str:
    return "hidden" if cell.hidden else str(cell.now)


@require_POST
def table_deed(request: HttpRequest) -> HttpResponse:
    """Keeps a table under a name, or drops it."""
    by = actor_of(request)
    name = request.POST.get("name", "")
    if request.POST.get("deed") == "drop":
        drop_table(name=name, by=by)
        return redirect("statistics_table")
    made = keep_table(name=name, query=request.POST.get("query", ""), shared=bool(request.POST.get("shared")), by=by)
    messages.info(request, _("The table is kept; whoever opens it gets the figures they may see."))
    return redirect(f"{reverse('statistics_table')}?{made.query}")


@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The cases that a figure counts, of those one sees: the address says the period, the narrowing and the cell.

    Every one of them can be turned to, a page at a time; their number, their seizures and the sum stand above.
    """
    by, lang = actor_of(request), get_language() or "en"
    scope, page = scope_of(request), read_whole(request.GET.get("page") or "1", least=1, most=100_000)
    keys = {name[3:]: request.GET[name] for name in request.GET if name.startswith("is.") and name[3:] in _CELL}
    of = request.GET.get("of", "")
    public = request.GET.get("audience") == "public" and is_customs(by)  # what hides from the public is for members
    with chosen(scope, by, public=public) as connection:
        found = cases_behind(
            connection,
            {name: None if value == NOT_REPORTED else value for name, value in keys.items()},
            amount=of if of in ("quantity", "value") else "",
            dated=bool(request.GET.get("dated")),
            most=FIRST,
            skip=(page - 1) * FIRST,
        )
    cases = list(validated_cases(by).filter(ref__in=among(found.refs)).order_by("-date", "-pk"))
    goods = words_of_goods(lang)
    chips = [
        {"title": TITLES[name], "word": value_word(name, None if value == NOT_REPORTED else value, lang, goods)}
        for name, value in keys.items()
    ]
    pages = max(1, -(-found.cases // FIRST))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "found": found,
        "cases": cases,
        "gone": len(found.refs) - len(cases),
        "cell": chips,
        "of": of,
        "unit": keys.get("unit") or keys.get("currency") or "",
        "page": page,
        "pages": pages,
        "first": (page - 1) * FIRST + 1,
        "last": min(page * FIRST, found.cases),
        "own": query.urlencode(),
    }
    return render(request, "statistics/behind.html", frame_of(scope, lang) | shown)
