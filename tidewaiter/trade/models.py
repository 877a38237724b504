"""Files that analysts bring, and runs of an analysis over them. Rows are never in the database: they lie as Parquet in the run's folder."""

from __future__ import annotations

from django.db import models


class TradeFile(models.Model):
    """A file of declarations, of reported trade, or a table beside them."""

    ref = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=100)
    """Its name in the node's folder of brought files: the digest and the kind."""
    size = models.BigIntegerField()
    administration = models.CharField(max_length=8)
    brought_by = models.CharField(max_length=150)
    brought_at = models.DateTimeField()

    class Meta:
        db_table = "trade_file"
        constraints = (models.UniqueConstraint(fields=["administration", "stored"], name="one_trade_file_a_content"),)


class TradeRun(models.Model):
    """An analysis with its parameters and what it found."""

    ref = models.CharField(max_length=64, primary_key=True)
    analysis = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=140)
    """The ref of a file, or `folder:NAME` of the configured folder."""
    mapping = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    administration = models.CharField(max_length=8)
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(default="", blank=True)
    """Why it could not be done."""

    class Meta:
        db_table = "trade_run"
        indexes = (models.Index(fields=["administration", "-started_at"], name="trade_runs_latest"),)
