"""The same trade analyses as other tools would do them by hand, each in a process of its own: what it
took, the memory it reached, what it found.

bench/rivals.py prices|mirror ours|sql|polars|pandas FILE OUT
prints {"seconds", "rss", "rows", "sum"} (rss in GB, the highest).

Prices: three rungs, without the row itself, deviations, likely slips, a reason for every row, the greatest amounts
first, written as Parquet. What a hand would not write for a file it knows to be clean, it does not do here: read
foreign heads and units, count what is wrong, sum up.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rival_mirrors import answer, mirror_ours, mirror_pandas, mirror_polars, mirror_sql

QUANTILES = {"low": 0.25, "median": 0.5, "high": 0.75, "low_beside": 0.1, "high_beside": 0.9}
RUNGS = (("hs", "origin", "y", "q", "unit"), ("hs", "origin", "y", "unit"), ("hs", "unit"))
AT_ONCE = 16_000_000
"""Rows that are compared at once: all prices of their groups are held. One statement
over fifty million runs out of 12 GB too.
"""
SLIPS = {"pound_kilogram": 2.20462262, "dozen_piece": 12.0, "ounce_kilogram": 35.2739619}
STATISTICS = [*(f"{name}{step}" for name in QUANTILES for step in (0, 1)), "spread", "rung"]


FLAGGED = [
    "row",
    "id",
    "hs",
    "origin",
    "y",
    "month",
    "quantity",
    "unit",
    "value",
    "price",
    "rung",
    "group_size",
    "low",
    "median",
    "high",
    "score",
    "side",
    "ratio",
    "amount",
    "movement",
    "slip",
]
"""Columns of a flagged row."""


def sql(path: Path, out: Path) -> tuple[int, float]:
    """By hand in DuckDB's SQL, within 4 GB, as ours."""
    import duckdb  # noqa: PLC0415 -- each process loads what it measures

    base, scratch = duckdb.connect(), tempfile.mkdtemp()
    base.execute("SET memory_limit = '4GB'; SET preserve_insertion_order = false")
    base.execute(f"SET temp_directory = '{scratch}'")
    products = base.execute(f"SELECT hs, count(*) FROM '{path}' GROUP BY 1 ORDER BY 1").fetchall()
    starts, held = [""], 0
    for product, number in products:
        if held and held + number > AT_ONCE:
            starts.append(product)
            held = 0
        held += number
    parts = []
    for begin, end in zip(starts, [*starts[1:], "~"], strict=True):
        parts.append(f"{scratch}/{begin or 0}.parquet")
        rows = (
            "SELECT file_row_number + 1 AS row, id, date::DATE AS day, hs, origin, quantity, value, unit, value /"
            f" quantity AS price FROM read_parquet('{path}', file_row_number = true) WHERE quantity > 0 AND value > 0"
            f" AND hs >= '{begin}' AND hs < '{end}'"
        )
        base.execute(f"COPY ({_flagged(rows)}) TO '{parts[-1]}' (FORMAT parquet)")
    reason = (
        "'Unit price ' || round(price, 4) || ' per ' || unit || ': ' || round(ratio, 2) || if(side = 'over', ' times"
        " the upper bound ', ' times below the lower bound ') || round(if(side = 'over', high, low), 4) || ' of ' ||"
        " group_size || ' like ones (' || ['finest group', 'by year', 'world'][rung + 1] || ').'"
    )
    base.execute(
        f"COPY (SELECT *, {reason} AS reason FROM (SELECT * FROM read_parquet({parts}) ORDER BY amount DESC, row)) TO"
        f" '{out}' (FORMAT parquet)"
    )
    return answer(out)


def _flagged(rows: str) -> str:
    """The flagged rows of `rows` as a statement."""

    def statistics(keys: tuple[str, ...], rung: int) -> str:
        by = ", ".join(keys)
        taken = ", ".join(
            f"l[greatest(ceil((n - 1) * {share}), 1)::INT + {step}] AS {name}{step}"
            for name, share in QUANTILES.items()
            for step in (0, 1)
        )
        return f"""(
            SELECT *, {rung} AS rung,
                list_sort(list_transform(l, lambda x: abs(ln(x) - middle)))[greatest(ceil(n * 0.5), 1)::INT] AS spread
            FROM (SELECT *, ln(median0) AS middle FROM (SELECT *, {taken} FROM (
                SELECT {by}, n, list_sort(l) AS l
                FROM (SELECT {by}, sum(n)::BIGINT AS n, flatten(list(l)) AS l FROM cells GROUP BY {by})
                WHERE n >= 31
            )))
        )"""

    joins = " ".join(
        f"LEFT JOIN {statistics(keys, rung)} r{rung} USING ({', '.join(keys)})" for rung, keys in enumerate(RUNGS)
    )
    chosen = ", ".join(f"coalesce(r0.{name}, r1.{name}, r2.{name}) AS {name}" for name in STATISTICS)
    without = ", ".join(f"if(price > {name}0, {name}0, {name}1) AS {name}" for name in QUANTILES)
    slips = " ".join(f"WHEN abs(abs(off) - log10({times})) < 0.02 THEN '{name}'" for name, times in SLIPS.items())
    return f"""WITH d AS ({rows}),
        cells AS MATERIALIZED (
            SELECT hs, origin, year(day) AS y, quarter(day) AS q, unit, count(*) AS n, list(price) AS l
            FROM d GROUP BY ALL
        ),
        likes AS (
            SELECT cells.hs, cells.origin, cells.y, cells.q, cells.unit,
                coalesce(r0.n, r1.n, r2.n) AS group_size, {chosen}
            FROM cells {joins}
        ),
        j AS (
            SELECT d.*, k.group_size, k.rung, k.spread, {without}
            FROM d JOIN likes k ON d.hs = k.hs AND d.origin = k.origin
                AND year(d.day) = k.y AND quarter(d.day) = k.q AND d.unit = k.unit
        ),
        f AS (
            SELECT *, CASE WHEN price > high * (1 + 1e-9) THEN 'over' WHEN price < low * (1 - 1e-9) THEN 'under' END
                AS side
            FROM j
        ),
        g AS (
            SELECT *, ln(price / median) / (spread * 1.4826) AS score, ln(price / median) / ln(10) AS off,
                CASE side WHEN 'over' THEN price / high ELSE low / price END AS ratio,
                CASE side WHEN 'over' THEN (price - high) * quantity ELSE (low - price) * quantity END AS amount
            FROM f WHERE side IS NOT NULL
        )
        SELECT row, id, hs, origin, 'import' AS flow, year(day) AS year, month(day) AS month, quantity, unit, value,
            price, rung, group_size, low, median, high, score, side, ratio, amount,
            if(side = 'over', 'outflow', 'inflow') AS movement,
            CASE WHEN abs(off) > 0.5 AND abs(off - round(off)) < 0.03 THEN 'power_of_ten' {slips} END AS slip FROM g"""


def ours(path: Path, out: Path) -> tuple[int, float]:
    """The whole screen within 4 GB: foreign heads, cleaning, counts of what is wrong, kept stages, summaries."""
    from scratch import HOME  # noqa: PLC0415 -- sets up a node

    from tidewaiter.trade.prices.price_run import Source, screen, write_results  # noqa: PLC0415 -- after it
    from tidewaiter.trade.prices.unit_prices import PriceParameters  # noqa: PLC0415 -- after it

    found = screen(Source(path), HOME / "screen", PriceParameters(), memory="4GB")
    write_results(found, HOME / "screen", out, "4GB")
    return answer(out)


def _group_polars(d: Any, rung: int, keys: tuple[str, ...]) -> Any:
    """The groups of one rung: their size, their quantiles with and without the row, their spread."""
    import polars as pl  # noqa: PLC0415 -- each process loads what it measures

    prices = pl.col("price").sort()

    def place(share: float, number: Any) -> Any:
        return (number * share).ceil().cast(pl.Int64).clip(1) - 1

    taken = {
        f"{name}{step}": prices.get(place(share, pl.len() - 1) + step, null_on_oob=True)
        for name, share in QUANTILES.items()
        for step in (0, 1)
    }
    middle = prices.get(place(0.5, pl.len() - 1), null_on_oob=True).log()
    spread = (pl.col("price").log() - middle).abs().sort().get(place(0.5, pl.len()))
    return (
        d.group_by(keys)
        .agg(group_size=pl.len(), spread=spread, **taken)
        .filter(pl.col("group_size") >= 31)
        .with_columns(rung=pl.lit(rung))
    )


def with_polars(path: Path, out: Path) -> tuple[int, float]:
    """By hand in polars, by its streaming engine."""
    import polars as pl  # noqa: PLC0415 -- each process loads what it measures

    d = pl.scan_parquet(path, row_index_name="row").filter((pl.col("quantity") > 0) & (pl.col("value") > 0))
    d = d.with_columns(day=pl.col("date").str.to_date(), price=pl.col("value") / pl.col("quantity")).with_columns(
        y=pl.col("day").dt.year(), q=pl.col("day").dt.quarter()
    )
    for rung, keys in enumerate(RUNGS):
        d = d.join(_group_polars(d, rung, keys), on=list(keys), how="left", suffix="_next")
        if rung:
            names = [*STATISTICS, "group_size"]
            d = d.with_columns(pl.coalesce(name, f"{name}_next").alias(name) for name in names).drop(
                f"{name}_next" for name in names
            )
    price = pl.col("price")
    d = d.with_columns(
        pl.when(price > pl.col(f"{name}0")).then(f"{name}0").otherwise(f"{name}1").alias(name) for name in QUANTILES
    )
    over, under = price > pl.col("high") * (1 + 1e-9), price < pl.col("low") * (1 - 1e-9)
    d = d.filter(over | under).with_columns(
        side=pl.when(over).then(pl.lit("over")).otherwise(pl.lit("under")),
        off=(price / pl.col("median")).log() / 2.302585092994046,
    )
    up = pl.col("side") == "over"
    off, whole = pl.col("off"), pl.col("off").round()
    slip = pl.when((off.abs() > 0.5) & ((off - whole).abs() < 0.03)).then(pl.lit("power_of_ten"))
    d = d.with_columns(
        score=off * 2.302585092994046 / (pl.col("spread") * 1.4826),
        ratio=pl.when(up).then(price / pl.col("high")).otherwise(pl.col("low") / price),
        bound=pl.when(up).then("high").otherwise("low"),
        amount=pl.when(up).then(price - pl.col("high")).otherwise(pl.col("low") - price) * pl.col("quantity"),
        movement=pl.when(up).then(pl.lit("outflow")).otherwise(pl.lit("inflow")),
        slip=slip,
        month=pl.col("day").dt.month(),
    )
    text = pl.format(
        "Unit price {} per {}: {} times the bound {} of {} like ones ({}).",
        price.round(4),
        "unit",
        pl.col("ratio").round(2),
        pl.col("bound").round(4),
        "group_size",
        "rung",
    )
    d.select(*FLAGGED, reason=text).sort(["amount", "row"], descending=[True, False]).sink_parquet(
        out, engine="streaming"
    )
    return answer(out)


def with_pandas(path: Path, out: Path) -> tuple[int, float]:
    """By hand in pandas and numpy."""
    import numpy as np  # noqa: PLC0415 -- each process loads what it measures
    import pandas as pd  # noqa: PLC0415 -- each process loads what it measures

    d = pd.read_parquet(path, columns=["id", "date", "hs", "origin", "quantity", "value", "unit"])
    day = pd.to_datetime(d.pop("date"))
    d["y"], d["q"], d["month"] = day.dt.year.astype("int16"), day.dt.quarter.astype("int8"), day.dt.month.astype("int8")
    price = (d["value"] / d["quantity"]).to_numpy()
    d["price"], d["row"] = price, np.arange(1, len(d) + 1)
    known: dict[str, Any] = {name: np.full(len(d), np.nan) for name in [*STATISTICS, "group_size"]}
    for rung, keys in enumerate(RUNGS):
        code = d.groupby(list(keys), sort=False).ngroup().to_numpy()
        order = np.lexsort((price, code))
        held, sizes = price[order], np.bincount(code)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        large = sizes >= 31
        found: dict[str, Any] = {"group_size": sizes, "rung": np.full(len(sizes), rung)}
        for name, share in QUANTILES.items():
            at = starts + np.maximum(np.ceil((sizes - 1) * share).astype(np.int64), 1) - 1
            found |= {f"{name}{step}": held[np.minimum(at + step, len(held) - 1)] for step in (0, 1)}
        away = np.abs(np.log(price) - np.log(found["median0"])[code])
        sorted_away = away[np.lexsort((away, code))]
        found["spread"] = sorted_away[starts + np.maximum(np.ceil(sizes * 0.5).astype(np.int64), 1) - 1]
        free = np.isnan(known["rung"]) & large[code]
        for name, values in found.items():
            known[name][free] = values[code[free]]
    for name in QUANTILES:
        d[name] = np.where(price > known[f"{name}0"], known[f"{name}0"], known[f"{name}1"])
    d["rung"], d["group_size"], d["spread"] = known["rung"], known["group_size"], known["spread"]
    del known
    over, under = d["price"] > d["high"] * (1 + 1e-9), d["price"] < d["low"] * (1 - 1e-9)
    d = d[over | under].copy()
    up = d["price"] > d["high"]
    off = np.log10(d["price"] / d["median"])
    d["score"], d["side"] = off * np.log(10) / (d["spread"] * 1.4826), np.where(up, "over", "under")
    d["ratio"] = np.where(up, d["price"] / d["high"], d["low"] / d["price"])
    d["amount"] = np.where(up, d["price"] - d["high"], d["low"] - d["price"]) * d["quantity"]
    d["movement"] = np.where(up, "outflow", "inflow")
    d["slip"] = np.where((off.abs() > 0.5) & ((off - off.round()).abs() < 0.03), "power_of_ten", None)
    bound = d["high"].where(up, d["low"]).round(4).astype(str)
    d["reason"] = (
        "Unit price "
        + d["price"].round(4).astype(str)
        + " per "
        + d["unit"]
        + ": "
        + d["ratio"].round(2).astype(str)
        + " times the bound "
        + bound
        + " of "
        + d["group_size"].astype(int).astype(str)
        + " like ones."
    )
    d.sort_values(["amount", "row"], ascending=[False, True]).to_parquet(out)
    return answer(out)


WAYS = {
    "prices": {"ours": ours, "sql": sql, "polars": with_polars, "pandas": with_pandas},
    "mirror": {"ours": mirror_ours, "sql": mirror_sql, "polars": mirror_polars, "pandas": mirror_pandas},
}

if __name__ == "__main__":
    analysis, way, path, out = sys.argv[1:5]
    if way == "ours":
        import scratch

        scratch.prepared()
    begun = time.perf_counter()
    rows, total = WAYS[analysis][way](Path(path), Path(out))
    spent = time.perf_counter() - begun
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({"seconds": round(spent, 2), "rss": round(highest, 2), "rows": rows, "sum": round(total, 2)}))
