"""A search as it stood at one moment, with its figures: what an answer rests on and anybody can count again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import sought, visible_cases
from tidewaiter.cases.selection import query_of, read_query
from tidewaiter.cases.words import MOST
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
    """Freezes what `reader` finds with a query (`form=WPN&departure=CL&q=pump`). An empty one freezes nothing.

    Raises `BadInput` for a value that cannot be one.
    """
    wanted = read_query(search)
    if not wanted:
        return Frozen("", [], "", {})
    found = sought(visible_cases(reader), wanted).cases.order_by("-date", "-pk")
    cases = list(found[: MOST + 1])
    pairs = [[case.ref, case.version] for case in cases[:MOST]]
    return Frozen(query_of(wanted), pairs, digest(sorted(pairs)), _figures(cases[:MOST], more=len(cases) > MOST))


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
        "cases": len(cases), "more": more, "validated": sum(case.counted for case in cases),
        **{name: counter.most_common(_FIRST) for name, counter in counted.items()},
    }  # fmt: skip
