"""GTRIC: how likely counterfeits are among the trade in a product, and in what comes from
an economy (OECD/EUIPO; DOMAIN.md §5.4).

Seizures say where customs looked; set against what was traded they give a ranking. It is a propensity, not
an amount: money is a ceiling alone, and only with a fixed point that comes from evidence other than
seizures, which is always shown beside it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sql import Where, bound, composed
from tidewaiter.statistics.comparisons.external_tables import columns_of
from tidewaiter.statistics.dashboard.figures import chosen
from tidewaiter.statistics.dashboard.scope import Scope
from tidewaiter.statistics.models import BroughtTable
from tidewaiter.statistics.queries import executed
from tidewaiter.statistics.tables.grouping import SEIZURES

COMMODITIES = ("IPR", "MED")
"""Commodities of which infringing goods may be: counterfeits, and medicines."""
BY = ("seizures", "value")
"""What the share of a product in an economy's seizures is taken of: how many they are, or
their declared value in one currency.
"""


@dataclass(frozen=True, slots=True)
class Propensity:
    """A product or a provenance: its share in seizures and in trade, the factor
    between them, and the propensity in [0, 1].
    """

    key: str
    seized: float
    traded: float
    factor: float
    propensity: float


@dataclass(frozen=True, slots=True)
class Found:
    """The two rankings, and what they rest on."""

    products: list[Propensity]
    provenances: list[Propensity]
    economies: tuple[str, ...]
    """Reporting economies with both seizures and imports."""
    seizures: int
    """Lines of infringing goods, one that sums several as these; so are those without below."""
    without_product: int
    """Those that say no HS chapter, or come from an economy without imports in the table."""
    without_provenance: int
    currency: str
    ceiling: float | None
    """The upper bound of the value of counterfeits in the trade of the table, in the
    table's currency; with a fixed point alone.
    """
    fixed_point: float | None
    trade: float


def truncated_normal(values: Mapping[str, float]) -> dict[str, float]:
    """F of each value under a normal distribution cut off at nought, with the mean and
    the variance of the values (Hald 1952).
    """
    number = len(values)
    if not number:
        return {}
    mean = math.fsum(values.values()) / number
    variance = math.fsum((value - mean) ** 2 for value in values.values()) / (number - 1) if number > 1 else 0.0
    if variance <= 0.0:
        return dict.fromkeys(values, 0.5)
    spread = math.sqrt(variance)

    def below(value: float) -> float:
        return 0.5 * (1.0 + math.erf((value - mean) / (spread * math.sqrt(2.0))))

    cut = below(0.0)
    return {key: min(1.0, max(0.0, (below(value) - cut) / (1.0 - cut))) for key, value in values.items()}


def factors(
    seized: Mapping[tuple[str, str], float], imports: Mapping[str, float], traded: Mapping[str, float]
) -> list[Propensity]:
    """Ranks products (or provenances). `seized` is by (economy, product), `imports` each economy's sensitive imports,
    `traded` the world's imports of each product.

    γ_ik = v_ik / Σ_k v_ik; Γ_k = Σ_i ω_i γ_ik with ω_i = m_i / Σ m_i; s_k = M_k / M; the factor is Γ_k / s_k;
    the propensity F_LTN(ln(factor + 1)). A product that is traded and was never seized has factor 0; one that
    is seized and not in the table is left out.
    """
    whole: dict[str, float] = defaultdict(float)
    for (economy, _key), amount in seized.items():
        whole[economy] += amount
    economies = [one for one in sorted(whole) if whole[one] > 0 and imports.get(one, 0.0) > 0]
    weights = math.fsum(imports[one] for one in economies)
    every = math.fsum(traded.values())
    if not economies or not every:
        return []
    share: dict[str, float] = defaultdict(float)
    for (economy, key), amount in sorted(seized.items()):
        if economy in economies and key in traded:
            share[key] += imports[economy] / weights * amount / whole[economy]
    made = {key: share.get(key, 0.0) / (amount / every) for key, amount in traded.items() if amount > 0}
    known = {key: value for key, value in made.items() if value > 0}
    scored = truncated_normal({key: math.log(value + 1.0) for key, value in known.items()})
    rows = [Propensity(key, share[key], traded[key] / every, known[key], scored[key]) for key in known]
    return sorted(rows, key=lambda one: (-one.propensity, -one.factor, one.key))


def gtric(
    scope: Scope, actor: Actor | None, table: BroughtTable, *, by: str = "seizures", fixed_point: float | None = None
) -> Found:
    """GTRIC-p and GTRIC-e of a period from the seizures this person sees and a brought table of imports.

    Of the table the years of the period are taken where it says years, else all. Raises `BadInput` where `by` or the
    fixed point is none, or nothing can be compared.
    """
    if by not in BY:
        raise BadInput("by", _("Count seizures or value."))
    if fixed_point is not None and not 0 < fixed_point <= 1:
        raise BadInput("fixed_point", _("The fixed point is a share: more than 0, at most 1."))
    rows = _rows_of_years(table, scope)
    seizures, currency = _seizures(scope, actor, by)
    by_product: dict[tuple[str, str], float] = defaultdict(float)
    by_provenance: dict[tuple[str, str], float] = defaultdict(float)
    reporters = set(rows.column("reporter").unique().to_pylist())
    used = lost = homeless = 0
    for who, chapter, provenance, number, amount in seizures:
        used += number
        if not chapter or who not in reporters:
            lost += number
        else:
            by_product[who, chapter] += amount
        if not provenance or who not in reporters:
            homeless += number
        else:
            by_provenance[who, provenance] += amount
    trade = _imports(rows, {chapter for _who, chapter in by_product})
    ranked = factors(by_product, trade.sensitive, trade.products)
    ranked_from = factors(by_provenance, trade.sensitive, trade.provenances)
    if not ranked:
        raise BadInput(
            "nothing_to_compare",
            _(
                "No seizure of counterfeits in this period has a product and a reporting country that the table has"
                " too."
            ),
        )
    return Found(
        ranked,
        ranked_from,
        tuple(sorted({who for who, _chapter in by_product if trade.sensitive.get(who)})),
        used,
        lost,
        homeless,
        currency,
        _ceiling(ranked, ranked_from, trade.matrix, fixed_point),
        fixed_point,
        math.fsum(trade.products.values()),
    )


def _rows_of_years(table: BroughtTable, scope: Scope) -> pa.Table:
    """The rows of the years of the period, or all where the table says no years. Raises `BadInput` for none."""
    rows = columns_of(table)
    if table.first:
        years = range(int(scope.since[:4]), int(scope.until[:4]) + 1)
        rows = rows.filter(pc.is_in(rows.column("year"), value_set=pa.array(list(years), type=pa.int16())))
    if not rows.num_rows:
        raise BadInput(
            "no_trade",
            _("The table has no trade of these years: it runs from %(first)s to %(last)s.")
            % {"first": table.first, "last": table.last},
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Imports:
    """Sums of a brought table of imports."""

    sensitive: dict[str, float]
    """By reporter, of the chapters in which counterfeits were seized."""
    products: dict[str, float]
    """By chapter."""
    provenances: dict[str, float]
    """By partner."""
    matrix: dict[tuple[str, str], float]
    """By partner and chapter."""


def _imports(rows: pa.Table, sensitive: set[str]) -> _Imports:
    """The sums of the table, `sensitive` the chapters in which something was seized."""
    said = _Imports(defaultdict(float), defaultdict(float), defaultdict(float), defaultdict(float))
    for who, partner, chapter, value in zip(
        *(rows.column(name).to_pylist() for name in ("reporter", "partner", "chapter", "value")), strict=True
    ):
        said.matrix[partner, chapter] += value
        said.products[chapter] += value
        said.provenances[partner] += value
        if chapter in sensitive:
            said.sensitive[who] += value
    return said


def _seizures(
    scope: Scope, actor: Actor | None, by: str
) -> tuple[list[tuple[str, str | None, str | None, int, float]], str]:
    """[(who reports, chapter, provenance, seizures, amount)], and the currency in which
    amounts are (the one that most lines have).
    """
    only = composed(
        "commodity IN ({wanted}) AND now AND line IS NOT NULL",
        wanted=bound(*COMMODITIES),
    )
    with chosen(scope, actor) as connection:
        currency = ""
        if by == "value":
            statement = composed(
                """SELECT currency FROM chosen WHERE {only} AND value > 0 AND currency IS NOT NULL
                GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1""",
                only=only,
            )
            most = executed(connection, statement).fetchone()
            currency = str(most[0]) if most else "-"
            only &= Where("value > 0 AND currency = ?", (currency,))
        statement = composed(
            """SELECT administration, left(hs, 2), coalesce(departure, origin), {seizures}, {amount}
            FROM chosen WHERE {only} GROUP BY ALL ORDER BY ALL""",
            seizures=Where(SEIZURES),
            amount=Where("sum(value)::DOUBLE" if by == "value" else "sum(events)::DOUBLE"),
            only=only,
        )
        found = executed(connection, statement).fetchall()
    return found, currency


def _ceiling(
    products: list[Propensity],
    provenances: list[Propensity],
    matrix: Mapping[tuple[str, str], float],
    fixed_point: float | None,
) -> float | None:
    """TC = κ · Σ_j Σ_k F(ce_j) F(cp_k) M_jk."""
    if fixed_point is None:
        return None
    of_product = {one.key: one.propensity for one in products}
    of_provenance = {one.key: one.propensity for one in provenances}
    return fixed_point * math.fsum(
        amount * of_provenance.get(partner, 0.0) * of_product.get(chapter, 0.0)
        for (partner, chapter), amount in sorted(matrix.items())
    )
