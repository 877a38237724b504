"""Deeds of operations: opening, joining, templates, messages, clocks, and the end."""
