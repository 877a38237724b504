"""Peers, agreements, what leaves and what comes. Bodies are kept no longer than they are needed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Peer(models.Model):
    """Another node, as its signed card says."""

    node = MarkedChar(about="system", max_length=64, primary_key=True)
    """The ref of the node, as its ledger has it."""
    name = MarkedChar(about="system", max_length=40, unique=True)
    title = MarkedChar(about="office", max_length=100)
    shape = MarkedChar(about="system", max_length=16)
    administration = MarkedChar(about="system", max_length=3)
    url = MarkedChar(about="system", max_length=300, default="", blank=True)
    """Where it is reached; empty for a node that only calls itself."""
    card = MarkedJSON(about="system")
    card_token = MarkedText(about="system")
    added_by = MarkedChar(about="person", max_length=150)
    added_at = models.DateTimeField()
    revoked_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    """When it last asked or answered."""
    clock_ahead = models.FloatField(null=True)
    """By how many seconds its clock goes ahead of ours."""
    head = MarkedJSON(about="system", default=dict)
    """The last signed head of its ledger that it has shown."""
    history = MarkedChar(about="system", max_length=16, default="", blank=True)
    """`agrees` or `rewritten`; empty until two heads were seen."""
    failed = MarkedChar(about="system", max_length=100, default="", blank=True)
    """Why the last try to reach it failed, as a code."""
    failed_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_peer"
        constraints = (
            models.CheckConstraint(
                condition=Q(revoked_by="", revoked_at=None) | (~Q(revoked_by="") & ~Q(revoked_at=None)),
                name="revoked_by_with_at",
            ),
        )


class Agreement(models.Model):
    """What two nodes have agreed, signed by both; the newest epoch of a code holds."""

    code = MarkedChar(about="system", max_length=60, primary_key=True)
    epoch = models.IntegerField()
    parties = MarkedJSON(about="system")
    """The refs of the two nodes."""
    document = MarkedJSON(about="office")
    signatures = MarkedJSON(about="system")
    """By node: the JWS over the document."""
    starts = models.DateField()
    ends = models.DateField()
    status = MarkedChar(about="system", max_length=16)
    """`proposed`, `agreed` or `ended` (states.py)."""
    filled = MarkedJSON(about="system", default=dict)
    """By kind, how far what was here before has been put into the outbox: a ref, or `-` for all of it."""
    ending = MarkedJSON(about="system", default=dict)
    """Of one that has ended: by node, how many copies it has erased and when it said so."""
    changed_by = MarkedChar(about="person", max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_agreement"


class Outgoing(models.Model):
    """An envelope that leaves, or would: its id is minted here, once."""

    ref = MarkedChar(about="system", max_length=64, unique=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="outgoing")
    agreement = MarkedChar(about="system", max_length=60, default="", blank=True)
    epoch = models.IntegerField(default=0)
    kind = MarkedChar(about="system", max_length=32)
    op = MarkedChar(about="system", max_length=16)
    record = MarkedChar(about="system", max_length=64)
    version = models.IntegerField(default=0)
    revision = models.IntegerField(default=0)
    """Which of the record to this peer, counted from 1: the order in which they are taken."""
    called = MarkedChar(about="free", max_length=120, default="", blank=True)
    digest = MarkedChar(about="system", max_length=64)
    purpose = MarkedChar(about="office", max_length=200, default="", blank=True)
    body = MarkedJSON(about="free", judged_by="forms", default=dict)
    """Kept until the receipt is here."""
    held = MarkedJSON(about="system", default=list)
    """`[{"path", "rule"}]`."""
    status = MarkedChar(about="system", max_length=16)
    reason = MarkedChar(about="system", max_length=40, default="", blank=True)
    """Why it is held or was refused, as a code."""
    said = MarkedChar(about="free", max_length=300, default="", blank=True)
    """What the receiver said of it."""
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    receipt = MarkedText(about="system", default="", blank=True)

    class Meta:
        db_table = "exchange_outgoing"
        constraints = (
            models.UniqueConstraint(
                fields=["peer", "kind", "record", "revision"],
                condition=~Q(revision=0),
                name="one_revision_a_peer",
            ),
        )
        indexes = (
            models.Index(fields=["status", "peer", "op", "id"], name="outgoing_waits"),
            models.Index(fields=["record", "kind", "peer", "-revision"], name="outgoing_of_record"),
            models.Index(fields=["answered_at"], name="outgoing_answered"),
        )


class Incoming(models.Model):
    """An envelope that came: known by its id for ever, so that it is done once. What it says is not kept here."""

    ref = MarkedChar(about="system", max_length=64)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="incoming")
    kind = MarkedChar(about="system", max_length=32, default="", blank=True)
    op = MarkedChar(about="system", max_length=16, default="", blank=True)
    record = MarkedChar(about="system", max_length=64, default="", blank=True)
    version = models.IntegerField(default=0)
    revision = models.IntegerField(default=0)
    agreement = MarkedChar(about="system", max_length=60, default="", blank=True)
    digest = MarkedChar(about="system", max_length=64, default="", blank=True)
    status = MarkedChar(about="system", max_length=16)
    reason = MarkedChar(about="system", max_length=40, default="", blank=True)
    kept_as = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The ref of what was made of it."""
    sealed = MarkedText(about="system", default="", blank=True)
    """The envelope as it came, sealed, while it waits; emptied when it is done."""
    came_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    receipt = MarkedText(about="system", default="", blank=True)
    """What was answered; a second copy is answered with it again."""

    class Meta:
        db_table = "exchange_incoming"
        constraints = (models.UniqueConstraint(fields=["peer", "ref"], name="one_envelope_an_id"),)
        indexes = (
            models.Index(fields=["status", "id"], name="incoming_waits"),
            models.Index(fields=["done_at"], name="incoming_done"),
            models.Index(fields=["peer", "kind", "record", "-revision"], name="incoming_of_record"),
        )


class Parcel(models.Model):
    """An envelope that lies here for another node: sealed, never opened, gone when it was fetched."""

    ref = MarkedChar(about="system", max_length=64)
    sender = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="+")
    recipient = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="parcels")
    agreement = MarkedChar(about="system", max_length=60, default="", blank=True)
    epoch = models.IntegerField(default=0)
    expires_at = models.DateTimeField()
    size = models.IntegerField()
    sealed = MarkedText(about="system")
    came_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_parcel"
        constraints = (models.UniqueConstraint(fields=["sender", "ref"], name="one_parcel_an_id"),)
        indexes = (models.Index(fields=["recipient", "id"], name="parcels_of"),)


class Passed(models.Model):
    """How much a relay has carried, by day: counts and sizes, no content."""

    day = models.DateField()
    sender = MarkedChar(about="system", max_length=64)
    recipient = MarkedChar(about="system", max_length=64)
    envelopes = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0)

    class Meta:
        db_table = "exchange_passed"
        constraints = (models.UniqueConstraint(fields=["day", "sender", "recipient"], name="one_row_a_day_and_pair"),)


class Seen(models.Model):
    """A call of a peer, by the number it may use once."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="+")
    nonce = MarkedChar(about="system", max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "exchange_seen"
        constraints = (models.UniqueConstraint(fields=["peer", "nonce"], name="one_call_a_number"),)
        indexes = (models.Index(fields=["at"], name="seen_at"),)


class Question(models.Model):
    """A question to another node whether it knows somebody, or from one: hit or no hit, no record shown."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="questions")
    came = models.BooleanField()
    """Whether it came from the peer; else it was put to it."""
    sought = MarkedChar(about="system", max_length=16)
    """`person`, `company`, `vessel` …"""
    secret = MarkedChar(about="system", max_length=64)
    """The key of its digests, made for this question alone."""
    digests = MarkedJSON(about="system", default=list)
    """Keyed digests of the normalised names and numbers that are asked for."""
    called = MarkedChar(about="free", max_length=200, default="", blank=True)
    """What it is about in the asker's words; kept at the asker's alone."""
    text = MarkedText(about="free", default="", blank=True)
    """Why it is asked, for the people of the other node."""
    matched = MarkedJSON(about="system", default=list)
    """Refs of what was hit here."""
    hits = models.IntegerField(null=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    replied_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_question"
        constraints = (
            models.CheckConstraint(
                condition=Q(replied_by="", replied_at=None) | (~Q(replied_by="") & ~Q(replied_at=None)),
                name="replied_by_with_at",
            ),
        )
        indexes = (models.Index(fields=["peer", "came", "-at"], name="questions_of"),)


class Inquiry(models.Model):
    """A request for information to another node in words, or from one, and its reply."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="inquiries")
    came = models.BooleanField()
    """Whether it came from the peer; else it was put to it."""
    subject = MarkedChar(about="free", max_length=200)
    text = MarkedText(about="free")
    concerns = MarkedChar(about="code", max_length=64, default="", blank=True)
    """The reference of a case or a record that both nodes know."""
    due = models.DateField(null=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    reply = MarkedText(about="free", default="", blank=True)
    replied_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_inquiry"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(replied_by="", replied_at=None)
                | (~models.Q(replied_by="") & ~models.Q(replied_at=None)),
                name="inquiry_replied_by_with_at",
            ),
        )
        indexes = (models.Index(fields=["came", "-at"], name="inquiries_of"),)


class Closed(models.Model):
    """The receipts that this node signed on one day, as one number: published beside the ledger's heads."""

    day = models.DateField(primary_key=True)
    root = MarkedChar(about="system", max_length=64)
    """Of a tree of SHA-256 (RFC 9162, 2.1) over the receipts, in the order of their digests."""
    count = models.IntegerField()
    leaves = MarkedText(about="system")
    """The digests of the receipts, 64 hex digits each, in order."""
    signed = MarkedJSON(about="system")
    """`{"public_key", "signature", "ml_dsa_key", "ml_dsa_signature"}` over the day, the root and the count."""

    class Meta:
        db_table = "exchange_closed"
