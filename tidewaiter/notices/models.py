"""A notice, and when a person was last sent a digest."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON


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


class Ringing(models.Model):
    """Something urgent that is told along a rota, level by level, until somebody says that they have it.

    It has no end of its own: after the last level it goes on with that.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    about = MarkedChar(about="system", max_length=64)
    """The ref of the thing; its room decides who reads it."""
    deed = MarkedChar(about="system", max_length=64)
    """What was done with it, in words of its room: the page that it leads to goes by that."""
    administration = MarkedChar(about="system", max_length=3)
    named = MarkedJSON(about="person", default=list)
    levels = MarkedJSON(about="system", default=list)
    """`[["duty", 10], ["contacts", 15]]`: whom, and minutes until the next."""
    level = models.SmallIntegerField(default=0)
    """How many levels were told."""
    next_at = models.DateTimeField()
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    outcome = MarkedChar(about="system", max_length=16, default="", blank=True)
    """Nothing while it rings; `acknowledged`, or `withdrawn` by whoever began it."""
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_ringing"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_by="", ended_at=None, outcome="")
                | (~models.Q(ended_by="") & ~models.Q(ended_at=None) & ~models.Q(outcome="")),
                name="ringing_ended_by_with_at",
            ),
        )
        indexes = (models.Index(fields=["next_at"], name="still_ringing", condition=models.Q(ended_at=None)),)


class Rung(models.Model):
    """That somebody was told, when, and at which level."""

    ringing = models.ForeignKey(Ringing, on_delete=models.CASCADE, related_name="rung")
    to = MarkedChar(about="person", max_length=150)
    level = models.SmallIntegerField()
    whom = MarkedChar(about="system", max_length=16)
    at = models.DateTimeField()

    class Meta:
        db_table = "notices_rung"
        indexes = (models.Index(fields=["to", "ringing"], name="rung_for"),)
