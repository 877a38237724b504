"""Devices of officers, and what they sent. What a device seals stays sealed until it is whole and known."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Device(models.Model):
    """One officer's desk on one browser: two officers at one device have two."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    username = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    name = MarkedChar(about="free", max_length=60)
    """What its officer calls it: «phone of the Vanga post»."""
    public_key = MarkedChar(about="system", max_length=64, unique=True)
    """Ed25519, base64url: what it signs is of this device."""
    status = MarkedChar(about="system", max_length=16)
    made_at = models.DateTimeField()
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = MarkedChar(about="free", max_length=200, default="", blank=True)
    seen_at = models.DateTimeField(null=True)
    version = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the page that it ran when it was last seen."""
    waiting = models.IntegerField(default=0)
    oldest_at = models.DateTimeField(null=True)
    """Since when the oldest of what waits on it waits, by its own clock set right."""
    clock_ahead = models.FloatField(null=True)
    persisted = models.BooleanField(null=True)
    """What the browser answered when it was asked not to clear the desk."""

    class Meta:
        db_table = "offline_device"
        indexes = (models.Index(fields=["administration", "status"], name="devices_of"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_by="", ended_at=None) | (~Q(ended_by="") & ~Q(ended_at=None)),
                name="device_ended_by_with_at",
            ),
        )


class Item(models.Model):
    """One frozen thing of a device: a case, a photo of one, a correction. Its id was minted there, once."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="items")
    kind = MarkedChar(about="system", max_length=16)
    """`case`, `photo` or `correction`."""
    of = MarkedChar(about="system", max_length=64, default="", blank=True, db_index=True)
    """Of a photo: the item it belongs to."""
    after = MarkedChar(about="system", max_length=64, default="", blank=True, db_index=True)
    """The item that must be in before this one."""
    digest = MarkedChar(about="system", max_length=64)
    """SHA-256 of what was sealed."""
    size = models.BigIntegerField()
    """Bytes, sealed."""
    got = models.BigIntegerField(default=0)
    head = MarkedText(about="system")
    """What the device signed of it when it was frozen."""
    status = MarkedChar(about="system", max_length=16)
    frozen_at = models.DateTimeField()
    """By the device's clock."""
    came_at = models.DateTimeField()
    brought_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Who carried it here in a file; empty where the device sent it itself."""
    brought_in = MarkedChar(about="system", max_length=64, default="", blank=True, db_index=True)
    """The saved queue in which it was brought last, by which its receipts are found again."""
    case = MarkedChar(about="system", max_length=64, default="", blank=True, db_index=True)
    version = models.IntegerField(default=0)
    case_digest = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the case as this item left it: what a later one of the same branch was written over."""
    manifest = MarkedJSON(about="system", default=list)
    """The items of its photos."""
    submits = models.BooleanField(default=False)
    """Whether the case is handed to the reviewer once it is whole."""
    problems = MarkedJSON(about="free", default=list)
    content = MarkedJSON(about="free", null=True)
    """What it says, kept only while it waits or is to be settled."""
    receipt = MarkedText(about="system", default="", blank=True)
    settled_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "offline_item"
        indexes = (models.Index(fields=["device", "status"], name="items_of_device"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_by="", settled_at=None) | (~Q(settled_by="") & ~Q(settled_at=None)),
                name="item_settled_by_with_at",
            ),
        )
