"""Alarms and the way of their money; requests to counterparts and their answers; the way in for a bank; files."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText
from tidewaiter.response import states

DIGITS, PLACES = 28, 8
"""Eight places: a wallet counts smaller than a bank."""
NONE = Decimal(0)


class Alarm(models.Model):
    """A payment that somebody was deceived into, as the officer who heard of it wrote it down."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the copy that came with another node's request: that node. Nobody here works on it but by its requests."""
    administration = MarkedChar(about="system", max_length=3)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    """Counted within the administration and the year: what people call it (`KE/AL/2026/0093`)."""
    version = models.PositiveIntegerField(default=1)
    kind = MarkedChar(about="system", max_length=32)
    victim = MarkedChar(about="person", max_length=200)
    victim_kind = MarkedChar(about="system", max_length=8, default="company")
    victim_country = MarkedChar(about="system", max_length=2, default="", blank=True)
    victim_contact = MarkedChar(about="person", max_length=300, default="", blank=True)
    summary = MarkedText(about="free", default="", blank=True)
    currency = MarkedChar(about="system", max_length=8)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    dollars = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    """What it is in US dollars, where somebody said so: rules are written in them."""
    zone = MarkedChar(about="system", max_length=64, default="UTC")
    """In which the victim told the times."""
    transferred_at = models.DateTimeField(null=True)
    detected_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()
    recall_at = models.DateTimeField(null=True)
    ordered = models.BooleanField(null=True)
    """Whether a court has ordered a freeze; nothing where nobody asked it."""
    state = MarkedChar(about="system", max_length=16, default=states.NEW)
    outcome = MarkedChar(about="system", max_length=24, default="", blank=True)
    taken_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    acted_at = models.DateTimeField()
    """When somebody last did anything for it: what is called for looks at this."""
    marks_rung = models.PositiveSmallIntegerField(default=0)
    """How many of the marks of the clock have rung."""

    class Meta:
        db_table = "response_alarm"
        constraints = (
            models.UniqueConstraint(fields=["node", "administration", "year", "number"], name="alarm_numbered_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="alarm_amount_above_nothing"),
        )
        indexes = (
            models.Index(fields=["administration", "state", "-reported_at"], name="alarms_of"),
            models.Index(fields=["state", "marks_rung", "transferred_at"], name="alarms_by_clock"),
        )

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"{self.administration}/AL/{self.year}/{self.number:04d}"


class Leg(models.Model):
    """A payment of an alarm: from one account to another; the next one begins where it ended."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="legs")
    number = models.PositiveSmallIntegerField()
    number_there = models.PositiveSmallIntegerField(null=True)
    """Of a payment that another node named: its number there."""
    after = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="onward")
    method = MarkedChar(about="system", max_length=16, default="wire")
    from_bank = MarkedChar(about="office", max_length=200, default="", blank=True)
    from_bic = MarkedChar(about="system", max_length=11, default="", blank=True)
    from_country = MarkedChar(about="system", max_length=2, default="", blank=True)
    from_account = MarkedChar(about="person", max_length=100, default="", blank=True)
    from_party = MarkedJSON(about="person", default=dict)
    """Payer as FATF R.16 asks: `name`, `address`, `born`, `number`."""
    via_bic = MarkedChar(about="system", max_length=11, default="", blank=True)
    """The intermediary bank, where one was named."""
    to_bank = MarkedChar(about="office", max_length=200, default="", blank=True)
    to_bic = MarkedChar(about="system", max_length=11, default="", blank=True)
    to_country = MarkedChar(about="system", max_length=2, default="", blank=True)
    to_account = MarkedChar(about="person", max_length=100, default="", blank=True)
    to_kind = MarkedChar(about="system", max_length=8, default="", blank=True)
    """`iban`, `wallet` or `account`."""
    to_party = MarkedJSON(about="person", default=dict)
    digest = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of the account it went to, under the node's key: tells that it was seen before, and nothing else."""
    currency = MarkedChar(about="system", max_length=8)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    sent_at = models.DateTimeField(null=True)
    uetr = MarkedChar(about="system", max_length=36, default="", blank=True)
    frozen = models.DecimalField(default=NONE, max_digits=DIGITS, decimal_places=PLACES)
    returned = models.DecimalField(default=NONE, max_digits=DIGITS, decimal_places=PLACES)
    moved = models.DecimalField(default=NONE, max_digits=DIGITS, decimal_places=PLACES)
    gone = models.DecimalField(default=NONE, max_digits=DIGITS, decimal_places=PLACES)
    """Of the amount: blocked there, paid back, moved on to the next payments, out of reach."""

    class Meta:
        db_table = "response_leg"
        constraints = (
            models.UniqueConstraint(fields=["alarm", "number"], name="leg_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(frozen__gte=0, returned__gte=0, moved__gte=0, gone__gte=0)
                & models.Q(
                    amount__gte=models.F("frozen") + models.F("returned") + models.F("moved") + models.F("gone")
                ),
                name="leg_adds_up",
            ),
        )
        indexes = (models.Index(fields=["digest"], name="legs_by_account"),)

    @property
    def rest(self) -> Decimal:
        """What of it nobody has answered for."""
        return self.amount - self.frozen - self.returned - self.moved - self.gone


class Request(models.Model):
    """That the accounts of some legs be frozen: asked of a contact point, an administration of this node, or a bank."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="requests")
    legs = models.ManyToManyField(Leg, related_name="requests")
    scheme = MarkedChar(about="system", max_length=32)
    to_kind = MarkedChar(about="system", max_length=16)
    """`bank`, `contact`, `administration` (of this node) or `node` (the one of another administration)."""
    to = MarkedChar(about="office", max_length=200)
    """The bank's name, the ref of the contact point, the code of the administration."""
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Where it came from, if from another node; it has the same ref there."""
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="passed_on")
    """The request of another node that this one passes on to a bank."""
    to_name = MarkedChar(about="office", max_length=200)
    language = MarkedChar(about="system", max_length=8, default="en")
    text = MarkedText(about="free")
    state = MarkedChar(about="system", max_length=24, default=states.GOING)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = MarkedChar(about="person", max_length=200, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "response_request"
        indexes = (models.Index(fields=["to_kind", "to", "state"], name="requests_to"),)


class Answer(models.Model):
    """What a counterpart said of one leg. A later answer stands beside an earlier one, never in its place."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="answers")
    leg = models.ForeignKey(Leg, on_delete=models.CASCADE, related_name="answers")
    number_there = models.PositiveSmallIntegerField(null=True)
    """Which answer of another node to the request it is, counted from 1 there."""
    kind = MarkedChar(about="system", max_length=16)
    amount = models.DecimalField(default=NONE, max_digits=DIGITS, decimal_places=PLACES)
    reason = MarkedText(about="free", default="", blank=True)
    onward = models.ForeignKey(Leg, null=True, on_delete=models.SET_NULL, related_name="told_by")
    by = MarkedChar(about="person", max_length=200)
    """An account of the node, or the desk of the bank as it calls itself."""
    at = models.DateTimeField()

    class Meta:
        db_table = "response_answer"


class BankDoor(models.Model):
    """The way in for a bank's fraud desk: one request, one link, a code told by another way, nothing else to see."""

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="door")
    digest = MarkedChar(about="system", max_length=64, unique=True)
    code_digest = MarkedChar(about="system", max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    desk = MarkedChar(about="person", max_length=200, default="", blank=True)
    """Who opened it, as they called themselves."""

    class Meta:
        db_table = "response_bank_door"


class Happening(models.Model):
    """An act on the clock of an alarm: what was done and at which minute."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="happenings")
    what = MarkedChar(about="system", max_length=32)
    at = models.DateTimeField()
    by = MarkedChar(about="person", max_length=200, default="", blank=True)
    note = MarkedChar(about="free", max_length=300, default="", blank=True)
    request = models.ForeignKey(Request, null=True, on_delete=models.CASCADE, related_name="happenings")

    class Meta:
        db_table = "response_happening"
        indexes = (models.Index(fields=["alarm", "at"], name="happenings_of"),)


class EvidenceFile(models.Model):
    """A file of an alarm or of a preservation as it came: the mail, the bank's statement."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    alarm = models.ForeignKey(Alarm, null=True, on_delete=models.CASCADE, related_name="files")
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    name = MarkedChar(about="free", max_length=200)
    media_type = MarkedChar(about="system", max_length=100)
    size = models.BigIntegerField()
    digest = MarkedChar(about="system", max_length=64)
    facts = MarkedJSON(about="person", default=dict)
    """What a mail says of itself (`mails.reading.facts_of`)."""

    class Meta:
        db_table = "response_file"


class Preservation(models.Model):
    """A request that stored data not be deleted (Budapest Convention, article 29), outgoing or come in."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    incoming = models.BooleanField(default=False)
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Where it came from, if from another node; it has the same ref there."""
    by_node = models.BooleanField(default=False)
    """Whether it goes to the node of its country by the exchange."""
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    path_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="along_the_path")
    """The request whose answer named the next provider on the path (article 30): this one goes to that provider."""
    alarm = models.ForeignKey(Alarm, null=True, on_delete=models.SET_NULL, related_name="preservations")
    form = MarkedChar(about="system", max_length=16)
    basis = MarkedChar(about="system", max_length=32)
    authority = MarkedText(about="free", default="", blank=True)
    offence = MarkedText(about="free", default="", blank=True)
    data = MarkedText(about="free", default="", blank=True)
    custodian = MarkedText(about="free", default="", blank=True)
    necessity = MarkedText(about="free", default="", blank=True)
    mla_intended = models.BooleanField(default=False)
    """Article 29(2) a to f, in its order."""
    to_country = MarkedChar(about="system", max_length=2, default="", blank=True)
    to_name = MarkedChar(about="office", max_length=200, default="", blank=True)
    their_reference = MarkedChar(about="free", max_length=100, default="", blank=True)
    confidential = models.BooleanField(default=True)
    urgent = models.BooleanField(default=True)
    state = MarkedChar(about="system", max_length=24, default=states.DRAFT)
    ordered_on = models.DateField(null=True)
    days = models.PositiveSmallIntegerField(default=60)
    expires_on = models.DateField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    mla_reference = MarkedChar(about="free", max_length=100, default="", blank=True)
    mla_on = models.DateField(null=True)
    answer = MarkedText(about="free", default="", blank=True)
    ground = MarkedChar(about="system", max_length=24, default="", blank=True)
    """Why it is not preserved, where somebody said so: one of `states.GROUNDS`."""
    dual = MarkedText(about="free", default="", blank=True)
    """Of one that came in: whether what they call an offence is one here, and what follows for their request for
    assistance.
    """
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "response_preservation"
        constraints = (
            models.UniqueConstraint(fields=["administration", "year", "number"], name="preservation_numbered_once"),
        )
        indexes = (models.Index(fields=["state", "expires_on"], name="preservations_by_end"),)

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"{self.administration}/PR/{self.year}/{self.number:04d}"


class FreezingOrder(models.Model):
    """That a court or an authority has frozen: a national order, one of the EU; without a request for mutual assistance
    by its deadline it ends.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="orders")
    legs = models.ManyToManyField(Leg, related_name="orders")
    kind = MarkedChar(about="system", max_length=16)
    """`national` or `eu` (Regulation (EU) 2018/1805)."""
    country = MarkedChar(about="system", max_length=2, default="", blank=True)
    authority = MarkedChar(about="office", max_length=200)
    reference = MarkedChar(about="free", max_length=100, default="", blank=True)
    amount = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    ordered_on = models.DateField()
    mla_by = models.DateField()
    """By when a request for mutual assistance (under EU law a certificate of confiscation) must follow."""
    mla_reference = MarkedChar(about="free", max_length=100, default="", blank=True)
    mla_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "response_order"
        indexes = (models.Index(fields=["mla_on", "ended_on", "mla_by"], name="orders_by_deadline"),)


class Provider(models.Model):
    """A provider that keeps electronic evidence, as this node has found it; shipped ones stand in data."""

    code = MarkedChar(about="system", max_length=40, primary_key=True)
    name = MarkedChar(about="firm", max_length=200)
    country = MarkedChar(about="system", max_length=2)
    address = MarkedChar(about="indicator", max_length=300)
    """Where requests of authorities are taken: published by the provider itself."""
    source = MarkedChar(about="indicator", max_length=300)
    seen_on = models.DateField()
    """On which day somebody last saw that it is so."""
    kept_by = MarkedChar(about="person", max_length=150)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "response_provider"
