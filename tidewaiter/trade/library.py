"""The analyses as functions on tables, for programs: `from tidewaiter.trade.library import mirror, unit_prices`.

Beside the room and not in its front, for every process of a node reads the front, and the engines behind these
functions take half a second of processor to begin.
"""

from __future__ import annotations

from tidewaiter.trade.mirror.mirror_data import MirrorParameters, mirror
from tidewaiter.trade.prices.unit_prices import PriceParameters, unit_prices

__all__ = ["MirrorParameters", "PriceParameters", "mirror", "unit_prices"]
