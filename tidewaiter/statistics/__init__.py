"""Counts and quantities over the record, asked through DuckDB."""
