"""Deeds of the off-line desk."""
