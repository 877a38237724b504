"""Entries, the chain's end, signed heads and the cursors of followers.

Moments are kept as text (`2026-11-21T18:52:00.000000Z`): the chain is computed over the very bytes that are
stored, so that any changed byte of any column is found on either database.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One deed: who did what to which thing, and when. Never content."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=27)
    by = models.CharField(max_length=150)
    deed = models.CharField(max_length=64)
    ref = models.CharField(max_length=64, db_index=True)
    version = models.IntegerField(default=0)
    detail = models.TextField(default="", blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "ledger_entry"
        indexes = (
            models.Index(fields=["deed", "seq"], name="ledger_deed"),
            models.Index(fields=["by", "seq"], name="ledger_by"),
            models.Index(fields=["at"], name="ledger_at"),
        )


class ChainEnd(models.Model):
    """The one row that says where the chain ends; locked by every deed that writes."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    node = models.CharField(max_length=64)

    class Meta:
        db_table = "ledger_chain_end"


class Head(models.Model):
    """The chain's end at the close of a day, signed with the node's Ed25519 key."""

    day = models.CharField(max_length=10, unique=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    signed_at = models.CharField(max_length=27)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        db_table = "ledger_head"


class Cursor(models.Model):
    """How far a follower has read."""

    name = models.CharField(max_length=64, primary_key=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_cursor"
