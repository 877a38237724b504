"""Meetings: what is on the agenda, who comes and who came, what was decided, and who does what until when."""

from __future__ import annotations

from django.db import models

from tidewaiter.experts import states
from tidewaiter.experts.models.groups import Group
from tidewaiter.experts.models.pairs import who_with_when
from tidewaiter.privacy.columns import MarkedChar, MarkedText


class Meeting(models.Model):
    """A meeting of a group, in a room or on line."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    title = MarkedChar(about="free", max_length=200)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = MarkedChar(about="place", max_length=200, default="", blank=True)
    for_private = models.BooleanField(default=False)
    """Whether private members are called too."""
    state = MarkedChar(about="system", max_length=16, default=states.PLANNED)
    convened_by = MarkedChar(about="person", max_length=150)
    convened_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_meeting"
        constraints = (
            models.UniqueConstraint(fields=["group", "number"], name="meeting_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="meeting_ends_after_it_begins"
            ),
        )
        indexes = (models.Index(fields=["group", "-begins_at"], name="meetings_of"),)


class AgendaItem(models.Model):
    """A point of the agenda; its paper is an item of the library."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    title = MarkedChar(about="free", max_length=300)
    paper = MarkedChar(about="system", max_length=64, default="", blank=True)
    put_by = MarkedChar(about="person", max_length=150)
    put_at = models.DateTimeField()

    class Meta:
        db_table = "experts_agenda_item"
        constraints = (models.UniqueConstraint(fields=["meeting", "number"], name="agenda_numbered_once"),)


class Attendance(models.Model):
    """Whether somebody said they come, and whether they came."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    username = MarkedChar(about="person", max_length=150)
    comes = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    came = models.BooleanField(null=True)
    noted_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    noted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_attendance"
        constraints = (
            models.UniqueConstraint(fields=["meeting", "username"], name="attendance_once"),
            who_with_when("noted_by", "noted_at", "attendance_noted_by_with_at"),
        )


class Decision(models.Model):
    """What a meeting decided, in its order."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = MarkedText(about="free")
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_decision"
        constraints = (models.UniqueConstraint(fields=["meeting", "number"], name="decision_numbered_once"),)


class ActionPoint(models.Model):
    """What somebody does until a day (`AP-26-07`)."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="action_points")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="action_points")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    text = MarkedText(about="free")
    owner = MarkedChar(about="person", max_length=150)
    due_on = models.DateField()
    set_by = MarkedChar(about="person", max_length=150)
    set_at = models.DateTimeField()
    answer = MarkedText(about="free", default="", blank=True)
    done_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    done_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_action_point"
        constraints = (
            models.UniqueConstraint(fields=["group", "year", "number"], name="action_point_numbered_once"),
            who_with_when("done_by", "done_at", "action_done_by_with_at"),
        )
        indexes = (models.Index(fields=["owner", "due_on"], name="action_points_of"),)

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"AP-{self.year % 100:02d}-{self.number:02d}"
