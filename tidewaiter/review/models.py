"""Who looks at which case, how much of a country is looked at, the office's clocks, and what it is asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Assignment(models.Model):
    """The reviewer to whom a waiting case was given; it ends when the case is judged."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    to = MarkedChar(about="person", max_length=150)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    note = MarkedChar(about="free", max_length=300, default="", blank=True)

    class Meta:
        db_table = "review_assignment"
        indexes = (models.Index(fields=["to"], name="assigned_to"),)


class Sampling(models.Model):
    """What share of a country's cases is looked at one by one; the rest may be validated together unopened."""

    administration = MarkedChar(about="system", max_length=3, primary_key=True)
    rate = models.FloatField()
    """From 0.01 to 1: the share that must be opened."""
    judged = models.IntegerField()
    sent_back = models.IntegerField()
    """The past on which it rests: cases judged in the year before, and how many of them were sent back."""
    set_by = MarkedChar(about="person", max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "review_sampling"


class Clock(models.Model):
    """How many days the office of a region, and the administrations of it, have."""

    region = MarkedChar(about="system", max_length=16, primary_key=True)
    review_days = models.IntegerField(default=5)
    mend_days = models.IntegerField(default=14)
    answer_days = models.IntegerField(default=10)

    class Meta:
        db_table = "review_clock"


class AnalysisRequest(models.Model):
    """A question to the regional office, and its answer with a frozen search and its figures."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    region = MarkedChar(about="system", max_length=16)
    subject = MarkedChar(about="free", max_length=150)
    question = MarkedText(about="free")
    status = MarkedChar(about="system", max_length=10)
    asked_by = MarkedChar(about="person", max_length=150)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    taken_at = models.DateTimeField(null=True)
    answered_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = MarkedText(about="free", default="", blank=True)
    search = MarkedChar(about="free", shape="query", max_length=2000, default="", blank=True)
    """The query of the search that the answer rests on."""
    cases = MarkedJSON(about="system", default=list)
    """What it found when it was frozen: `[[ref, version]]`, of cases that the asker may see."""
    digest = MarkedChar(about="system", max_length=64, default="", blank=True)
    figures = MarkedJSON(about="system", default=dict)

    class Meta:
        db_table = "review_request"
        constraints = (
            models.CheckConstraint(
                condition=Q(taken_by="", taken_at=None) | (~Q(taken_by="") & ~Q(taken_at=None)), name="taken_by_with_at"
            ),
            models.CheckConstraint(
                condition=Q(answered_by="", answered_at=None) | (~Q(answered_by="") & ~Q(answered_at=None)),
                name="answered_by_with_at",
            ),
        )
        indexes = (
            models.Index(fields=["region", "status", "due_at"], name="requests_of_region"),
            models.Index(fields=["administration", "-asked_at"], name="requests_of_country"),
        )


class Reminded(models.Model):
    """The day on which a person was last told what is overdue."""

    to = MarkedChar(about="person", max_length=150, primary_key=True)
    day = models.DateField()

    class Meta:
        db_table = "review_reminded"
