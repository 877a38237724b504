"""The demo's trade: a year of invented declarations, and six years of what two sides say of the same trade."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from hashlib import sha256

from tidewaiter.foundation.moments import now
from tidewaiter.people.queries import officer_named
from tidewaiter.trade.files.sources import bring_file
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.tasks import begin

ROWS = 4000
GOODS = (
    ("640411", 9.0, ("CN", "VN", "TR")),
    ("851713", 310.0, ("CN", "VN", "KR")),
    ("300490", 55.0, ("IN", "DE", "CN")),
    ("870899", 8.0, ("DE", "CN", "KR")),
    ("610910", 14.0, ("TR", "IN", "CN")),
    ("330300", 42.0, ("AE", "TR", "NL")),
)
"""What is declared: code, US dollars a kilogram, from where."""
PAIRS = (
    ("GHA", "CHN", 0.16),
    ("KEN", "CHN", 0.11),
    ("KEN", "ARE", 0.06),
    ("MAR", "TUR", 0.02),
    ("ZAF", "CHN", 0.03),
    ("BRA", "CHN", 0.01),
    ("NLD", "TUR", 0.0),
    ("CHL", "KOR", 0.01),
    ("ARE", "GHA", -0.32),
)
"""Who imports from whom, and by how much a year the exporter's figure sinks below the importer's (or rises above)."""
PRODUCTS = ("640411", "851713", "240220", "710812")
SAID_TOO_CHEAP = ("640411", "851713")
"""Of these both sides say the same weight: values differ, not amounts."""


def analyse_trade(say: Callable[[str], None]) -> None:
    """An analyst brings both files and asks for unit prices and the mirror; the node does them as it finds time."""
    if TradeRun.objects.exists():
        return
    by = officer_named("l.okafor")
    year = now().year - 1
    strict = {"low": 0.05, "high": 0.95}
    for name, rows, analysis, settings in (
        (f"declarations_{year}.csv", _declarations(year), "unit_prices", strict),
        (f"reported_{year - 6}_{year - 1}.csv", _reported(year - 1), "mirror", {}),
    ):
        say(f"Bringing {name} as l.okafor")
        brought = bring_file(name=name, chunks=[_text(rows)], by=by)
        begin(analysis=analysis, source=brought.ref, name="", mapping={}, parameters=settings, by=by)


def _text(rows: Iterator[tuple[object, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _share(*what: object) -> float:
    """A number from 0 to 1 that looks like chance and is the same every time."""
    return int.from_bytes(sha256(repr(what).encode()).digest()[:6]) / 2**48


def _declarations(year: int) -> Iterator[tuple[object, ...]]:
    """Some are far too cheap (duty), of one office and one origin more often; some far too dear (money that leaves)."""
    yield "declaration id", "date", "office", "hs", "origin", "net weight", "value"
    for at in range(ROWS):
        hs, price, origins = GOODS[int(_share("goods", at) * len(GOODS))]
        origin, office = origins[int(_share("origin", at) * 3)], int(_share("office", at) * 4)
        weight = round(5 + 900 * _share("weight", at) ** 3, 1)
        odd = _share("odd", at)
        cheap = 0.06 if (office, origin) == (2, "CN") else 0.008
        factor = 0.08 + 0.2 * odd if odd < cheap else 22.0 if odd > 0.994 else 0.8 + 0.45 * _share("price", at)
        day = f"{year}-{1 + at * 12 // ROWS:02d}-{1 + int(28 * _share('day', at)):02d}"
        yield f"D{at:05d}", day, f"O{office}", hs, origin, weight, round(weight * price * factor, 2)


def _reported(last: int) -> Iterator[tuple[object, ...]]:
    yield "reporterISO", "partnerISO", "flowCode", "cmdCode", "refYear", "primaryValue", "netWgt"
    for importer, exporter, sinks in PAIRS:
        for product in PRODUCTS:
            size = 400_000 * (1 + 9 * _share("size", importer, exporter, product))
            for step, year in enumerate(range(last - 5, last + 1)):
                value = size * (1 + 0.07 * step) * (0.9 + 0.2 * _share("year", importer, exporter, product, year))
                told = value * (0.93 - sinks * step)
                yield importer, exporter, "M", product, year, round(value), round(value / 12)
                weighs = value * 0.97 if product in SAID_TOO_CHEAP else told
                yield exporter, importer, "X", product, year, round(told), round(weighs / 12)
