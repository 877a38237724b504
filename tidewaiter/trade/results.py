"""What a run found, read back from its rows: ranked lists, the group of a price, a pair by years, gaps by country."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import ibis
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade.engines import bounded, read_parquet, reader
from tidewaiter.trade.expressions import Engine, Rows
from tidewaiter.trade.files.sources import folder_of
from tidewaiter.trade.mirror import mirror_run
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.parameters import LADDERS
from tidewaiter.trade.prices.flagged_rows import ranked, with_reason
from tidewaiter.trade.prices.unit_prices import PRODUCTS, keys_of, usable

TABLES = {"unit_prices": "screened.parquet", "mirror": "flows.parquet", "select_score": "scored.parquet"}
BINS = 24
for_page = bounded("engine_memory_bytes", "engine_disk_bytes")
"""Around what reads rows for a page: an engine that needs more than it may take is a refusal."""


def rows_of(run: TradeRun) -> tuple[Engine, Rows]:
    """An engine, and in it the rows that a run ranks, the weightiest first. Raises `Missing` where it has none."""
    path = folder_of(run) / TABLES.get(run.analysis, "")
    if not path.exists():
        raise Missing("no_rows", _("This analysis has no rows."))
    connection = reader(path)
    table = read_parquet(connection, path)
    if run.analysis == "unit_prices":
        return connection, ranked(table)
    if run.analysis == "mirror":
        return connection, mirror_run.ranked(table)
    return connection, table.order_by([ibis.desc("score")])


@for_page
def first_rows(run: TradeRun, most: int, *, slips: bool = True, entrepots: bool = True) -> list[JsonObject]:
    """The first rows; without likely typing errors, without entrepôts, where so asked."""
    _connection, table = rows_of(run)
    if run.analysis == "unit_prices" and not slips:
        table = table.filter(row.slip.isnull())
    if run.analysis == "mirror":
        table = table.filter(row.kind.notnull())
        if not entrepots:
            table = table.filter(~row.entrepot)
    found: list[JsonObject] = [_plain(one) for one in table.limit(most).to_pyarrow().to_pylist()]
    return found


def _plain(one: JsonObject) -> JsonObject:
    """NaN, which JSON does not know, as nothing."""
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in one.items()}


def summaries_of(run: TradeRun) -> dict[str, list[JsonObject]]:
    """Sums by what the analysis sums up by."""
    path = folder_of(run) / "summaries.json"
    found: dict[str, list[JsonObject]] = json.loads(path.read_text()) if path.is_file() else {}
    return found


@dataclass(frozen=True, slots=True)
class Distribution:
    """Prices of the like ones of a row, on a logarithmic scale, and where the row
    stands among them (shares of the width).
    """

    row: JsonObject
    counts: list[int]
    edges: list[float]
    at: float
    between: tuple[float, float]
    keys: JsonObject
    like: list[JsonObject]
    """The rows nearest in price."""


@for_page
def distribution_of(run: TradeRun, ident: str) -> Distribution:
    """The group that a flagged row was compared with. Raises `Missing`."""
    path = folder_of(run) / TABLES["unit_prices"]
    if run.analysis != "unit_prices" or not path.exists():
        raise Missing("no_row", _("There is no such row."))
    row_number = whole(ident)
    connection = reader(path.parent)
    screened = read_parquet(connection, path)
    flagged = with_reason(screened.filter(screened.side.notnull()))
    found = (
        flagged.filter(flagged.row == row_number).limit(1).to_pyarrow().to_pylist() if row_number is not None else []
    )
    if not found or found[0]["price"] is None:
        raise Missing("no_row", _("There is no such row."))
    one = _plain(found[0])
    ladder = LADDERS[run.parameters["ladder"]]
    one |= {name: one["hs"][:digits] for name, digits in PRODUCTS.items()}
    rung = one["rung"] if one["rung"] is not None and one["rung"] >= 0 else len(ladder) - 1
    keys = {name: one[name] for name in keys_of(ladder[rung]) if name in one}  # runs of before know no currency
    table = usable(read_parquet(connection, path.with_name("cleaned.parquet")))
    group = table.filter(
        [ibis.literal(True), *(table[name] == value for name, value in keys.items() if value is not None)]
    )
    logs = group.mutate(logp=group.price.log10())
    ends = logs.agg(low=row.logp.min(), high=row.logp.max()).execute().iloc[0]
    low, wide = float(ends.low), max(float(ends.high) - float(ends.low), 1e-9)
    binned = (
        logs.mutate(bin=((row.logp - low) / wide * BINS).floor().cast("int32").clip(lower=0, upper=BINS - 1))
        .group_by("bin")
        .agg(n=row.count())
        .execute()
    )
    counts = [0] * BINS
    for at, number in binned.itertuples(index=False):
        counts[int(at)] = int(number)

    def place(price: float | None) -> float:
        return (math.log10(price) - low) / wide if price else 0.0

    near = group.mutate(off=(group.price - float(one["price"])).abs()).order_by(["off", "row"]).limit(12)
    like = [_plain(each) for each in near.order_by("price").to_pyarrow().to_pylist()]
    return Distribution(
        one,
        counts,
        [10 ** (low + wide * at / BINS) for at in range(BINS + 1)],
        place(one["price"]),
        (place(one["low"]), place(one["high"])),
        keys,
        like,
    )


@for_page
def pair_by_years(run: TradeRun, exporter: str, importer: str) -> list[JsonObject]:
    """(year, imported FOB, exported net, weights of both sides)
    of matched flows of a pair, all years in their order.
    """
    flows = _flows(run).filter((row.exporter == exporter) & (row.importer == importer))
    years = flows.group_by("year").agg(
        imported=row.imported_fob.sum(where=row.matched).fill_null(0.0),
        exported=row.exported_net.sum(where=row.matched).fill_null(0.0),
        import_weight=row.import_weight.sum(),
        export_weight=row.export_weight.sum(),
        flows=row.count(),
        matched=row.matched.sum(),
    )
    return [_plain(one) for one in years.order_by("year").to_pyarrow().to_pylist()]


@for_page
def flows_of_pair(run: TradeRun, exporter: str, importer: str, most: int) -> list[JsonObject]:
    """The products of a pair, the greatest gaps first."""
    flows = _flows(run).filter((row.exporter == exporter) & (row.importer == importer))
    ordered = flows.order_by([ibis.desc(flows.gap.abs().fill_null(-1.0)), "product", "year"]).limit(most)
    return [_plain(one) for one in ordered.to_pyarrow().to_pylist()]


@for_page
def gaps_by_country(run: TradeRun, side: str = "importer") -> dict[str, float]:
    """The sum of the sizes of listed gaps by country, entrepôts left out."""
    flows = _flows(run).filter(row.kind.notnull() & ~row.entrepot)
    sums = flows.group_by(side).agg(gap=row.gap.abs().sum()).execute()
    return {str(country): float(gap) for country, gap in sums.itertuples(index=False) if country}


def _flows(run: TradeRun) -> Rows:
    path: Path = folder_of(run) / TABLES["mirror"]
    if run.analysis != "mirror" or not path.exists():
        raise Missing("no_rows", _("This analysis has no rows."))
    return read_parquet(reader(path), path)
