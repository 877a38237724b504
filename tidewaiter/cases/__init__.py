"""Seizures and offences without names."""
