"""A piece of work that takes time."""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """Work asked for by a person: one row a `key`, so that asking twice is asking once."""

    ref = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=16, default="queued")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    step = models.CharField(max_length=200, default="", blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    why = models.TextField(default="", blank=True)

    class Meta:
        db_table = "jobs_job"

    @property
    def share(self) -> int:
        """Done of total, in per cent."""
        return min(100, self.done * 100 // self.total) if self.total else 0
