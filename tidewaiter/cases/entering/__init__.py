"""Entering a case by page: its rows, what a typed text became, its photos, and what was answered."""
