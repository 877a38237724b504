"""Weights agree up to a quarter, in either direction: a gap is then one of values, else one of quantities."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.mirror.mirror_run import Reported, compare

pytestmark = pytest.mark.django_db
HEADS = "reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt,motCode,partner2Code,customsCode\n"
WEIGHTS = {"010121": "1240", "010129": "1260", "010130": "807", "010190": "793", "020110": ""}
"""By product: what the importer weighed of what the exporter says were 1,000 kilograms."""


def _kinds(folder: Path, parameters: MirrorParameters) -> dict[str, str | None]:
    lines = []
    for product, weight in WEIGHTS.items():
        lines.append(f"CHN,KEN,X,{product},2023,1000,1000,0,0,C00")
        lines.append(f"KEN,CHN,M,{product},2023,9000,{weight},0,0,C00")
    path = folder / "c.csv"
    path.write_text(HEADS + "\n".join(lines) + "\n")
    compare(Reported(path), folder / "w", parameters)
    return {row["product"]: row["kind"] for row in pq.read_table(folder / "w" / "flows.parquet").to_pylist()}


def test_a_quarter_more_or_a_fifth_less_still_agrees(tmp_path: Path) -> None:
    assert _kinds(tmp_path, MirrorParameters()) == {
        "010121": "value",
        "010129": "quantity",
        "010130": "value",
        "010190": "quantity",
        "020110": "unweighed",
    }


def test_a_wider_tolerance_is_the_one_that_was_asked(tmp_path: Path) -> None:
    kinds = _kinds(tmp_path, MirrorParameters(weight_tolerance=0.3))
    assert {product for product, kind in kinds.items() if kind == "quantity"} == set()
