"""Both sides of every flow compared by hand in other tools: the mirror half of `rivals`."""

from __future__ import annotations

import tempfile
from pathlib import Path


def answer(out: Path) -> tuple[int, float]:
    """How many rows a result has, and the sum of their amounts."""
    import duckdb  # noqa: PLC0415 -- each process loads what it measures

    found = duckdb.sql(f"SELECT count(*), sum(amount) FROM '{out}'").fetchone()
    return (int(found[0]), float(found[1])) if found else (0, 0.0)


def mirror_sql(path: Path, out: Path) -> tuple[int, float]:
    """Both sides of every flow by hand in DuckDB's SQL, within 4 GB, as ours."""
    import duckdb  # noqa: PLC0415 -- each process loads what it measures

    base = duckdb.connect()
    base.execute("SET memory_limit = '4GB'; SET preserve_insertion_order = false")
    base.execute(f"SET temp_directory = '{tempfile.mkdtemp()}'")
    base.execute(
        f"""COPY (
        WITH w AS (
            SELECT if(flowCode = 'M', partnerISO, reporterISO) AS exporter,
                if(flowCode = 'M', reporterISO, partnerISO) AS importer, cmdCode AS product, refYear AS year,
                sum(primaryValue) FILTER (flowCode = 'M') AS imported,
                sum(primaryValue) FILTER (flowCode = 'X') AS exported,
                sum(netWgt) FILTER (flowCode = 'M') AS import_weight,
                sum(netWgt) FILTER (flowCode = 'X') AS export_weight
            FROM '{path}' GROUP BY ALL
        ),
        f AS (SELECT *, imported / 1.06 AS fob, imported > 0 AND exported > 0 AS matched FROM w),
        r AS (
            SELECT *, if(matched, fob / exported, NULL) AS value_ratio,
                if(matched, import_weight / export_weight, NULL) AS weight_ratio,
                if(matched, fob - exported, NULL) AS amount
            FROM f
        )
        SELECT *, value_ratio / weight_ratio AS unit_value_ratio, amount / greatest(fob, exported) AS relative,
            CASE WHEN abs(amount / greatest(fob, exported)) >= 0.5 THEN
                CASE WHEN weight_ratio IS NULL THEN 'unweighed'
                    WHEN abs(ln(weight_ratio)) <= ln(1.25) THEN 'value' ELSE 'quantity' END
            END AS kind,
            coalesce(imported, exported) AS harmonised
        FROM r ORDER BY abs(coalesce(amount, -1)) DESC, exporter, importer, product, year
        ) TO '{out}' (FORMAT parquet)"""
    )
    return answer(out)


def mirror_ours(path: Path, out: Path) -> tuple[int, float]:
    """The whole comparison within 4 GB: foreign layouts, countries, reasons for
    what is left out, summaries, three factors.
    """
    from scratch import HOME  # noqa: PLC0415 -- sets up a node

    from tidewaiter.trade.mirror.mirror_data import MirrorParameters  # noqa: PLC0415 -- after it
    from tidewaiter.trade.mirror.mirror_run import Reported, compare, write_flows  # noqa: PLC0415 -- after it

    found = compare(Reported(path), HOME / "mirror", MirrorParameters(factor=1.06, fob_reporters=()), memory="4GB")
    write_flows(found, HOME / "mirror", out, "4GB")
    import duckdb  # noqa: PLC0415 -- each process loads what it measures

    said = duckdb.sql(f"SELECT count(*), sum(gap) FROM '{out}'").fetchone()
    return (int(said[0]), float(said[1])) if said else (0, 0.0)


def mirror_polars(path: Path, out: Path) -> tuple[int, float]:
    """Both sides of every flow by hand in polars, by its streaming engine."""
    import polars as pl  # noqa: PLC0415 -- each process loads what it measures

    bought = pl.col("flowCode") == "M"
    d = pl.scan_parquet(path).select(
        exporter=pl.when(bought).then("partnerISO").otherwise("reporterISO"),
        importer=pl.when(bought).then("reporterISO").otherwise("partnerISO"),
        product="cmdCode",
        year="refYear",
        flow="flowCode",
        value="primaryValue",
        weight="netWgt",
    )
    m, x = pl.col("flow") == "M", pl.col("flow") == "X"
    value, weight = pl.col("value"), pl.col("weight")
    d = d.group_by("exporter", "importer", "product", "year").agg(
        imported=value.filter(m).sum(),
        exported=value.filter(x).sum(),
        import_weight=weight.filter(m).sum(),
        export_weight=weight.filter(x).sum(),
    )
    matched = (pl.col("imported") > 0) & (pl.col("exported") > 0)
    d = d.with_columns(fob=pl.col("imported") / 1.06, matched=matched)
    d = d.with_columns(
        value_ratio=pl.when("matched").then(pl.col("fob") / pl.col("exported")),
        weight_ratio=pl.when("matched").then(pl.col("import_weight") / pl.col("export_weight")),
        amount=pl.when("matched").then(pl.col("fob") - pl.col("exported")),
    )
    d = d.with_columns(
        unit_value_ratio=pl.col("value_ratio") / pl.col("weight_ratio"),
        relative=pl.col("amount") / pl.max_horizontal("fob", "exported"),
        harmonised=pl.coalesce("imported", "exported"),
    )
    kind = pl.when(pl.col("relative").abs() >= 0.5).then(
        pl.when(pl.col("weight_ratio").log().abs() <= 0.22314355131420976)
        .then(pl.lit("value"))
        .otherwise(pl.lit("quantity"))
    )
    d.with_columns(kind=kind, size=pl.col("amount").abs().fill_null(-1)).sort(
        ["size", "exporter", "importer", "product", "year"], descending=[True, False, False, False, False]
    ).drop("size").sink_parquet(out, engine="streaming")
    return answer(out)


def mirror_pandas(path: Path, out: Path) -> tuple[int, float]:
    """Both sides of every flow by hand in pandas."""
    import numpy as np  # noqa: PLC0415 -- each process loads what it measures
    import pandas as pd  # noqa: PLC0415 -- each process loads what it measures

    d = pd.read_parquet(path)
    sides = {}
    for flow, who, whom in (("M", "partnerISO", "reporterISO"), ("X", "reporterISO", "partnerISO")):
        side = d[d["flowCode"] == flow].rename(
            columns={who: "exporter", whom: "importer", "cmdCode": "product", "refYear": "year"}
        )
        sides[flow] = side.groupby(["exporter", "importer", "product", "year"], sort=False)[
            ["primaryValue", "netWgt"]
        ].sum()
    f = sides["M"].join(sides["X"], how="outer", lsuffix="_m", rsuffix="_x").reset_index()
    f["fob"] = f["primaryValue_m"] / 1.06
    matched = (f["fob"] > 0) & (f["primaryValue_x"] > 0)
    f["value_ratio"] = (f["fob"] / f["primaryValue_x"]).where(matched)
    f["weight_ratio"] = (f["netWgt_m"] / f["netWgt_x"]).where(matched)
    f["amount"] = (f["fob"] - f["primaryValue_x"]).where(matched)
    f["unit_value_ratio"], f["relative"] = (
        f["value_ratio"] / f["weight_ratio"],
        f["amount"] / np.maximum(f["fob"], f["primaryValue_x"]),
    )
    f["kind"] = np.where(
        f["relative"].abs() >= 0.5, np.where(np.log(f["weight_ratio"]).abs() <= np.log(1.25), "value", "quantity"), None
    )
    f["size"] = f["amount"].abs().fillna(-1)
    f.sort_values(["size", "exporter", "importer", "product", "year"], ascending=[False, True, True, True, True]).drop(
        columns="size"
    ).to_parquet(out)
    return answer(out)
