"""Rows that must be mended: shown, proposed for, filled, and given back as a sheet."""
