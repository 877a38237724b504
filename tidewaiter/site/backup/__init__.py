"""Backing up a node while it runs, and restoring it: one file of database and vault, with its keys where
that is asked for, checked at both ends.
"""
