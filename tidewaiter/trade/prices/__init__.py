"""Unit prices: what like goods cost, and which declarations lie outside it."""
