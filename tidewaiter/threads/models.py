"""What people said under a thing."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedText


class Message(models.Model):
    """One thing said; the room whose thing `ref` is decides who may read and say."""

    ref = MarkedChar(about="system", max_length=64)
    version = models.IntegerField(default=0)
    by = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    at = models.DateTimeField()
    text = MarkedText(about="free")
    state = MarkedChar(about="system", max_length=16, default="", blank=True)
    """In which state the thing was when it was said, where its room goes by that."""

    class Meta:
        db_table = "threads_message"
        indexes = (models.Index(fields=["ref", "at"], name="said_under"),)
