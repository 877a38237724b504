"""Entries, the chain's end, signed heads and the cursors of followers.

Moments are kept as text (`2026-11-21T18:52:00.000000Z`): the chain is computed over the very bytes that are
stored, so that any changed byte of any column is found on either database.
"""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedText


class Entry(models.Model):
    """One deed: who did what to which thing, and when. Never content."""

    seq = models.BigIntegerField(primary_key=True)
    at = MarkedChar(about="system", max_length=27)
    by = MarkedChar(about="person", max_length=150)
    deed = MarkedChar(about="system", max_length=64)
    ref = MarkedChar(about="system", max_length=64, db_index=True)
    version = models.IntegerField(default=0)
    detail = MarkedText(about="system", default="", blank=True)
    hash = MarkedChar(about="system", max_length=64)

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
    hash = MarkedChar(about="system", max_length=64)
    node = MarkedChar(about="system", max_length=64)
    shape = MarkedChar(about="system", max_length=16, default="", blank=True)
    """Of which shape the node is; another one does not open this database
    (`site.binding`). Empty until `init` has run.
    """

    class Meta:
        db_table = "ledger_chain_end"


class Head(models.Model):
    """The chain's end at the close of a day, signed with the node's Ed25519 key and its ML-DSA-65 key."""

    day = MarkedChar(about="system", max_length=10, unique=True)
    seq = models.BigIntegerField()
    hash = MarkedChar(about="system", max_length=64)
    signed_at = MarkedChar(about="system", max_length=27)
    public_key = MarkedChar(about="system", max_length=64)
    signature = MarkedChar(about="system", max_length=128)
    ml_dsa_key = MarkedText(about="system", default="", blank=True)
    """The public half of the ML-DSA-65 key that has signed it too, in hex; empty for heads of earlier releases."""
    ml_dsa_signature = MarkedText(about="system", default="", blank=True)
    sent_at = models.DateTimeField(null=True)
    """When it left the node (TIDEWAITER_HEADS_TO); nothing while it has not."""
    tries = models.IntegerField(default=0)
    """How often sending it failed."""
    try_at = models.DateTimeField(null=True)
    error = MarkedChar(about="system", max_length=100, default="", blank=True)
    """The kind of error of the last try."""

    class Meta:
        db_table = "ledger_head"


class Cursor(models.Model):
    """How far a follower has read."""

    name = MarkedChar(about="system", max_length=64, primary_key=True)
    seq = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    """When it last went on: one that stands still while entries wait is ill."""

    class Meta:
        db_table = "ledger_cursor"
