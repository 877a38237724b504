"""The library of practice: what works, who has used it; courses with their sessions and who has completed them."""

from __future__ import annotations

from django.db import models

from tidewaiter.experts.models.groups import Group
from tidewaiter.experts.models.pairs import who_with_when
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Practice(models.Model):
    """A best practice, a tool, a hardening guide or a training course."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="practice")
    kind = MarkedChar(about="system", max_length=16)
    title = MarkedChar(about="free", max_length=200)
    text = MarkedText(about="free", default="", blank=True)
    languages = MarkedJSON(about="system", default=list)
    level = MarkedChar(about="system", max_length=16, default="", blank=True)
    hours = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    materials = MarkedJSON(about="free", default=list)
    """`[{"title", "link"}]`: items of the library, or where they lie."""
    for_private = models.BooleanField(default=False)
    offered_by = MarkedChar(about="person", max_length=150)
    offered_at = models.DateTimeField()
    changed_by = MarkedChar(about="person", max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "experts_practice"


class Use(models.Model):
    """That a country has used it, and how it went."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="uses")
    country = MarkedChar(about="system", max_length=3)
    version = models.PositiveSmallIntegerField()
    note = MarkedChar(about="free", max_length=500, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_use"
        constraints = (models.UniqueConstraint(fields=["practice", "country"], name="one_use_a_country"),)


class Session(models.Model):
    """A course held at a place on some days."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    course = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="sessions")
    begins_on = models.DateField()
    ends_on = models.DateField()
    place = MarkedChar(about="place", max_length=200, default="", blank=True)
    language = MarkedChar(about="system", max_length=8, default="en")
    seats = models.PositiveSmallIntegerField()
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_session"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("begins_on")), name="session_ends_after_it_begins"
            ),
        )


class Enrolment(models.Model):
    """Somebody's seat in a session, and that they have completed it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="enrolments")
    username = MarkedChar(about="person", max_length=150)
    enrolled_at = models.DateTimeField()
    completed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_enrolment"
        constraints = (
            models.UniqueConstraint(fields=["session", "username"], name="enrolled_once"),
            who_with_when("completed_by", "completed_at", "completed_by_with_at"),
        )
