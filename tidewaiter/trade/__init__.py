"""Trade analysis: unit prices, mirror data, and which consignments to open. Pure
functions on tables, for people and for programs (`tidewaiter.trade.library`).

Nothing is imported here: every command of a node looks into this package for its tables, and only those that analyse
need the engines, which take longer to import than all the rest.
"""
