"""Deeds of the registry, a file a noun."""
