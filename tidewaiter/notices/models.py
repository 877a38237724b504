"""A notice, and when a person was last sent a digest."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar


class Notice(models.Model):
    """Something a person should know: a deed, who did it, to which thing; words are made when it is read."""

    to = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    deed = MarkedChar(about="system", max_length=64)
    by = MarkedChar(about="person", max_length=150)
    ref = MarkedChar(about="system", max_length=64)
    number = models.IntegerField(default=1)
    """How many things the deed was done to; then `ref` is one of them."""
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_notice"
        indexes = (models.Index(fields=["to", "seen_at", "-at"], name="notice_unseen"),)


class Digest(models.Model):
    """The last digest a person was sent."""

    to = MarkedChar(about="person", max_length=150, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "notices_digest"
