"""What people said under a thing."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """One thing said; the room whose thing `ref` is decides who may read and say."""

    ref = models.CharField(max_length=64)
    version = models.IntegerField(default=0)
    by = models.CharField(max_length=150)
    administration = models.CharField(max_length=3)
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        db_table = "threads_message"
        indexes = (models.Index(fields=["ref", "at"], name="said_under"),)
