"""Tables that people keep and share, and data sets that are frozen."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON


class KeptTable(models.Model):
    """A table of the builder under a name: the question, never the figures, which
    each reader gets by their own rights.
    """

    username = MarkedChar(about="person", max_length=150)
    name = MarkedChar(about="free", max_length=80)
    query = MarkedChar(about="free", shape="query", max_length=2000)
    shared = models.BooleanField(default=False)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_table"
        constraints = (models.UniqueConstraint(fields=["username", "name"], name="one_table_a_name"),)


class Snapshot(models.Model):
    """A data set that does not change any more: the file of its lines is named by its digest."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    name = MarkedChar(about="free", max_length=120)
    since = MarkedChar(about="system", max_length=7)
    until = MarkedChar(about="system", max_length=7)
    audience = MarkedChar(about="system", max_length=10)
    """`members` or `public`: for the public, cells of fewer than three reporting countries are hidden."""
    digest = MarkedChar(about="system", max_length=64)
    """Of what it says: the same lines, lists, conversions and period give the same digest, whatever wrote them."""
    file = MarkedChar(about="system", max_length=64)
    """Where the vault keeps its Parquet file."""
    cases = models.IntegerField()
    """Of the period; the years before are frozen with them, and not counted."""
    lines = models.IntegerField()
    lists = MarkedJSON(about="system", default=dict)
    """The code lists in force: `{name: version}`."""
    frozen_by = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=8)
    """Whose edition it is: the administration of whoever froze it, whose analysts and editors write it."""
    frozen_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_snapshot"
        indexes = (models.Index(fields=["-frozen_at"], name="snapshots_latest"),)


class Report(models.Model):
    """What an editor has written between the figures of a frozen data set, in one language: the text that stands."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="reports")
    lang = MarkedChar(about="system", max_length=8)
    title = MarkedChar(about="free", max_length=150, default="", blank=True)
    texts = MarkedJSON(about="free", default=dict)
    """`{section: text}`; `foreword` and `caveats` are sections too."""
    studies = MarkedJSON(about="free", default=dict)
    """`{section: [[ref, text]]}`: the case studies, chosen from cases that everybody may see."""
    version = models.IntegerField(default=1)
    written_by = MarkedChar(about="person", max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_report"
        constraints = (models.UniqueConstraint(fields=["snapshot", "lang"], name="one_report_a_language"),)


class FormerText(models.Model):
    """What stood in a report before it was written anew."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="former")
    version = models.IntegerField()
    title = MarkedChar(about="free", max_length=150, default="", blank=True)
    texts = MarkedJSON(about="free", default=dict)
    studies = MarkedJSON(about="free", default=dict)
    written_by = MarkedChar(about="person", max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_former_text"
        constraints = (models.UniqueConstraint(fields=["report", "version"], name="one_former_text_a_version"),)


class BroughtTable(models.Model):
    """A table of another organisation that seizures are held against; the vault keeps what was read of it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    kind = MarkedChar(about="system", max_length=20)
    name = MarkedChar(about="free", shape="file_name", max_length=120)
    file = MarkedChar(about="system", max_length=64)
    rows = models.IntegerField()
    """Rows of the file that was brought."""
    kept = models.IntegerField()
    """Different rows after like ones were added."""
    first = models.IntegerField()
    last = models.IntegerField()
    """Years; nought where the table says none."""
    dropped = MarkedJSON(about="system", default=dict)
    """How many rows were left out, by reason."""
    brought_by = MarkedChar(about="person", max_length=150)
    brought_at = models.DateTimeField()

    class Meta:
        db_table = "statistics_brought"
        constraints = (models.UniqueConstraint(fields=["kind", "file"], name="one_brought_table_a_file"),)
