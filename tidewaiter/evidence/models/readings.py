"""Things that report: smart seals, trackers and sensors, what they said, and what is wrong in it."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence.models.exhibits import Exhibit
from tidewaiter.evidence.models.stores import Store
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Device(models.Model):
    """A device on an exhibit, in a store or on a container on its route."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    kind = MarkedChar(about="system", max_length=8)
    """`seal`, `tracker` or `sensor`."""
    number = MarkedChar(about="code", max_length=100)
    exhibit = models.ForeignKey(Exhibit, null=True, on_delete=models.PROTECT, related_name="devices")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="devices")
    container = MarkedChar(about="code", max_length=30, default="", blank=True)
    route = MarkedJSON(about="place", default=list)
    """Points on its way (`lat`, `lon`, texts), in order; nothing where nobody said."""
    off_route_km = models.PositiveIntegerField(default=25)
    every_seconds = models.PositiveIntegerField(default=3600)
    """How often it must report: twice that without a word is a gap."""
    coldest = models.SmallIntegerField(null=True)
    warmest = models.SmallIntegerField(null=True)
    last_at = models.DateTimeField(null=True)
    last = MarkedJSON(about="system", default=dict)
    removed_at = models.DateTimeField(null=True)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_device"
        constraints = (models.UniqueConstraint(fields=["administration", "number"], name="device_numbered_once"),)
        indexes = (models.Index(fields=["removed_at", "last_at"], name="devices_silent"),)


class Reading(models.Model):
    """What a device said at a moment; said again, it is the same."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="readings")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    said = MarkedJSON(about="system", default=dict)
    """`seal` (`closed`, `opened`, `cut`), and texts: `temperature`, `humidity`, `shock`, `light`, `battery`, `lat`,
    `lon`.
    """

    class Meta:
        db_table = "evidence_reading"
        constraints = (models.UniqueConstraint(fields=["device", "at"], name="reading_once"),)


class ReadingFinding(models.Model):
    """Something wrong in what a device said, or in its silence: open until somebody has looked into it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="findings")
    kind = MarkedChar(about="system", max_length=16)
    """`gap`, `tampered`, `too_warm`, `too_cold`, `off_route`, `clock` or `battery`."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    says = MarkedChar(about="system", max_length=200, default="", blank=True)
    found_at = models.DateTimeField()
    cleared = MarkedText(about="free", default="", blank=True)
    cleared_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_reading_finding"
        indexes = (models.Index(fields=["device", "cleared_at"], name="findings_of_device"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cleared_by="", cleared_at=None)
                | (~models.Q(cleared_by="") & ~models.Q(cleared_at=None)),
                name="finding_cleared_by_with_at",
            ),
        )
