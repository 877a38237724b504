"""The flagged rows of a unit-price screen: their columns, their order, a sentence for each."""

from __future__ import annotations

import ibis
from ibis import _ as row

from tidewaiter.trade.engines import concatenated
from tidewaiter.trade.expressions import Column, Rows

FLAGGED = (
    "row",
    "id",
    "hs",
    "partner",
    "flow",
    "year",
    "month",
    "importer",
    "related",
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
    "currency",
    "movement",
    "slip",
    "amount_beside",
    "reason",
)
"""Columns of a flagged row, in their order."""
_RUNGS = ("given price", "finest group", "by year", "world")


def with_reason(found: Rows) -> Rows:
    """Flagged rows with a sentence for each, in English: the page says it in the
    reader's language from the same columns.
    """
    names = ibis.cases(*[(found.rung == at - 1, name) for at, name in enumerate(_RUNGS)], else_="group")
    over = found.side == "over"
    sentence = concatenated(
        "Unit price ",
        _text(found.price, 4),
        " per ",
        found.unit,
        ": ",
        _text(found.ratio, 2),
        ibis.ifelse(over, " times the upper bound ", " times below the lower bound "),
        _text(ibis.ifelse(over, found.high, found.low), 4),
        " of ",
        found.group_size.fill_null(0).cast("string"),
        " like ones (",
        names,
        ").",
    )
    return found.mutate(reason=sentence)


def _text(number: Column, places: int) -> Column:
    """A number with fixed places, or as it is where it is too long for them (as
    decimals it is written three times as fast).
    """
    return number.try_cast(f"decimal(18, {places})").cast("string").fill_null(number.cast("string"))


def ranked(screened: Rows, *, several: bool = True) -> Rows:
    """The flagged rows of a screen, the greatest amounts first, each with its reason. `several`: they may be of several
    currencies, whose amounts are compared as shares of what is flagged in each.
    """
    # runs of older releases lack a column or two
    names = [name for name in FLAGGED if name in screened.columns]
    flagged = screened.filter(row.side.notnull()).select(*names)
    if several and "currency" in names:
        whole = flagged.group_by("currency").agg(whole=row.amount.sum())
        flagged = flagged.inner_join(whole, "currency")
        flagged = flagged.order_by([ibis.desc(row.amount / row.whole), ibis.desc("amount"), "row"]).drop("whole")
        return with_reason(flagged.select(*names))
    return with_reason(flagged.order_by([ibis.desc("amount"), "row"]))
