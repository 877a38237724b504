"""Trade analysis: unit prices, mirror data, and which consignments to open. Pure
functions on tables, for people and for programs.

>>> from tidewaiter.trade.mirror.mirror_data import mirror
>>> from tidewaiter.trade.prices.unit_prices import unit_prices

Nothing is imported here: every command of a node looks into this package for its tables, and only those that analyse
need the engines, which take longer to import than all the rest.
"""
