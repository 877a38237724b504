"""The work of a group: its plan, polls and position papers, threads, the technology watch, procedures, liaison."""

from __future__ import annotations

from django.db import models

from tidewaiter.experts import states
from tidewaiter.experts.models.groups import Group, Paragraph
from tidewaiter.experts.models.pairs import who_with_when
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class WorkLine(models.Model):
    """A line of the work plan of a year, tied to a paragraph of the mandate."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="work")
    year = models.PositiveSmallIntegerField()
    title = MarkedChar(about="free", max_length=300)
    paragraph = models.ForeignKey(Paragraph, on_delete=models.PROTECT, related_name="work")
    owner = MarkedChar(about="person", max_length=150)
    due_on = models.DateField()
    state = MarkedChar(about="system", max_length=16, default=states.NOT_BEGUN)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_work_line"
        indexes = (models.Index(fields=["group", "year"], name="work_of_year"),)


class Poll(models.Model):
    """A question to the members with options; a position paper has a text beside it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="polls")
    kind = MarkedChar(about="system", max_length=12, default="poll")
    title = MarkedChar(about="free", max_length=300)
    text = MarkedText(about="free", default="", blank=True)
    options = MarkedJSON(about="free", default=list)
    for_private = models.BooleanField(default=False)
    closes_at = models.DateTimeField()
    asked_by = MarkedChar(about="person", max_length=150)
    asked_at = models.DateTimeField()
    closed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_poll"
        constraints = (who_with_when("closed_by", "closed_at", "poll_closed_by_with_at"),)


class Vote(models.Model):
    """One member's choice; voting again before it closes writes it anew."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    username = MarkedChar(about="person", max_length=150)
    choice = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_vote"
        constraints = (models.UniqueConstraint(fields=["poll", "username"], name="one_vote_a_member"),)


class Thread(models.Model):
    """A conversation of a group; what is said stands in the room `threads` under its ref."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="threads")
    title = MarkedChar(about="free", max_length=200)
    for_private = models.BooleanField(default=False)
    opened_by = MarkedChar(about="person", max_length=150)
    opened_at = models.DateTimeField()
    said_at = models.DateTimeField()

    class Meta:
        db_table = "experts_thread"


class Topic(models.Model):
    """Something of the technology watch."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="topics")
    title = MarkedChar(about="free", max_length=200)
    owner = MarkedChar(about="person", max_length=150)
    horizon = MarkedChar(about="system", max_length=12)
    means = MarkedText(about="free")
    """What it means for customs."""
    review_on = models.DateField()
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_topic"


class Procedure(models.Model):
    """What is done at once when something of a kind happens: step cards, in a version."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="procedures")
    incident = MarkedChar(about="system", max_length=32)
    version = models.PositiveSmallIntegerField(default=1)
    title = MarkedChar(about="free", max_length=200)
    steps = MarkedJSON(about="free", default=list)
    """`[{"text", "who", "minutes"}]` in their order."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_procedure"
        constraints = (
            models.UniqueConstraint(fields=["group", "incident", "version"], name="one_version_an_incident"),
        )


class Liaison(models.Model):
    """Another group with which this one keeps contact, and who keeps it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="liaisons")
    name = MarkedChar(about="office", max_length=200)
    about = MarkedChar(about="free", max_length=300, default="", blank=True)
    owner = MarkedChar(about="person", max_length=150)
    last_on = models.DateField(null=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_liaison"
        constraints = (models.UniqueConstraint(fields=["group", "name"], name="one_liaison_a_name"),)
