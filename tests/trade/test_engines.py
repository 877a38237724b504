"""The same expressions on Apache Spark give the same rows. Skipped by name where Spark or Java is
not installed (`make install-spark`).
"""

from __future__ import annotations

import importlib.util
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from django.core.management import CommandError, call_command

from tests.conftest import Program
from tests.trade.declared import made, written
from tests.trade.test_mirror import _comtrade
from tidewaiter.trade.engines import ENGINES
from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.mirror.mirror_run import Reported, compare
from tidewaiter.trade.prices.price_run import Source, screen
from tidewaiter.trade.prices.unit_prices import PriceParameters

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("spark")]
HAS_SPARK = importlib.util.find_spec("pyspark") is not None
HAS_JAVA = bool(shutil.which("java") or os.environ.get("JAVA_HOME"))
spark = pytest.mark.skipif(
    not (HAS_SPARK and HAS_JAVA), reason="Spark or Java 17 is not installed here: make install-spark"
)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    return bool(one == other)


def _rows(path: Path, key: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ds.dataset(path, format="parquet").to_table().to_pylist()
    return sorted(found, key=key)


def _same(first: Path, second: Path, key: Callable[[dict[str, Any]], Any], apart: tuple[str, ...] = ()) -> int:
    """How many rows both tables hold; each row of the one equals that of the other, column by column."""
    ours, theirs = _rows(first, key), _rows(second, key)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.keys() == other.keys()
        for name in one.keys() - set(apart):
            assert _alike(one[name], other[name]), (name, one, other)
    return len(ours)


@spark
def test_unit_prices_are_the_same_on_spark_row_by_row(tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", made(700))
    asked = PriceParameters(min_group=12, reference=[{"hs": "610910", "unit": "KGM", "low": 2.0, "high": 4.0}])
    found = [
        screen(Source(path), tmp_path / name, asked, engine_name=name, memory="1GB").answer()
        for name in ("duckdb", "spark")
    ]
    for said in found:
        said.pop("seconds")
    assert found[0] == found[1]
    assert found[0]["flagged"] > 100
    flagged = [tmp_path / name / "screened.parquet" / "0000.parquet" for name in ("duckdb", "spark")]
    assert _same(flagged[0], flagged[1], lambda row: row["id"], ("row",)) > 100
    cells = [tmp_path / name / "likes.parquet" / "0000.parquet" for name in ("duckdb", "spark")]
    assert (
        _same(
            cells[0],
            cells[1],
            lambda row: str(sorted((key, str(row[key])) for key in ("hs", "partner", "flow", "year", "quarter"))),
        )
        > 10
    )


@spark
def test_a_mirror_comparison_is_the_same_on_spark_row_by_row(tmp_path: Path) -> None:
    path, _said = _comtrade(tmp_path / "comtrade.csv")
    found = [
        compare(Reported(path), tmp_path / name, MirrorParameters(), engine_name=name, memory="1GB").answer()
        for name in ("duckdb", "spark")
    ]
    for said in found:
        said.pop("seconds")
    for name, value in found[0].items():
        if isinstance(value, float):
            assert _alike(value, found[1][name]), name
    assert (found[0]["flows"], found[0]["gaps"], found[0]["dropped"]) == (
        found[1]["flows"],
        found[1]["gaps"],
        found[1]["dropped"],
    )
    flows = [tmp_path / name / "flows.parquet" for name in ("duckdb", "spark")]
    assert _same(flows[0], flows[1], lambda row: (row["exporter"], row["importer"], row["product"], row["year"])) > 100


@spark
def test_partitions_by_chapter_and_year_by_command_on_both_engines(tmp_path: Path, small_node: Program) -> None:
    small_node.environment["PATH"] = "/usr/bin:/bin"  # as a bare shell has it: its python3 may be another one
    rows = [row | {"hs2": row["HS Code"][:2], "year": row["Date"][:4]} for row in made(500)]
    layout = ds.partitioning(pa.schema([("hs2", pa.string()), ("year", pa.string())]), flavor="hive")
    ds.write_dataset(pa.Table.from_pylist(rows), tmp_path / "lake", format="parquet", partitioning=layout)
    assert (tmp_path / "lake" / "hs2=61" / "year=2024").is_dir()
    said = []
    for name in ("duckdb", "spark"):
        out = tmp_path / f"{name}.csv"
        found = small_node.json(
            "unit_prices",
            str(tmp_path / "lake"),
            "-o",
            str(out),
            "--engine",
            name,
            "--memory",
            "1GB",
            "--min-group",
            "12",
        )
        said.append(found | {"seconds": 0})
        assert out.read_text().count("\n") == said[-1]["flagged"] + 1
    assert said[0] == said[1]
    assert said[0]["flagged"] > 50


@pytest.mark.skipif(HAS_SPARK and HAS_JAVA, reason="Spark is installed here")
def test_without_spark_the_command_says_what_to_install(tmp_path: Path) -> None:
    assert "spark" in ENGINES
    path = written(tmp_path / "d.csv", made(50))
    with pytest.raises(CommandError) as ended:
        call_command("unit_prices", str(path), output=str(tmp_path / "o.csv"), engine="spark", format="json")
    assert ended.value.returncode == 2
