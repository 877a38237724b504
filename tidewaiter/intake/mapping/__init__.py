"""Mappings: from a foreign table's columns to the fields of a form."""
