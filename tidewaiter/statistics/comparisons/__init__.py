"""Seizures beside tables of other organisations."""
