"""Benchmarks of the trade analyses: what planted mis-invoicing is found, how long they
take beside the same by hand in other tools.

bench/trading.py [--rows 5000000] [--only injection,prices,mirror,selection]; --rows 50000000 for
the whole size (an hour, 10 GB of disk)
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import xgboost
from declaring import consignments, written
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from scratch import HOME

from tidewaiter.trade.engines import engine
from tidewaiter.trade.prices.price_run import Source, screen
from tidewaiter.trade.prices.unit_prices import PriceParameters
from tidewaiter.trade.risk.consignments import consignments_of, labels_of
from tidewaiter.trade.risk.metrics import auc, figures
from tidewaiter.trade.risk.risk_model import TrainingParameters, train
from tidewaiter.trade.risk.scoring import score

FOUND: dict[str, dict[str, float]] = {}


def say(name: str, text: str, **numbers: float) -> None:
    """Prints a line, and keeps its numbers for the one at the end."""
    print(f"{name:<48} {text}", flush=True)
    FOUND[name] = {key: round(value, 4) for key, value in numbers.items()}


def _declared(rows: int, path: Path) -> Path:
    """Declarations of a year: 4,000 products of 60 origins, prices lognormal within a product and origin."""
    duckdb.connect().execute(
        f"""COPY (
            SELECT i AS id, (DATE '2025-01-01' + (i % 365)::INT)::VARCHAR AS date,
                lpad((100000 + (hash(i) % 4000) * 211)::VARCHAR, 6, '0') AS hs, 'C' || (hash(i, 1) % 60) AS origin,
                round(
                    exp(3 + 1.2 * sqrt(-2 * ln((hash(i, 2) % 999983 + 1) / 999984.0))
                        * cos(6.283185307 * (hash(i, 3) % 999983) / 999983.0)),
                    3
                ) AS quantity,
                exp(2 + (hash(i) % 4000) / 1000.0 + 0.35 * sqrt(-2 * ln((hash(i, 4) % 999983 + 1) / 999984.0))
                    * cos(6.283185307 * (hash(i, 5) % 999983) / 999983.0)) AS price,
                round(quantity * price, 2) AS value, 'KGM' AS unit
            FROM range({int(rows)}) t(i)
        ) TO '{path}' (FORMAT parquet)"""
    )
    return path


COUNTRIES = [
    "KEN",
    "CHN",
    "DEU",
    "USA",
    "UGA",
    "FRA",
    "GBR",
    "IND",
    "BRA",
    "ZAF",
    "NGA",
    "JPN",
    "KOR",
    "VNM",
    "IDN",
    "MEX",
    "CAN",
    "AUS",
    "ITA",
    "ESP",
    "TUR",
    "EGY",
    "POL",
    "NOR",
    "SWE",
    "CHL",
    "PER",
    "ARG",
    "THA",
    "MYS",
    "PHL",
    "PAK",
    "BGD",
    "LKA",
    "TZA",
    "GHA",
    "CIV",
    "MAR",
    "TUN",
    "DZA",
]
"""Reporters of the trade that is made up."""


def _reported(rows: int, path: Path) -> Path:
    """Trade of forty countries in 5,000 products, `rows` of each side in the layout of UN Comtrade; a sixth of the
    flows is reported by one side alone.
    """
    duckdb.connect().execute(
        f"""COPY (
        WITH f AS (
            SELECT i, l[(i % 40 + 1)::INT] AS a, l[((i // 40) % 40 + 1)::INT] AS b,
                lpad((10000 + (i // 1600) % 5000 * 191 % 989999)::VARCHAR, 6, '0') AS cmd,
                2015 + (i // 8000000) % 9 AS year,
                exp(8 + 2 * sin(hash(i) % 1000000)) AS v, exp(6 + 2 * cos(hash(i, 1) % 1000000)) AS w
            FROM range({rows * 6 // 5}) t(i), (SELECT {COUNTRIES} AS l)
        )
        SELECT a AS reporterISO, b AS partnerISO, 'X' AS flowCode, cmd AS cmdCode, year AS refYear,
            round(v, 2) AS primaryValue, round(w, 1) AS netWgt
        FROM f WHERE hash(i, 5) % 100 < 83 AND a <> b
        UNION ALL
        SELECT b, a, 'M', cmd, year,
            round(v * (1.06 + 0.4 * sin(hash(i, 3) % 1000000) * (hash(i, 4) % 3) / 2), 2),
            round(w * (1 + 0.2 * sin(hash(i, 6) % 1000000)), 1)
        FROM f WHERE hash(i, 7) % 100 < 83 AND a <> b
        ) TO '{path}' (FORMAT parquet)"""
    )
    return path


def beside(analysis: str, path: Path, said: str, ways: tuple[str, ...] = ("ours", "sql", "polars", "pandas")) -> None:
    """The whole analysis and the same by hand in other tools (`rivals`), one process after the
    other; what they find must be the same.
    """
    found: dict[str, dict[str, float]] = {}
    for way in ways:
        command = [
            sys.executable,
            str(Path(__file__).parent / "rivals.py"),
            analysis,
            way,
            str(path),
            str(HOME / f"{way}.parquet"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        (HOME / f"{way}.parquet").unlink(missing_ok=True)
        if done.returncode:
            say(
                f"{analysis}: {way}",
                "did not end:"
                f" {(done.stderr.strip().splitlines() or [f'killed by signal {-done.returncode}'])[-1][:160]}",
            )
            continue
        found[way] = one = json.loads(done.stdout.splitlines()[-1])
        ratio = found["ours"]["seconds"] / one["seconds"]
        note = (
            ""
            if way == "ours"
            else f"; ours is {ratio:.2f} x that, in {found['ours']['rss'] / one['rss']:.2f} x the memory"
        )
        say(
            f"{analysis}: {way}",
            f"{said}: {one['seconds']:.1f} s, {one['rss']:.1f} GB at most, {one['rows']:,.0f} rows found{note}",
            ratio=ratio,
            **one,
        )
        if abs(one["rows"] - found["ours"]["rows"]) or abs(one["sum"] / found["ours"]["sum"] - 1) > 1e-6:
            raise SystemExit(f"{analysis}: {way} finds something else: {one} beside {found['ours']}")


def plain(path: Path) -> None:
    """One quartile filter without a ladder, deviations, reasons or a result that is kept: what a
    screen costs beside the least one could do.
    """
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '12GB'")
    found = connection.execute(
        f"""WITH d AS (SELECT *, value / quantity AS p FROM '{path}'),
        q AS (
            SELECT hs, origin, quarter(date::DATE) AS k,
                quantile_cont(p, 0.25) AS low, quantile_cont(p, 0.75) AS high
            FROM d GROUP BY ALL HAVING count(*) >= 30
        )
        SELECT count(*) FROM d JOIN q ON d.hs = q.hs AND d.origin = q.origin AND quarter(d.date::DATE) = q.k
        WHERE p < low OR p > high"""
    ).fetchone()
    spent = time.perf_counter() - start
    say(
        "prices: one plain filter",
        f"{spent:.1f} s in DuckDB's SQL, {found[0] if found else 0:,} rows, counted only; ours is"
        f" {FOUND['prices: ours']['seconds'] / spent:.1f} x that",
        seconds=spent,
    )


def injection(rows: int = 200_000) -> None:
    """One declaration in fifty is over- or under-priced by 20 to 80 %: what is found among the highest 1 and 5 per
    cent, beside a plain quartile filter in pandas.
    """
    path = _declared(rows, HOME / "planted.parquet")
    frame, dice = pd.read_parquet(path), np.random.default_rng(3)
    frame["hs"] = frame["hs"].str[:3] + "000"  # fewer products, so that groups are as large as a country's
    planted = dice.random(rows) < 0.02
    size = dice.uniform(0.2, 0.8, rows)
    frame["value"] *= np.where(planted, np.where(dice.random(rows) < 0.5, 1 + size, 1 - size), 1.0)
    frame = frame.drop(columns="price")
    frame.to_parquet(path)
    screen(Source(path), HOME / "planted", PriceParameters())
    done = pq.read_table(HOME / "planted" / "screened.parquet", columns=["id", "score", "side"]).to_pandas()
    done["id"] = done["id"].astype(int)
    done = done.set_index("id").reindex(frame["id"])
    ways = {"median deviations": done["score"].abs().fillna(0).to_numpy()}
    price = np.log(frame["value"] / frame["quantity"])
    for of, keys in (
        ("finest groups", [frame["hs"], frame["origin"], pd.to_datetime(frame["date"]).dt.quarter]),
        ("products", [frame["hs"]]),
    ):
        group = price.groupby(keys)
        low, high = group.transform("quantile", 0.25), group.transform("quantile", 0.75)
        ways[f"plain quartile distance, {of}"] = (
            (np.maximum(low - price, price - high).clip(lower=0) / (high - low)).fillna(0).to_numpy()
        )
        known = np.column_stack(
            [
                ((price - group.transform("mean")) / group.transform("std")).fillna(0),
                ((price - group.transform("median")) / (high - low)).fillna(0),
            ]
        )
        ways[f"PyOD ECOD, {of}"] = ECOD().fit(known).decision_scores_
        ways[f"PyOD IForest, {of}"] = IForest(random_state=1).fit(known).decision_scores_
    for name, ranked in ways.items():
        order = np.argsort(-ranked, kind="stable")
        at = {share: planted[order[: rows * share // 100]].sum() / planted.sum() for share in (1, 5)}
        false = 1000 * (~planted[order[: rows // 100]]).sum() / rows
        say(
            f"injection: {name}",
            f"of {int(planted.sum()):,} planted among {rows:,}: recall {at[1]:.3f} at 1 % flagged, {at[5]:.3f} at 5 %;"
            f" {false:.1f} false flags per 1,000 rows at 1 %",
            recall_1=at[1],
            recall_5=at[5],
            false=false,
        )


def selection(rows: int) -> None:
    """Declarations with few illicit rows whose importers' past matters: ours beside plain XGBoost over codes, later
    rows judging; then a million rows scored.
    """
    table = consignments(rows, 5)
    earlier = np.array(table["date"]) < "2024-07-01"
    train_path, late_path = (
        written(table.filter(earlier), HOME / "earlier.csv"),
        written(table.filter(~earlier), HOME / "later.csv"),
    )
    connection = engine("duckdb", "4GB", HOME)
    start = time.perf_counter()
    model = train(consignments_of(connection, train_path), TrainingParameters("illicit", revenue="duty_found"))
    learning = time.perf_counter() - start
    late = consignments_of(connection, late_path)
    label = labels_of(late, "illicit")
    start = time.perf_counter()
    found = score(model, late)
    spent = time.perf_counter() - start
    said = figures(label, found.score)
    frame, later = pd.read_csv(train_path, dtype={"hs": str}), pd.read_csv(late_path, dtype={"hs": str})
    names = ["office", "importer", "declarant", "hs", "origin", "mode", "net_weight", "value", "duty_rate"]
    codes = {name: {value: at for at, value in enumerate(frame[name].unique())} for name in names[:6]}
    coded = [
        np.column_stack([one[name].map(codes[name]).fillna(-1) if name in codes else one[name] for name in names])
        for one in (frame, later)
    ]
    plain = xgboost.train(
        {"objective": "binary:logistic", "verbosity": 0}, xgboost.DMatrix(coded[0], label=frame["illicit"]), 100
    ).predict(xgboost.DMatrix(coded[1]))
    beside = figures(label, plain)
    say(
        "selection",
        f"{rows:,} declarations, {100 * table['illicit'].to_numpy().mean():.1f} % illicit: learnt in {learning:.0f} s;"
        f" AUC {said['auc']:.3f}, precision at 1, 5 % {said['precision_at']['1']:.3f}, {said['precision_at']['5']:.3f};"
        f" plain XGBoost over codes {auc(label, plain):.3f}, {beside['precision_at']['1']:.3f},"
        f" {beside['precision_at']['5']:.3f}",
        auc=said["auc"],
        plain_auc=beside["auc"],
    )
    say(
        "selection: scoring",
        f"{late.rows:,} rows in {spent:.1f} s with reasons for the first 50,000: {late.rows / spent * 60:,.0f} rows a"
        " minute",
        rows_a_minute=late.rows / spent * 60,
    )


def main() -> None:
    """Runs the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--only", default="injection,prices,mirror,selection")
    chosen = parser.parse_args()
    only = chosen.only.split(",")
    if "injection" in only:
        injection()
    if "prices" in only:
        path = _declared(chosen.rows, HOME / "declared.parquet")
        beside("prices", path, f"{chosen.rows:,} declarations")
        plain(path)
        path.unlink()
    if "mirror" in only:
        sides = chosen.rows * 3 // 5
        beside("mirror", _reported(sides, HOME / "reported.parquet"), f"2 x {sides:,} rows of two sides")
    if "selection" in only:
        selection(max(chosen.rows // 10, 100_000))
    print(json.dumps(FOUND))


main()
