"""What the methods of a disposal would do to air and ground, as their table says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tidewaiter.evidence.disposal.methods import factors
from tidewaiter.evidence.models import Disposal


def expected_figures(one: Disposal) -> dict[str, Any]:
    """What the chosen methods would do to air and ground, by weight, where weights are known."""
    weights = {line["material"]: Decimal(line["weight"]) for line in one.methods if line["weight"]}
    whole = sum(weights.values(), Decimal(0))
    if not whole:
        return {}
    recycled = treated = carbon = Decimal(0)
    for line in one.methods:
        weight = weights.get(line["material"], Decimal(0))
        tonne, share = factors(line["material"], line["method"])
        recycled += weight * Decimal(str(share))
        treated += weight if line["method"] in ("energy", "treatment") else 0
        carbon += weight / 1000 * Decimal(str(tonne or 0))
    shares = {"recycled": round(100 * recycled / whole), "treated": round(100 * treated / whole)}
    return {"whole": whole, "carbon": round(carbon, 1), **shares, "other": 100 - shares["recycled"] - shares["treated"]}
