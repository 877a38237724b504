"""Tables that people keep and share, and data sets that are frozen."""

from __future__ import annotations

from django.db import models


class KeptTable(models.Model):
    """A table of the builder under a name: the question, never the figures, which each reader gets by their own rights."""

    username = models.CharField(max_length=150)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)
    shared = models.BooleanField(default=False)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_table"
        constraints = (models.UniqueConstraint(fields=["username", "name"], name="one_table_a_name"),)


class Snapshot(models.Model):
    """A data set that does not change any more: the file of its lines is named by its digest."""

    ref = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=120)
    since = models.CharField(max_length=7)
    until = models.CharField(max_length=7)
    audience = models.CharField(max_length=10)
    """`members` or `public`: for the public, cells of fewer than three reporting countries are hidden."""
    digest = models.CharField(max_length=64)
    """Of what it says: the same lines, lists, conversions and period give the same digest, whatever wrote them."""
    file = models.CharField(max_length=64)
    """Where the vault keeps its Parquet file."""
    cases = models.IntegerField()
    lines = models.IntegerField()
    lists = models.JSONField(default=dict)
    """The code lists in force: `{name: version}`."""
    frozen_by = models.CharField(max_length=150)
    frozen_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_snapshot"
        indexes = (models.Index(fields=["-frozen_at"], name="snapshots_latest"),)


class Report(models.Model):
    """What an editor has written between the figures of a frozen data set, in one language."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="reports")
    lang = models.CharField(max_length=8)
    title = models.CharField(max_length=150, default="", blank=True)
    texts = models.JSONField(default=dict)
    """`{section: text}`; `foreword` and `caveats` are sections too."""
    studies = models.JSONField(default=dict)
    """`{section: [[ref, text]]}`: the case studies, chosen from cases that everybody may see."""
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_report"
        constraints = (models.UniqueConstraint(fields=["snapshot", "lang"], name="one_report_a_language"),)


class BroughtTable(models.Model):
    """A table of another organisation that seizures are held against; the vault keeps what was read of it."""

    ref = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=64)
    rows = models.IntegerField()
    """Rows of the file that was brought."""
    kept = models.IntegerField()
    """Different rows after like ones were added."""
    first = models.IntegerField()
    last = models.IntegerField()
    """Years; nought where the table says none."""
    dropped = models.JSONField(default=dict)
    """How many rows were left out, by reason."""
    brought_by = models.CharField(max_length=150)
    brought_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_brought"
        constraints = (models.UniqueConstraint(fields=["kind", "file"], name="one_brought_table_a_file"),)
