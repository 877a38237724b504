"""Backing up a node while it runs, and restoring it: one file of database, vault and keys, checked at both ends."""
