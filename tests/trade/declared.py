"""Declarations for the tests of unit prices: made ones, a screen of them, and the same by the book."""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq

from tidewaiter.trade.prices.price_run import Source, screen
from tidewaiter.trade.prices.unit_prices import PriceParameters, unit_prices

HEADS = (
    "Declaration ID",
    "Date",
    "HS Code",
    "Country of Origin",
    "Net Mass",
    "Unit",
    "Customs Value",
    "Importer ID",
    "Flow",
)


def made(number: int = 900, seed: int = 3) -> list[dict[str, str]]:
    """Declarations of three goods from three origins over two years, some priced far off."""
    chance = random.Random(seed)
    rows = []
    for n in range(number):
        hs, origin = chance.choice(("8504409000", "8504401000", "6109100000")), chance.choice(("CN", "VN", "TR"))
        quantity, price = chance.randrange(1, 500), {"8": 12.0, "6": 4.0}[hs[0]] * math.exp(chance.gauss(0, 0.3))
        price *= chance.choices((1, 3, 0.3, 10), (90, 4, 4, 2))[0]
        rows.append(
            dict(
                zip(
                    HEADS,
                    (
                        f"D{n:05}",
                        f"202{4 + n % 2}-{1 + n % 12:02}-15",
                        hs,
                        origin,
                        str(quantity),
                        "KG",
                        f"{price * quantity:.4f}",
                        f"I{n % 7}",
                        chance.choice(("import", "export")),
                    ),
                    strict=True,
                )
            )
        )
    return rows


def written(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def screened(
    path: Path, tmp_path: Path, parameters: PriceParameters | None = None, **said: Any
) -> tuple[Any, dict[str, dict[str, Any]]]:
    work = tmp_path / f"work{len(list(tmp_path.iterdir()))}"
    asked = parameters or PriceParameters()
    found = screen(Source(path, **said), work, asked)
    rows = {row["id"]: row for row in every_row(work, asked)}
    flagged = pq.read_table(work / "screened.parquet").to_pylist()
    assert all(row.items() <= rows[row["id"]].items() for row in flagged), "what is kept is what the whole says"
    assert {key for key, row in rows.items() if row["side"] or row["side_beside"]} == {row["id"] for row in flagged}
    return found, rows


def every_row(work: Path, parameters: PriceParameters) -> list[dict[str, Any]]:
    """Every row of a screen by the library's own door: flagged or not."""
    whole = unit_prices(ibis.duckdb.connect().read_parquet(str(work / "cleaned.parquet")), parameters)
    found: list[dict[str, Any]] = whole.to_pyarrow().to_pylist()
    return found


def recount(rows: list[dict[str, str]], parameters: PriceParameters) -> dict[str, dict[str, Any]]:
    """The same by the book: for every row the like ones without it, sorted, the value at the nearest rank."""
    known = [
        {
            "id": row["Declaration ID"],
            "hs10": row["HS Code"],
            "hs6": row["HS Code"][:6],
            "partner": row["Country of Origin"],
            "flow": row["Flow"],
            "year": row["Date"][:4],
            "quarter": (int(row["Date"][5:7]) - 1) // 3,
            "price": float(row["Customs Value"]) / float(row["Net Mass"]),
            "quantity": float(row["Net Mass"]),
        }
        for row in rows
    ]
    found: dict[str, dict[str, Any]] = {}
    for row in known:
        answer: dict[str, Any] = {"rung": None, "side": None, "amount": 0.0}
        for rung, keys in enumerate(parameters.ladder):
            every = ["flow", *keys, *(["year"] if "quarter" in keys else [])]
            like = sorted(
                other["price"]
                for other in known
                if other["id"] != row["id"] and all(other[key] == row[key] for key in every)
            )
            if len(like) < parameters.min_group:
                continue
            low, high = (
                like[max(1, math.ceil(quantile * len(like))) - 1] for quantile in (parameters.low, parameters.high)
            )
            answer = {"rung": rung, "low": low, "high": high, "group_size": len(like) + 1, "side": None, "amount": 0.0}
            if row["price"] > high:
                answer |= {"side": "over", "amount": (row["price"] - high) * row["quantity"]}
            elif row["price"] < low:
                answer |= {"side": "under", "amount": (low - row["price"]) * row["quantity"]}
            break
        found[row["id"]] = answer
    return found
