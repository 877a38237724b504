"""Administrations, regions, officers and what each may do."""
