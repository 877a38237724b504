"""A search as it stood at one moment, with its figures: what an answer rests on and anybody can count again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from tidewaiter.cases.filter_params import query_to_keep, read_query
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import narrowed
from tidewaiter.cases.search_index import MOST
from tidewaiter.cases.states import SUBMITTED
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import digest

_FIRST = 10


@dataclass(frozen=True, slots=True)
class Frozen:
    """The query, which versions it found (at most `MOST`), a digest of those, and their figures."""

    search: str
    cases: list[list[Any]]
    digest: str
    figures: dict[str, Any]


def freeze(search: str, reader: Actor) -> Frozen:
    """Freezes what `reader` finds with a query (`form=WPN&departure=CL&q=pump`) of validated cases
    and those that wait for the office, which reads the answer too: drafts and what was sent back
    are in no figure. An empty query freezes nothing.

    Raises `BadInput` for a value that cannot be one, and for a query that is too long to be kept.
    """
    wanted = read_query(search)
    if not wanted:
        return Frozen("", [], "", {})
    search = query_to_keep(wanted)
    of_both = Q(counted=True) | Q(status=SUBMITTED)
    found = narrowed(reader, wanted).filter(of_both).order_by("-date", "-pk")
    cases = list(found[: MOST + 1])
    pairs = [[case.ref, case.version] for case in cases[:MOST]]
    return Frozen(search, pairs, digest(sorted(pairs)), _figures(cases[:MOST], more=len(cases) > MOST))


def _figures(cases: list[Case], *, more: bool) -> dict[str, Any]:
    """Counts of cases by commodity, route, method of concealment, mode, country and year, the most frequent first."""
    counted: dict[str, Counter[str]] = {
        name: Counter() for name in ("form", "route", "concealment", "mode", "country", "year")
    }
    for case in cases:
        counted["form"][case.form] += 1
        counted["mode"][case.mode] += 1
        counted["country"][case.country] += 1
        counted["year"][str(case.year)] += 1
        counted["concealment"][str(case.header.get("concealment", {}).get("method") or "")] += 1
        if case.departure or case.destination:
            counted["route"][f"{case.departure or '?'}-{case.destination or '?'}"] += 1
    return {
        "cases": len(cases),
        "more": more,
        "validated": sum(case.counted for case in cases),
        **{name: counter.most_common(_FIRST) for name, counter in counted.items()},
    }
