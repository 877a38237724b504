"""CIF over FOB by pair of countries, estimated from what both sides report (DOMAIN.md
§3.3, the licit part of the regression).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.codelists.countries import Countries
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.readings.numbers import mark_of, read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.foreign_columns import Asked
from tidewaiter.trade.engines import read_parquet
from tidewaiter.trade.expressions import Column, Engine, Rows
from tidewaiter.trade.files.opening import opened
from tidewaiter.trade.files.writing import stage_kept
from tidewaiter.trade.mirror.mirror_data import MirrorParameters, balanced, told

DISTANCES = (
    Asked("exporter", ("iso_o", "iso3_o", "origin", "i", "country_o")),
    Asked("importer", ("iso_d", "iso3_d", "destination", "j", "country_d")),
    Asked("distance", ("distw", "distw_harmonic", "dist", "distcap", "distance km", "km", "DISTij")),
    Asked("contiguous", ("contig", "contiguity", "CONTij")),
)
"""What a table of distances says (CEPII's GeoDist and Gravity have these columns): kilometres, and 1 for neighbours."""
LANDLOCKED = frozenset(
    (
        "AD",
        "AF",
        "AM",
        "AT",
        "AZ",
        "BF",
        "BI",
        "BO",
        "BT",
        "BW",
        "BY",
        "CF",
        "CH",
        "CZ",
        "ET",
        "HU",
        "KG",
        "KZ",
        "LA",
        "LI",
        "LS",
        "LU",
        "MD",
        "MK",
        "ML",
        "MN",
        "MW",
        "NE",
        "NP",
        "PY",
        "RS",
        "RW",
        "SK",
        "SM",
        "SS",
        "SZ",
        "TD",
        "TJ",
        "TM",
        "UG",
        "UZ",
        "VA",
        "XK",
        "ZM",
        "ZW",
    )
)
"""Countries without a coast."""
TERMS = ("distance", "distance_squared", "contiguous", "importer_landlocked", "exporter_landlocked")
PASSES = 12
NEAR = 0.01
"""Residuals of ln below this weigh alike."""
FEWEST = 200
"""Flows below which nothing is estimated."""
LARGEST = 3.0
"""A factor is never below 1 and never above this: beyond it the goods are not the same."""


@dataclass(frozen=True, slots=True)
class Margins:
    """What was estimated: the terms of ln(CIF/FOB) by thousand kilometres, how many
    flows they rest on, factors by pair.
    """

    terms: dict[str, float]
    flows: int
    fit: float
    """R², as weighted: how much of the scatter the terms explain. It is small: the
    rest is noise and what is looked for.
    """
    median: float
    same_goods: bool
    """Whether flows whose weights agree on both sides were enough to rest on them alone."""
    factors: list[JsonObject]

    def answer(self) -> JsonObject:
        """As the report prints it, without the factors of the pairs."""
        return {
            "terms": {name: round(value, 5) for name, value in self.terms.items()},
            "flows": self.flows,
            "fit": round(self.fit, 4),
            "median": round(self.median, 4),
            "same_goods": self.same_goods,
        }


def _pairs(connection: Engine, path: Path) -> list[JsonObject]:
    """(importer, exporter, the terms) of each pair of a table of distances."""
    raw, _found = opened(connection, path, DISTANCES, None)
    said = raw.execute()
    read = Countries()
    codes = {one: read.read(one) or "" for one in {*said["importer"], *said["exporter"]} if isinstance(one, str)}
    rows: dict[tuple[str, str], tuple[float, float]] = {}
    mark = mark_of(str(one) for one in said["distance"])
    for exporter, importer, distance, contiguous in zip(
        said["exporter"], said["importer"], said["distance"], said["contiguous"], strict=True
    ):
        key = (codes.get(importer, ""), codes.get(exporter, ""))
        far, beside = read_number(str(distance), mark).value, read_number(str(contiguous)).value
        if far is not None and beside is not None:  # a pair without a distance has the constant, no factor of its own
            rows.setdefault(key, (float(far) / 1000, float(beside)))
    found = [
        {
            "importer": importer,
            "exporter": exporter,
            "distance": far,
            "distance_squared": far * far,
            "contiguous": beside,
            "importer_landlocked": float(importer in LANDLOCKED),
            "exporter_landlocked": float(exporter in LANDLOCKED),
        }
        for (importer, exporter), (far, beside) in rows.items()
        if importer and exporter and importer != exporter and far == far and far > 0
    ]
    if not found:
        raise BadInput("no_rows", _("No pair of countries of the table of distances can be used."))
    return found


def estimated(connection: Engine, sums: Rows, distances: Path, asked: MirrorParameters, work: Path) -> Margins:
    """Regresses ln(imports / net exports) of matched flows on distance, contiguity and landlockedness, years apart, by
    least absolute deviations (least squares again and again, what lies far off weighing less): the middle of a scatter
    whose ends are what is looked for. Gives exp(fitted) for every pair of the table of distances.

    `sums` as `mirror_data.summed` gives them; the flows that are fitted lie in the folder `work` meanwhile. Entrepôts
    and importers that publish FOB are left out. Raises `BadInput`.
    """
    pairs = _pairs(connection, distances)
    plain = MirrorParameters(
        factor=1.0, fob_reporters=asked.fob_reporters, entrepots=asked.entrepots, net_re_exports=asked.net_re_exports
    )
    flows = told(balanced(sums, plain), plain).filter(
        row.matched
        & ~row.entrepot
        & ~row.importer.isin(asked.fob_reporters)
        & (row.value_ratio < 100)
        & (row.value_ratio > 0.01)
    )
    flows = flows.inner_join(ibis.memtable(pairs), ["importer", "exporter"]).mutate(y=row.value_ratio.ln())
    alike = flows.filter(row.weight_ratio.ln().abs() <= math.log1p(asked.weight_tolerance))
    same_goods = int(alike.count().execute()) >= 5 * FEWEST
    kept = work / "fitted.parquet"
    stage_kept((alike if same_goods else flows).select("year", "y", *TERMS), kept)
    flows = read_parquet(connection, kept)
    number = int(flows.count().execute())
    if number < FEWEST:
        raise BadInput(
            "too_few",
            _(
                "%(n)s flows have both sides and a distance; at least %(least)s are needed to estimate the factor. Give"
                " a number instead."
            )
            % {"n": number, "least": FEWEST},
        )
    weight: Any = ibis.literal(1.0)
    for _pass in range(PASSES):
        beta, constant, fit = _fitted(flows, weight)
        said = sum((flows[name] * float(beta[at]) for at, name in enumerate(TERMS)), ibis.literal(constant))
        off = (flows.y - said).abs()
        weight = 1.0 / ibis.ifelse(off > NEAR, off, NEAR)
    fitted = [constant + sum(float(beta[at]) * one[name] for at, name in enumerate(TERMS)) for one in pairs]
    factors = [
        {
            "importer": one["importer"],
            "exporter": one["exporter"],
            "product": "",
            "factor": min(max(math.exp(value), 1.0), LARGEST),
        }
        for one, value in zip(pairs, fitted, strict=True)
    ]
    terms = {"constant": constant} | {name: float(beta[at]) for at, name in enumerate(TERMS)}
    median = float(np.median([one["factor"] for one in factors]))
    return Margins(terms, number, fit, median, same_goods, factors)


def _fitted(flows: Rows, weight: Column) -> tuple[Any, float, float]:
    """(coefficients, constant of the mean year, R² as weighted) of least squares with an effect for each year.

    The engine adds up products of the columns; what is solved here is five by five, whatever the number of flows.
    """
    names = (*TERMS, "y")
    flows = flows.mutate(w=weight)
    sums = {f"s_{one}": (row.w * row[one]).sum() for one in names}
    sums |= {
        f"p_{at}_{by}": (row.w * row[one] * row[names[by]]).sum()
        for at, one in enumerate(names)
        for by in range(at, len(names))
    }
    found = flows.group_by("year").agg(n=row.w.sum(), **sums).execute()
    size = len(names)
    within, means, whole = np.zeros((size, size)), np.zeros(size), 0.0
    for year in found.to_dict("records"):
        totals = np.array([year[f"s_{one}"] for one in names])
        products = np.array([[year[f"p_{min(at, by)}_{max(at, by)}"] for by in range(size)] for at in range(size)])
        within += (
            products - np.outer(totals, totals) / year["n"]
        )  # what is left of the products when a year's own mean is taken off
        means += totals
        whole += float(year["n"])
    means /= whole
    beta, *_rest = np.linalg.lstsq(within[:-1, :-1], within[:-1, -1], rcond=None)
    spread = float(within[-1, -1])
    return beta, float(means[-1] - beta @ means[:-1]), float(beta @ within[:-1, -1]) / spread if spread else 0.0
