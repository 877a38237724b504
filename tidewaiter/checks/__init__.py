"""Automatic checks: pure functions over a record and a context."""
