"""Mirror-data analysis (the partner country method):
what importers report beside what exporters report (DOMAIN.md §3.2).

A gap is an indicator of risk, not a loss and not a finding: the two sides differ even
where both follow the recommendations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import ibis
import pyarrow as pa
from django.utils.translation import gettext as _
from ibis import _ as row

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.expressions import Rows
from tidewaiter.trade.mirror.packed_flows import Held

FOB_REPORTERS = ("BR", "KH", "CA", "GN", "PY", "ZA", "UA", "US", "ML", "TJ")
"""Countries whose imports are published FOB (Lépissier, Davis & Ibrahim 2021): they are not divided by the factor."""
ENTREPOTS = ("HK", "SG", "NL", "BE", "AE", "PA", "CH", "MO")
"""Importers say the origin, exporters the last known destination: what passes through these
breaks the pair, and is shown apart.
"""
CAVEATS = (
    (
        "The two sides differ even where both countries follow the recommendations: freight and insurance, time lags,"
        " general or special trade, free zones, confidentiality, thresholds, classification, attribution to partners,"
        " currency, units, revisions."
    ),
    "A false invoice that both sides declare is not seen.",
    "A gap is an indicator of risk, not an amount of money lost.",
)
"""Printed with every result (DOMAIN.md §3.4)."""
KEYS = ("exporter", "importer", "product", "year")


@dataclass(frozen=True, slots=True)
class MirrorParameters:
    """What an analyst sets. Raises `BadInput` where it does not hold together."""

    factor: float = 1.06
    """CIF over FOB, where the table of factors says nothing."""
    factors: Any = field(default=None, compare=False)
    """Rows of `factor` with any of `importer, exporter, product` (a code may be the
    beginning of one); what says most wins.
    """
    fob_reporters: tuple[str, ...] = FOB_REPORTERS
    entrepots: tuple[str, ...] = ENTREPOTS
    net_re_exports: bool = True
    relative: float = 0.5
    """From which share of the larger side a gap is listed."""
    weight_tolerance: float = 0.25
    """Up to which difference weights are taken to agree."""

    def __post_init__(self) -> None:
        if not 0.5 <= self.factor <= 3:
            raise BadInput("factor", _("The CIF/FOB factor lies between 0.5 and 3; 1.06 and 1.10 are usual."))
        if not 0 < self.relative < 1 or not 0 < self.weight_tolerance < 5:
            raise BadInput("parameters", _("A share lies between 0 and 1."))

    def answer(self) -> JsonObject:
        """What was set, as every output says it: how many rules a table of factors has, not the rules."""
        said = {
            name: getattr(self, name)
            for name in ("factor", "fob_reporters", "entrepots", "net_re_exports", "relative", "weight_tolerance")
        }
        return said | {"factors": len(self.factors) if self.factors is not None else 0}

    def about(self) -> str:
        """The method, what was set, and what it does not say, in a line: it goes with every file of results."""
        constant = f"CIF/FOB {self.factor:g}" + (
            f" and a table of {len(self.factors)} factors" if self.factors is not None else ""
        )
        net = "exports without re-exports" if self.net_re_exports else "gross exports"
        listed = (
            f"gaps listed from {self.relative:.0%} of the larger side, weights agreeing within"
            f" {self.weight_tolerance:.0%}"
        )
        return f"Mirror data analysis; {constant}; {net}; {listed}. {' '.join(CAVEATS)}"


def mirror(rows: Rows, parameters: MirrorParameters | None = None) -> Rows:
    """A row for each flow (exporter × importer × product × year)
    of cleaned rows (`flows.cleaned`), as an Ibis expression.

    Columns: the keys, `imported` and `exported` as reported, `factor`, `imported_fob`, `exported_net`, weights of both
    sides, `matched`, `value_ratio`, `weight_ratio`, `unit_value_ratio` (importers' over exporters' side), `gap`
    (imported FOB less exported net), `relative`, `harmonised` (the importer's value, else the exporter's: the rule by
    which the World Bank fills one matrix), `kind` (`value`: the weights agree; `quantity`: they do not; `unweighed`;
    null where no gap is listed), `entrepot`.
    """
    asked = parameters or MirrorParameters()
    return told(balanced(summed(rows), asked), asked)


SIDES = {
    "imported": ("value", "import"),
    "exported": ("value", "export"),
    "re_exported": ("value", "re_export"),
    "import_weight": ("weight", "import"),
    "export_weight": ("weight", "export"),
    "reconciled": ("value", "both"),
}
"""What is summed up of a flow: which column of rows of which side."""


def summed(rows: Rows, held: Held | None = None) -> Rows:
    """What both sides say of each flow of cleaned rows, added up, and the first and last edition; what rows
    do not hold is not looked for. Rows that have the number of their flow are grouped by it alone, those
    left out too: `rows` says how many they are.
    """
    found = {name: of for name, of in SIDES.items() if held is None or of[1] in held.sides}
    # a sum of weights in which a part has none is no weight: NaN makes it none
    whole = rows.mutate(weight=rows.weight.fill_null(ibis.ifelse(rows.value > 0, float("nan"), 0.0)))
    sums = {name: row[column].sum(where=row.side == side) for name, (column, side) in found.items()}
    if held is None or held.editions > 1:
        sums |= {"first": row.edition.min(), "last": row.edition.max()}
    if "flow" not in rows.columns:
        return _weighed(whole.filter(row.left_out == "").group_by(list(KEYS)).agg(**sums))
    return _weighed(whole.group_by("flow").agg(**sums, rows=row.count()))


def _weighed(sums: Rows) -> Rows:
    weights = [name for name, (column, _side) in SIDES.items() if column == "weight" and name in sums.columns]
    return sums.mutate(**{name: ibis.ifelse(sums[name].isnan(), ibis.null("float64"), sums[name]) for name in weights})


def balanced(sums: Rows, asked: MirrorParameters) -> Rows:
    """The flows that both sides were summed up for, up to their gap; a `factor` that they have stays."""
    flows = sums.mutate(**{name: ibis.null("float64") for name in SIDES if name not in sums.columns})
    flows = flows.filter(row.imported.notnull() | row.exported.notnull() | row.reconciled.notnull())
    if "factor" not in flows.columns:
        flows = _with_factor(flows, asked)
    net = row.exported - row.re_exported.fill_null(0.0) if asked.net_re_exports else row.exported
    flows = flows.mutate(imported_fob=row.imported / row.factor, exported_net=ibis.ifelse(net > 0, net, 0.0))
    flows = flows.mutate(matched=(row.imported_fob > 0).fill_null(False) & (row.exported_net > 0).fill_null(False))
    return flows.mutate(gap=ibis.ifelse(row.matched, row.imported_fob - row.exported_net, ibis.null("float64")))


def told(flows: Rows, asked: MirrorParameters) -> Rows:
    """All that is told of flows whose gap is known."""
    nothing = ibis.null("float64")
    flows = flows.mutate(
        editions=(ibis.ifelse(flows.first == flows.last, 1, 2) if "first" in flows.columns else ibis.literal(1)).cast(
            "int8"
        ),
        harmonised=ibis.coalesce(row.imported, row.exported, row.reconciled),
        weighed=(row.import_weight > 0).fill_null(False) & (row.export_weight > 0).fill_null(False),
        entrepot=row.exporter.isin(asked.entrepots) | row.importer.isin(asked.entrepots),
    )
    flows = flows.mutate(
        value_ratio=ibis.ifelse(row.matched, row.imported_fob / row.exported_net, nothing),
        weight_ratio=ibis.ifelse(row.matched & row.weighed, row.import_weight / row.export_weight, nothing),
    )
    flows = flows.mutate(
        unit_value_ratio=row.value_ratio / row.weight_ratio,
        relative=row.gap / ibis.ifelse(row.imported_fob > row.exported_net, row.imported_fob, row.exported_net),
    )
    large = row.relative.abs() >= asked.relative
    alike = row.weight_ratio.ln().abs() <= math.log1p(asked.weight_tolerance)
    return flows.mutate(
        kind=ibis.cases(
            (~large.fill_null(False), ibis.null("string")),
            (row.weight_ratio.isnull(), "unweighed"),
            (alike, "value"),
            else_="quantity",
        )
    ).drop("weighed")


def _with_factor(flows: Rows, asked: MirrorParameters) -> Rows:
    """The factor of each flow: 1 where the importer publishes FOB, else of the
    table what says most, else the constant.
    """
    kinds: dict[tuple[bool, bool, int], dict[tuple[str, str, str], float]] = {}
    for one in asked.factors or ():
        keys = (one.get("importer") or "", one.get("exporter") or "", one.get("product") or "")
        known = kinds.setdefault((keys[0] != "", keys[1] != "", len(keys[2])), {})
        known[keys] = min(float(one["factor"]), known.get(keys, math.inf))
    given = []
    # one join for each kind of rule, the one that names most first: a table of all pairs of the world is joined,
    # not tried
    for at, (of, rules) in enumerate(sorted(kinds.items(), key=lambda kind: (-kind[0][0] - kind[0][1], -kind[0][2]))):
        columns = dict(zip(("r_importer", "r_exporter", "r_product"), zip(*rules, strict=True), strict=True))
        listed = ibis.memtable(pa.table({**columns, f"given_{at}": list(rules.values())}))
        flows = flows.left_join(
            listed,
            [flows.importer == listed.r_importer] * of[0]
            + [flows.exporter == listed.r_exporter] * of[1]
            + [flows.product.substr(0, of[2]) == listed.r_product],
        ).drop("r_importer", "r_exporter", "r_product")
        given.append(f"given_{at}")
    found = ibis.coalesce(*(flows[name] for name in given), asked.factor)
    return flows.mutate(factor=ibis.ifelse(row.importer.isin(asked.fob_reporters), 1.0, found)).drop(*given)
