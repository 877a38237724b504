"""What becomes of seized goods: an order, a method, two witnesses, a certificate."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence import states
from tidewaiter.evidence.models.exhibits import DIGITS, PLACES, Exhibit
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Disposal(models.Model):
    """Destruction, return, sale, donation or handing to another authority, by an order."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    way = MarkedChar(about="system", max_length=16)
    """`destroy`, `return`, `sell`, `donate` or `hand_to`."""
    case = MarkedChar(about="system", max_length=64, default="", blank=True)
    order = MarkedChar(about="free", max_length=200)
    ordered_by = MarkedChar(about="office", max_length=200)
    ordered_on = models.DateField()
    due_on = models.DateField(null=True)
    state = MarkedChar(about="system", max_length=24, default=states.ORDERED)
    methods = MarkedJSON(about="free", default=list)
    """By material: `material`, `method`, `weight` (a text), `plant`, `permit`."""
    told_on = models.DateField(null=True)
    right_holder = MarkedChar(about="firm", max_length=200, default="", blank=True)
    right_holder_says = MarkedText(about="free", default="", blank=True)
    witnesses = MarkedJSON(about="person", default=list)
    """Accounts, or refs of parties, with when and how each signed."""
    files = MarkedJSON(about="free", default=list)
    difference = MarkedText(about="free", default="", blank=True)
    """Why what was weighed or counted at the gate is not what custody says."""
    taken_back = MarkedText(about="free", default="", blank=True)
    """Why the order was taken back before anything went."""
    cost = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=2)
    currency = MarkedChar(about="system", max_length=3, default="", blank=True)
    carbon = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    """Tonnes of CO2 equivalent, as reported."""
    recycled = models.DecimalField(null=True, max_digits=6, decimal_places=2)
    """Per cent, as reported."""
    done_at = models.DateTimeField(null=True)
    done_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_disposal"
        constraints = (
            models.UniqueConstraint(fields=["administration", "year", "number"], name="disposal_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(done_by="", done_at=None) | (~models.Q(done_by="") & ~models.Q(done_at=None)),
                name="disposal_done_by_with_at",
            ),
        )

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"{self.administration}/DS/{self.year}/{self.number:04d}"


class DisposalItem(models.Model):
    """An exhibit of a disposal: how much of it goes, and what was counted at the gate."""

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="items")
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="disposals")
    quantity = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    """Nothing: all of it, uncounted as it is."""
    kept = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    """What stays as a sample."""
    counted = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    """At the gate."""

    class Meta:
        db_table = "evidence_disposal_item"
        constraints = (models.UniqueConstraint(fields=["disposal", "exhibit"], name="disposed_once"),)
