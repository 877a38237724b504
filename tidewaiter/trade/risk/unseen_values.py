"""Values that a model has met: what share of new rows holds others, by column.
What it never met it knows nothing of.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.trade.risk.features import Layout, Seen
from tidewaiter.trade.risk.risk_profiles import PACKED, packed, unpacked

MUCH = 0.2
"""A share of rows with values never met above which people are warned."""


@dataclass(slots=True)
class Met:
    """What the rows of a training held."""

    values: dict[str, np.ndarray] = field(default_factory=dict)
    """By column the upper halves of its values' hashes, sorted: of a million values two in ten thousand new ones would
    be taken for known."""
    ranges: dict[str, list[float]] = field(default_factory=dict)
    """By column of amounts the least and the greatest."""

    def said(self) -> JsonObject:
        """As text that a model is kept in."""
        return {"values": {name: packed(one) for name, one in self.values.items()}, "ranges": self.ranges}

    @classmethod
    def read(cls, said: JsonObject) -> Met:
        """What `said` wrote; nothing of a model that was made before. Raises `ValueError` for anything else."""
        values = {
            name: np.frombuffer(unpacked(text, PACKED * len(text) + 64), dtype="<u4")
            for name, text in said.get("values", {}).items()
        }
        return cls(values, {name: [float(low), float(high)] for name, (low, high) in said.get("ranges", {}).items()})


def _halves(hashes: np.ndarray) -> np.ndarray:
    return (hashes >> np.uint64(32)).astype(np.uint32)


def met_in(layout: Layout, seen: Seen) -> Met:
    """What these rows hold, of the columns of the file."""
    ranges = {}
    for name in layout.numbers:
        known = seen.amounts[name][~np.isnan(seen.amounts[name])]
        if known.size:
            ranges[name] = [float(known.min()), float(known.max())]
    return Met({name: np.unique(_halves(seen.hashes[name])) for name in layout.categories}, ranges)


def unseen_of(met: Met, seen: Seen) -> dict[str, float]:
    """By column the share of rows whose value was not in the training, or lies outside of its amounts; the greatest
    first.

    Empty for a model that does not say what it has met.
    """
    found = {}
    for name, values in met.values.items():
        new = ~np.isin(_halves(seen.hashes[name]), values)
        found[name] = round(float(new.mean()), 4) if len(new) else 0.0
    for name, (low, high) in met.ranges.items():
        amount = seen.amounts[name]
        found[name] = round(float(((amount < low) | (amount > high)).mean()), 4) if len(amount) else 0.0
    return dict(sorted(found.items(), key=lambda one: -one[1]))
