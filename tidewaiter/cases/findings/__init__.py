"""Findings of the checks on kept cases: duplicates, what is usual, what became of them."""
