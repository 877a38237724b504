"""Evidence between countries: exhibits made known, custody handed over, requests and their answers."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence.models.exhibits import Exhibit
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Abroad(models.Model):
    """Something that went to another country's node, or came from it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    came = models.BooleanField(default=False)
    kind = MarkedChar(about="system", max_length=20)
    """As on the wire (`evidence/wire.py`)."""
    country = MarkedChar(about="system", max_length=3)
    """Of the other side."""
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the other side, where it is known: what came, and what answers it."""
    peer = MarkedChar(about="system", max_length=100, default="", blank=True)
    their_ref = MarkedChar(about="system", max_length=64, default="", blank=True)
    exhibit = models.ForeignKey(Exhibit, null=True, on_delete=models.PROTECT, related_name="abroad")
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    body = MarkedJSON(about="free", default=dict)
    note = MarkedText(about="free", default="", blank=True)
    ended = models.BooleanField(default=False)
    """Answered, taken, or called back."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_abroad"
        constraints = (
            models.UniqueConstraint(
                fields=["node", "their_ref", "kind"], condition=models.Q(came=True), name="came_from_abroad_once"
            ),
        )
        indexes = (models.Index(fields=["administration", "-at"], name="abroad_newest"),)
