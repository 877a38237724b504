"""The events of custody, which nobody changes or removes; seals; people who sign and have no account."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence.models.exhibits import Exhibit
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Party(models.Model):
    """Somebody without an account who gives, takes, receives a receipt or stands by: the annex of names. An event
    names the ref and a digest under a salt, so that the chain holds when the name must go.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    name = MarkedChar(about="person", max_length=200)
    organisation = MarkedChar(about="firm", max_length=200, default="", blank=True)
    document = MarkedChar(about="person", max_length=100, default="", blank=True)
    """The card or document that they showed."""
    language = MarkedChar(about="system", max_length=8, default="en")
    salt = MarkedChar(about="system", max_length=32)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_party"


class CustodyEvent(models.Model):
    """Something that happened to an exhibit. Triggers of the database refuse every change and every removal."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = MarkedChar(about="system", max_length=16)
    at = models.DateTimeField()
    """When it happened, as whoever recorded it says."""
    recorded_at = models.DateTimeField()
    """When this node wrote it down."""
    by = MarkedChar(about="person", max_length=150)
    """The account that recorded it."""
    door = MarkedChar(about="system", max_length=100)
    """How that account came in: by page, by a program's token, at the shell."""
    giver = MarkedChar(about="person", max_length=150, default="", blank=True)
    taker = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Accounts, or refs of parties, or of a store (`store:REF`)."""
    place = MarkedChar(about="place", max_length=300, default="", blank=True)
    purpose = MarkedChar(about="system", max_length=16, default="", blank=True)
    authority = MarkedChar(about="free", max_length=300, default="", blank=True)
    condition = MarkedText(about="free", default="", blank=True)
    seal_before = MarkedChar(about="code", max_length=60, default="", blank=True)
    seal_after = MarkedChar(about="code", max_length=60, default="", blank=True)
    seal_whole = models.BooleanField(null=True)
    note = MarkedText(about="free", default="", blank=True)
    detail = MarkedJSON(about="free", default=dict)
    """What events of a kind say beside: texts, whole numbers, yes and no, and documents and lists of these. No
    fractions: a measured quantity is a text.
    """
    files = MarkedJSON(about="free", default=list)
    """Of files of the vault, or kept elsewhere: `sha256`, `size`, `type`, `name`, `role`."""
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    """The event that it takes, declines, witnesses or corrects."""
    batch = MarkedChar(about="system", max_length=64, default="", blank=True)
    """What was done with several at once has one batch."""
    previous = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The digest of the event before, nothing for the first."""
    digest = MarkedChar(about="system", max_length=64)

    class Meta:
        db_table = "evidence_event"
        constraints = (
            models.UniqueConstraint(fields=["exhibit", "sequence"], name="event_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(sequence=1, previous="") | (models.Q(sequence__gt=1) & ~models.Q(previous="")),
                name="event_continues_another",
            ),
        )
        indexes = (
            models.Index(fields=["kind", "recorded_at"], name="events_of_kind"),
            models.Index(fields=["batch"], name="events_of_batch"),
        )


class Seal(models.Model):
    """A seal with its number: where it was put, and when it was cut. A number is used once."""

    administration = MarkedChar(about="system", max_length=3)
    number = MarkedChar(about="code", max_length=60)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="seals")
    put = models.ForeignKey(CustodyEvent, on_delete=models.PROTECT, related_name="+")
    cut = models.ForeignKey(CustodyEvent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "evidence_seal"
        constraints = (models.UniqueConstraint(fields=["administration", "number"], name="seal_used_once"),)
