"""Where things lie, and how it is counted what lies there."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence import states
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON


class Store(models.Model):
    """A room, a shelf, a cold store: how much fits, how warm it is, what may lie there."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    code = MarkedChar(about="code", max_length=24)
    """What its label says: `MBA-B`."""
    name = MarkedChar(about="office", max_length=200)
    capacity = models.PositiveIntegerField(null=True)
    """How many exhibits and boxes fit; nothing where nobody counted."""
    coldest = models.SmallIntegerField(null=True)
    warmest = models.SmallIntegerField(null=True)
    """Degrees Celsius that it keeps."""
    dangerous = MarkedJSON(about="system", default=list)
    """Classes of dangerous goods that may lie there."""
    closed = models.BooleanField(default=False)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_store"
        constraints = (models.UniqueConstraint(fields=["administration", "code"], name="store_called_once"),)


class Inventory(models.Model):
    """A count of what lies in a store, by scanning."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="inventories")
    state = MarkedChar(about="system", max_length=16, default=states.COUNTING)
    expected = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)
    begun_by = MarkedChar(about="person", max_length=150)
    begun_at = models.DateTimeField()
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_inventory"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_by="", ended_at=None) | (~models.Q(ended_by="") & ~models.Q(ended_at=None)),
                name="inventory_ended_by_with_at",
            ),
        )


class Scan(models.Model):
    """A code that was scanned in an inventory."""

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="scans")
    code = MarkedChar(about="code", max_length=100)
    exhibit = models.ForeignKey("evidence.Exhibit", null=True, on_delete=models.PROTECT, related_name="+")
    """Nothing where nobody knows the code."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_scan"
        constraints = (models.UniqueConstraint(fields=["inventory", "code"], name="scanned_once"),)
