"""Groups, the paragraphs of their mandates, their members, and who leads them for how long."""

from __future__ import annotations

from django.db import models

from tidewaiter.experts.models.pairs import who_with_when
from tidewaiter.privacy.columns import MarkedChar, MarkedText

Q = models.Q


class Group(models.Model):
    """A group of experts, by the code that its collection of warnings has as alias too."""

    code = MarkedChar(about="system", max_length=32, primary_key=True)
    title = MarkedChar(about="free", max_length=200)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    """Of a sub-group: the group that set it up."""
    purpose = MarkedText(about="free", default="", blank=True)
    reports_to = MarkedChar(about="office", max_length=200, default="", blank=True)
    confirmed_on = models.DateField(null=True)
    updated_on = models.DateField(null=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    """Nothing: its duration is unspecified."""
    terms = MarkedText(about="free", default="", blank=True)
    """What a member promises before anything of the group is seen."""
    terms_version = models.PositiveSmallIntegerField(default=1)
    opened_by = MarkedChar(about="person", max_length=150)
    opened_at = models.DateTimeField()
    closed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_group"
        constraints = (who_with_when("closed_by", "closed_at", "group_closed_by_with_at"),)


class Paragraph(models.Model):
    """A paragraph of a mandate: what work, recommendations and warnings of the group rest on (¶5)."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="paragraphs")
    number = models.PositiveSmallIntegerField()
    title = MarkedChar(about="free", max_length=200)
    text = MarkedText(about="free", default="", blank=True)

    class Meta:
        db_table = "experts_paragraph"
        constraints = (models.UniqueConstraint(fields=["group", "number"], name="paragraph_numbered_once"),)


class Member(models.Model):
    """Somebody's seat in a group: for which country and agency, of which sector, with which standing."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    username = MarkedChar(about="person", max_length=150)
    country = MarkedChar(about="system", max_length=3)
    agency = MarkedChar(about="office", max_length=200, default="", blank=True)
    sector = MarkedChar(about="system", max_length=16)
    standing = MarkedChar(about="system", max_length=16)
    """`expert`, `observer` or `private` (a narrower view)."""
    admitted_by = MarkedChar(about="person", max_length=150)
    admitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_version = models.PositiveSmallIntegerField(default=0)
    """Which terms the person has accepted, and when."""
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = MarkedChar(about="free", max_length=300, default="", blank=True)

    class Meta:
        db_table = "experts_member"
        constraints = (
            models.UniqueConstraint(fields=["group", "username"], condition=Q(ended_at=None), name="one_seat_a_person"),
            who_with_when("ended_by", "ended_at", "seat_ended_by_with_at"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_version=0) | (~Q(accepted_at=None) & Q(accepted_version__gt=0)),
                name="accepted_version_with_at",
            ),
        )
        indexes = (models.Index(fields=["username", "ended_at"], name="seats_of"),)


class Term(models.Model):
    """For how long somebody leads a group. A group has one chair and one vice-chair at once, and nobody is both."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="terms_of_office")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="terms")
    office = MarkedChar(about="system", max_length=12)
    begins_on = models.DateField()
    ends_on = models.DateField()
    left_on = models.DateField(null=True)
    """When it was over: a successor was appointed, or the person left."""
    appointed_by = MarkedChar(about="person", max_length=150)
    appointed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_term"
        constraints = (
            models.UniqueConstraint(
                fields=["group", "office"], condition=Q(left_on=None), name="one_in_an_office_at_once"
            ),
            models.UniqueConstraint(fields=["member"], condition=Q(left_on=None), name="one_office_a_member"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("begins_on")), name="term_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=models.F("begins_on")), name="term_left_after_it_began"
            ),
        )
