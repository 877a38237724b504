"""Trade analysis: unit prices, mirror data, and which consignments to open. Pure
functions on tables, for people and for programs (`tidewaiter.trade.library`).
"""
