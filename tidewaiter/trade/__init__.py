"""Trade analysis: unit prices, mirror data, and which consignments to open. Pure
functions on tables, for people and for programs.

>>> from tidewaiter.trade import mirror, unit_prices
"""

from __future__ import annotations

from tidewaiter.trade.mirror.mirror_data import MirrorParameters, mirror
from tidewaiter.trade.prices.unit_prices import PriceParameters, unit_prices

__all__ = ["MirrorParameters", "PriceParameters", "mirror", "unit_prices"]
