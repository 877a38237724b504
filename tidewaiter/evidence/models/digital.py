"""Digital evidence (ISO/IEC 27037): what was acquired by whom with what, how it is verified, what is being brought."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence.models.custody import CustodyEvent
from tidewaiter.evidence.models.exhibits import Exhibit
from tidewaiter.privacy.columns import MarkedChar, MarkedText


class Acquisition(models.Model):
    """A copy of what a device, an account or a screen held: the image, and a list of its files with their digests."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="acquisitions")
    event = models.ForeignKey(CustodyEvent, on_delete=models.PROTECT, related_name="+")
    role = MarkedChar(about="system", max_length=8)
    """`defr` (first responder) or `des` (specialist)."""
    method = MarkedChar(about="system", max_length=16)
    tool = MarkedChar(about="brand", max_length=100)
    version = MarkedChar(about="code", max_length=60)
    write_protection = MarkedChar(about="free", max_length=200, default="", blank=True)
    why_unprotected = MarkedText(about="free", default="", blank=True)
    source = MarkedText(about="free", default="", blank=True)
    """Of a remote one or a screenshot: the address, the account, who sent it."""
    legal_basis = MarkedText(about="free", default="", blank=True)
    sha256 = MarkedChar(about="system", max_length=64)
    """Of the image."""
    size = models.BigIntegerField()
    kept_in = MarkedChar(about="system", max_length=12)
    """`vault`, or `elsewhere`: by reference."""
    where = MarkedText(about="free", default="", blank=True)
    """Of what lies elsewhere: the path below the folder that the node may read, or a place in words."""
    manifest = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the list of its files, in the vault."""
    manifest_files = models.PositiveIntegerField(default=0)
    manifest_bytes = models.BigIntegerField(default=0)
    every_days = models.PositiveSmallIntegerField(default=0)
    """How often it is verified by the clock; never where nothing is said."""
    next_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    result = MarkedChar(about="system", max_length=12, default="", blank=True)
    acquired_at = models.DateTimeField()
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_acquisition"
        indexes = (models.Index(fields=["next_at"], name="acquisitions_to_verify"),)


class Verification(models.Model):
    """That an image was read again, and whether it is what was acquired."""

    acquisition = models.ForeignKey(Acquisition, on_delete=models.PROTECT, related_name="verifications")
    why = MarkedChar(about="system", max_length=12)
    """`moved`, `clock` or `asked`."""
    result = MarkedChar(about="system", max_length=12)
    """`whole`, `changed`, `gone` or `told` (a person read it elsewhere)."""
    sha256 = MarkedChar(about="system", max_length=64, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_verification"
        indexes = (models.Index(fields=["acquisition", "-at"], name="verifications_of"),)


class Upload(models.Model):
    """A file that is being brought piece by piece; it goes on where it stopped."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="uploads")
    name = MarkedChar(about="free", max_length=200)
    size = models.BigIntegerField()
    sha256 = MarkedChar(about="system", max_length=64)
    """As its bringer says; what came must be that."""
    received = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_upload"
