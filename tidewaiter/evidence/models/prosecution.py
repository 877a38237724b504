"""The way of a case through the court: charges, hearings, orders, what was shown to whom, and how it ended."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence import states
from tidewaiter.evidence.models.exhibits import DIGITS, Exhibit
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Proceeding(models.Model):
    """A case before a court."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    case = MarkedChar(about="system", max_length=64)
    case_reference = MarkedChar(about="system", max_length=100, default="", blank=True)
    court = MarkedChar(about="office", max_length=200)
    court_reference = MarkedChar(about="code", max_length=100, default="", blank=True)
    prosecutor = MarkedChar(about="office", max_length=200, default="", blank=True)
    state = MarkedChar(about="system", max_length=16, default=states.PREPARED)
    seized_on = models.DateField()
    """The first day on which an exhibit of it was found: days are counted from it."""
    filed_on = models.DateField(null=True)
    judged_on = models.DateField(null=True)
    outcome = MarkedChar(about="system", max_length=16, default="", blank=True)
    judgement = MarkedText(about="free", default="", blank=True)
    fine = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=2)
    currency = MarkedChar(about="system", max_length=3, default="", blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_proceeding"
        constraints = (models.UniqueConstraint(fields=["administration", "case"], name="case_before_one_court"),)


class Charge(models.Model):
    """What somebody is charged with."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="charges")
    number = models.PositiveIntegerField()
    law = MarkedChar(about="code", max_length=200)
    text = MarkedText(about="free")
    accused = MarkedChar(about="person", max_length=200, default="", blank=True)
    result = MarkedChar(about="system", max_length=16, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_charge"
        constraints = (models.UniqueConstraint(fields=["proceeding", "number"], name="charge_numbered_once"),)


class Hearing(models.Model):
    """A day in court, and what came of it."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="hearings")
    number = models.PositiveIntegerField()
    on = models.DateTimeField()
    about = MarkedText(about="free")
    needs = MarkedJSON(about="system", default=list)
    """Refs of exhibits that must be there."""
    result = MarkedText(about="free", default="", blank=True)
    told = models.BooleanField(default=False)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_hearing"
        constraints = (models.UniqueConstraint(fields=["proceeding", "number"], name="hearing_numbered_once"),)
        indexes = (models.Index(fields=["on", "told"], name="hearings_to_come"),)


class CourtOrder(models.Model):
    """What a court or a prosecutor has ordered."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="orders")
    number = models.PositiveIntegerField()
    kind = MarkedChar(about="system", max_length=16)
    """`test`, `forfeit`, `return`, `destroy`, `keep`, `disclose` or `other`."""
    called = MarkedChar(about="code", max_length=100)
    issued_on = models.DateField()
    issued_by = MarkedChar(about="office", max_length=200)
    text = MarkedText(about="free", default="", blank=True)
    exhibits = MarkedJSON(about="system", default=list)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_order"
        constraints = (models.UniqueConstraint(fields=["proceeding", "number"], name="order_numbered_once"),)


class Disclosure(models.Model):
    """A line of the disclosure list: what was listed, shown or withheld, to whom, and why."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="disclosures")
    number = models.PositiveIntegerField()
    exhibit = models.ForeignKey(Exhibit, null=True, on_delete=models.PROTECT, related_name="disclosures")
    material = MarkedText(about="free", default="", blank=True)
    """Of what is no exhibit: a report, a statement."""
    kind = MarkedChar(about="system", max_length=12)
    """`listed`, `shown`, `copied` or `withheld`."""
    to = MarkedChar(about="person", max_length=200, default="", blank=True)
    on = models.DateField()
    reason = MarkedText(about="free", default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_disclosure"
        constraints = (
            models.UniqueConstraint(fields=["proceeding", "number"], name="disclosure_numbered_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="withheld") | ~models.Q(reason=""), name="withheld_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["shown", "copied"]) | ~models.Q(to=""), name="shown_to_somebody"
            ),
        )
