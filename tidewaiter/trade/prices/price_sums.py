"""The figures of a unit-price screen: counts, amounts by currency, summaries of what was flagged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.engines import digest, read_parquet
from tidewaiter.trade.expressions import Engine, Rows
from tidewaiter.trade.prices.unit_prices import PriceParameters, keys_of, usable

SUMMARIES = {"importer": ("importer",), "partner": ("partner",), "product": ("hs6",), "month": ("year", "month")}
"""Summaries of what was flagged, by what."""
_AMOUNTS = ("over_value", "under_value", "outflow", "inflow", "over_value_beside", "under_value_beside")


def added_up(connection: Engine, rows: Rows, work: Path, parameters: PriceParameters) -> JsonObject:
    """The figures of a screen."""
    result, cells = (read_parquet(connection, work / name) for name in ("screened.parquet", "likes.parquet"))
    figures = (
        result.agg(flagged=row.side.count(), slips=row.slip.count(), beside=row.side_beside.count()).execute().iloc[0]
    )
    used = rows.filter(row.left_out == "")
    read = rows.agg(rows=row.count(), mended=row.hs_mended.sum()).execute().iloc[0]
    by_currency = _by_currency(used, result)
    several = len(by_currency) > 1  # then no amount is told over all: dollars and yen have no sum
    amounts = {name: None if several else sum(one[name] for one in by_currency) for name in _AMOUNTS}
    keys = {name: (*of, "currency") if several else of for name, of in SUMMARIES.items()}
    return amounts | {
        "by_currency": by_currency if several else [],
        "rows": int(read.rows),
        "groups": _groups(cells, parameters),
        "flagged": int(figures.flagged),
        "usable": int(cells.rows.sum(where=cells.rung.notnull()).execute() or 0),
        "slips": int(figures.slips),
        "beside": int(figures.beside),
        "hs_mended": int(read.mended or 0),
        "summaries": {name: _summary(rows, result, of) for name, of in keys.items()},
    }


def _by_currency(used: Rows, result: Rows) -> list[JsonObject]:
    """Of each currency the rows, and the amounts that both pairs of quantiles flag."""
    amounts = result.group_by("currency").agg(
        flagged=row.side.count(),
        over_value=row.amount.sum(where=row.side == "over"),
        under_value=row.amount.sum(where=row.side == "under"),
        outflow=row.amount.sum(where=row.movement == "outflow"),
        inflow=row.amount.sum(where=row.movement == "inflow"),
        over_value_beside=row.amount_beside.sum(where=row.side_beside == "over"),
        under_value_beside=row.amount_beside.sum(where=row.side_beside == "under"),
    )
    found = {one["currency"]: one for one in amounts.to_pyarrow().to_pylist()}
    counted = used.group_by("currency").agg(rows=row.count()).order_by("currency").to_pyarrow().to_pylist()
    said = []
    for one in counted:
        flagged = found.get(one["currency"], {})
        sums = {name: _number(flagged.get(name)) for name in _AMOUNTS}
        said.append(
            {"currency": one["currency"], "rows": int(one["rows"]), "flagged": int(flagged.get("flagged", 0)), **sums}
        )
    return said


def repeated_rows(connection: Engine, rows: Rows) -> int:
    """How many rows say the same as another, by 64 bits of what each says: of a hundred million rows two that
    differ share them in one case of 3,700.
    """
    said = digest(connection, rows, [name for name in rows.columns if name != "row"])
    found = rows.agg(rows=row.count(), apart=said.nunique()).execute().iloc[0]
    return int(found.rows - found.apart)


def _number(value: Any) -> float:
    return round(float(value), 2) if value == value and value is not None else 0.0


def _groups(cells: Rows, parameters: PriceParameters) -> int:
    """How many groups of like ones were used."""
    number = 0
    for rung, keys in enumerate(parameters.ladder):
        number += int(cells.filter(cells.rung == rung).select(*keys_of(keys)).distinct().count().execute())
    return number


def _summary(rows: Rows, result: Rows, keys: tuple[str, ...], most: int = 200) -> list[JsonObject]:
    """Of those with the greatest amounts: how many rows they have, how many are flagged, the amounts over and under."""
    flagged = (
        result.group_by(list(keys))
        .agg(
            flagged=row.side.count(),
            over=row.amount.sum(where=row.side == "over").fill_null(0.0),
            under=row.amount.sum(where=row.side == "under").fill_null(0.0),
            slips=row.slip.count(),
        )
        .filter(row.flagged > 0)
    )
    flagged = flagged.order_by([ibis.desc(row.over + row.under), *keys]).limit(most)
    every = usable(rows).group_by(list(keys)).agg(rows=row.count())
    found = flagged.inner_join(every, [flagged[key].identical_to(every[key]) for key in keys])
    found = found.order_by([ibis.desc(row.over + row.under), *keys]).select(
        *keys, "rows", "flagged", over=row.over.round(2), under=row.under.round(2), slips=row.slips
    )
    return [dict(one) for one in found.execute().to_dict("records")]
