"""Files that analysts bring, runs of an analysis over them, and findings that were referred to another agency.

Rows are never in the database: they lie as Parquet in the run's folder, and of a referral as JSON in the vault.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText
from tidewaiter.trade import states


class TradeFile(models.Model):
    """A file of declarations, of reported trade, or a table beside them."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    name = MarkedChar(about="free", shape="file_name", max_length=120)
    stored = MarkedChar(about="system", max_length=100)
    """Its name in the node's folder of brought files: the digest and the kind."""
    size = models.BigIntegerField()
    administration = MarkedChar(about="system", max_length=8)
    brought_by = MarkedChar(about="person", max_length=150)
    brought_at = models.DateTimeField()

    dropped: Sequence[str] = ()
    """Heads of the columns that were not kept, told to who brings it; they are kept nowhere."""

    class Meta:
        db_table = "trade_file"
        constraints = (models.UniqueConstraint(fields=["administration", "stored"], name="one_trade_file_a_content"),)


class TradeRun(models.Model):
    """An analysis with its parameters and what it found."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    analysis = MarkedChar(about="system", max_length=20)
    name = MarkedChar(about="free", max_length=120)
    source = MarkedChar(about="system", max_length=140)
    """The ref of a file, or `folder:NAME` of the configured folder."""
    mapping = MarkedJSON(about="free", default=dict)
    parameters = MarkedJSON(about="free", default=dict)
    answer = MarkedJSON(about="free", default=dict)
    administration = MarkedChar(about="system", max_length=8)
    started_by = MarkedChar(about="person", max_length=150)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = MarkedText(about="free", default="", blank=True)
    """Why it could not be done."""

    class Meta:
        db_table = "trade_run"
        indexes = (models.Index(fields=["administration", "-started_at"], name="trade_runs_latest"),)


class Referral(models.Model):
    """A finding given to another agency with its evidence, which does not change any more, and what became of it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    status = MarkedChar(about="system", max_length=10, default=states.DRAFTED)
    administration = MarkedChar(about="code", max_length=8)
    run = MarkedChar(about="system", max_length=64)
    """The analysis that found it, which may be forgotten since."""
    analysis = MarkedChar(about="system", max_length=20)
    finding = MarkedChar(about="code", max_length=120)
    """The number of a row of unit prices; `EXPORTER-IMPORTER-PRODUCT-YEAR` of a mirror comparison."""
    title = MarkedChar(about="free", max_length=300)
    amount = models.FloatField(null=True)
    """What is at stake by the finding, in the currency of the file."""
    evidence = MarkedChar(about="system", max_length=64)
    """SHA-256 of the frozen evidence, which lies in the vault."""
    agency = MarkedChar(about="code", max_length=20)
    """A code of the list `referral_agency`."""
    agency_name = MarkedChar(about="firm", max_length=150)
    their_ref = MarkedChar(about="code", max_length=80, default="", blank=True)
    note = MarkedChar(about="free", max_length=2000, default="", blank=True)
    """What the sender says beside the evidence."""
    reason = MarkedChar(about="free", max_length=1000, default="", blank=True)
    """Why it was declined or withdrawn."""
    outcome = MarkedChar(about="code", max_length=20, default="", blank=True)
    """A code of the list `referral_outcome`."""
    recovered = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    currency = MarkedChar(about="code", max_length=3, default="", blank=True)
    drafted_by = MarkedChar(about="person", max_length=150)
    drafted_at = models.DateTimeField()
    sent_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    sent_at = models.DateTimeField(null=True)
    changed_by = MarkedChar(about="person", max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "trade_referral"
        indexes = (models.Index(fields=["administration", "-changed_at"], name="referrals_latest"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sent_by="", sent_at=None) | (~models.Q(sent_by="") & ~models.Q(sent_at=None)),
                name="referral_sent_by_with_at",
            ),
            models.CheckConstraint(
                condition=models.Q(recovered=None, currency="") | (~models.Q(recovered=None) & ~models.Q(currency="")),
                name="referral_recovered_with_currency",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=states.CONCLUDED) | ~models.Q(outcome=""), name="referral_concluded_as"
            ),
        )
