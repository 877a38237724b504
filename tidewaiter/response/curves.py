"""The node's own success by hours between transfer and report, as a drawing: a line for each currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.drawing.charts import lines
from tidewaiter.response.outcomes import CURVE

PLACES = (*(str(mark) for mark in CURVE), "later")
FEW = 3
"""Alarms by which a point stands: of fewer a share would tell of single ones."""


def curves_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By currency, the share of the money that was frozen or returned, by hours until the report; where fewer than
    three alarms stand the line has a gap. The currency with the most alarms first.
    """
    by_currency: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        by_currency.setdefault(str(row["currency"]), {})[str(row["within"])] = row
    found = [_curve(currency, of) for currency, of in by_currency.items()]
    return sorted((one for one in found if one is not None), key=lambda one: -one["alarms"])[:6]


def _curve(currency: str, of: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    frozen = [_share(of.get(place), "frozen") for place in PLACES]
    returned = [_share(of.get(place), "returned") for place in PLACES]
    if sum(1 for one in frozen if one is not None) < 2:
        return None
    ticks = [*(f"{mark} h" for mark in CURVE), _("later")]
    said = ", ".join(f"{tick} {share} %" for tick, share in zip(ticks, frozen, strict=True) if share is not None)
    label = _("%(currency)s frozen or returned, by hours until the report: %(said)s")
    return {
        "currency": currency,
        "alarms": sum(int(row["alarms"]) for row in of.values()),
        "drawn": lines(label=label % {"currency": currency, "said": said}, ticks=ticks, now=frozen, was=returned),
    }


def _share(row: Mapping[str, Any] | None, part: str) -> int | None:
    if row is None or int(row["alarms"]) < FEW or not row["lost"]:
        return None
    return round(100 * Decimal(row[part]) / Decimal(row["lost"]))
