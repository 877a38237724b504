"""Money and goods of value in custody: what is frozen, forfeited, returned, by currency. Currencies are never added."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from tidewaiter.evidence.models import Exhibit
from tidewaiter.evidence.queries import visible_exhibits
from tidewaiter.foundation.actors import Actor

STATES = ("", "frozen", "forfeited", "returned")
MOST = 2_000


def asset_rows(actor: Actor) -> list[Exhibit]:
    """The exhibits of value that the person sees, the most valuable first within a currency."""
    found = visible_exhibits(actor).filter(value__isnull=False)
    return list(found.select_related("store", "box").order_by("currency", "-value", "pk")[:MOST])


def asset_sums(actor: Actor) -> list[dict[str, Any]]:
    """By currency: how much is in custody with nothing ordered, frozen, forfeited, returned, and how many things."""
    found = visible_exhibits(actor).filter(value__isnull=False).order_by()
    made: dict[str, dict[str, Any]] = {}
    for row in found.values("currency", "asset_state").annotate(sum=Sum("value"), number=Count("pk")):
        into = made.setdefault(
            row["currency"],
            {"currency": row["currency"], "number": 0, **dict.fromkeys(("open", *STATES[1:]), Decimal(0))},
        )
        into[row["asset_state"] or "open"] += row["sum"]
        into["number"] += row["number"]
    return [made[currency] for currency in sorted(made)]
