"""What shows others that nothing was changed: stamped batches over the heads of exhibits, and exports."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence.models.exhibits import Exhibit
from tidewaiter.privacy.columns import MarkedChar, MarkedText


class StampBatch(models.Model):
    """A statement over the heads of exhibits and of the ledger at one moment, and its time stamp (RFC 3161)."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    ledger_seq = models.BigIntegerField()
    ledger_hash = MarkedChar(about="system", max_length=64)
    root = MarkedChar(about="system", max_length=64)
    """Of the tree over its leaves."""
    count = models.PositiveIntegerField()
    previous = MarkedChar(about="system", max_length=64, default="", blank=True)
    """SHA-256 of the statement before."""
    digest = MarkedChar(about="system", max_length=64)
    """SHA-256 of its own: what is stamped."""
    token = MarkedText(about="system", default="", blank=True)
    """The TimeStampToken in base64; empty while the authority is waited for."""
    chain = MarkedText(about="system", default="", blank=True)
    """Certificates up to the root, PEM."""
    lists = MarkedText(about="system", default="", blank=True)
    """Revocation lists as they stood when it was stamped, PEM."""
    stamped_at = models.DateTimeField(null=True)
    """The time that the token says."""
    authority = MarkedChar(about="system", max_length=300, default="", blank=True)
    policy = MarkedChar(about="system", max_length=100, default="", blank=True)
    good_until = models.DateTimeField(null=True)
    unrevoked = models.BooleanField(null=True)
    """Whether the kept lists say so of every certificate."""
    renewed_in = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renews")
    """The later batch that holds its token as a leaf."""
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    why = MarkedChar(about="system", max_length=24, default="", blank=True)
    """Why the last try gave none, a code."""

    class Meta:
        db_table = "evidence_stamp"
        indexes = (models.Index(fields=["stamped_at"], name="stamps_waiting"),)


class StampLeaf(models.Model):
    """A thing of a batch: the head of an exhibit, or the token of an older batch that is renewed."""

    batch = models.ForeignKey(StampBatch, on_delete=models.PROTECT, related_name="leaves")
    place = models.PositiveIntegerField()
    exhibit = models.ForeignKey(Exhibit, null=True, on_delete=models.PROTECT, related_name="leaves")
    sequence = models.PositiveIntegerField(default=0)
    renews = models.ForeignKey(StampBatch, null=True, on_delete=models.PROTECT, related_name="+")
    digest = MarkedChar(about="system", max_length=64)
    """Of the exhibit's event, or of the token."""

    class Meta:
        db_table = "evidence_stamp_leaf"
        constraints = (
            models.UniqueConstraint(fields=["batch", "place"], name="stamp_leaf_placed_once"),
            models.CheckConstraint(
                condition=models.Q(exhibit=None, sequence=0) | models.Q(exhibit__isnull=False, renews=None),
                name="stamp_leaf_of_one_kind",
            ),
        )


class Bundle(models.Model):
    """An export of the exhibits of a case: who took it, for what, and the digest of the file."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    case = MarkedChar(about="system", max_length=64)
    case_reference = MarkedChar(about="system", max_length=100, default="", blank=True)
    purpose = MarkedText(about="free")
    order = MarkedText(about="free", default="", blank=True)
    """The order by which what is restricted leaves."""
    exhibits = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    files = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    sha256 = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the zip, or of the manifest of a folder; empty where it was never finished."""
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_bundle"
        indexes = (models.Index(fields=["administration", "case", "-made_at"], name="bundles_of_case"),)
