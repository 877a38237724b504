"""What was seized and is kept as evidence: a thing, a box of things, a sample of a thing."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence import states
from tidewaiter.evidence.models.stores import Store
from tidewaiter.privacy.columns import MarkedChar, MarkedText

DIGITS, PLACES = 24, 6


class Exhibit(models.Model):
    """A thing in custody, as it stands now. How it came so is told by its events, and by nothing else."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    office = MarkedChar(about="system", max_length=8)
    """The place code of the office that numbers it; the administration's code where it has none."""
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    suffix = MarkedChar(about="system", max_length=16, default="", blank=True)
    """Of a part of another exhibit: `.1`; of a sample: `.S1`."""
    reference = MarkedChar(about="system", max_length=64)
    """What people call it and what its label says: `EX-KEMBA-26-0007`."""
    kind = MarkedChar(about="system", max_length=8, default="thing")
    """`thing`, `box` or `sample`."""
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    """Of what it was taken."""
    box = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="inside")
    """In which box it lies: it goes where the box goes."""
    case = MarkedChar(about="system", max_length=64, default="", blank=True)
    case_reference = MarkedChar(about="system", max_length=100, default="", blank=True)
    """What the case was called when the exhibit was numbered."""
    description = MarkedText(about="free")
    material = MarkedChar(about="system", max_length=24, default="", blank=True)
    """What it is made of, by the list of materials (`materials.toml`): by it, ways of disposal are allowed."""
    place = MarkedChar(about="place", max_length=300, default="", blank=True)
    found_at = models.DateTimeField()
    found_by = MarkedChar(about="person", max_length=150)
    quantity = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    unit = MarkedChar(about="system", max_length=8, default="", blank=True)
    instrument = MarkedChar(about="free", max_length=200, default="", blank=True)
    uncertainty = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    """In the same unit; nothing where nobody stated one."""
    value = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=2)
    currency = MarkedChar(about="system", max_length=3, default="", blank=True)
    asset_state = MarkedChar(about="system", max_length=16, default="", blank=True)
    """Of money and goods of value: `frozen`, `forfeited` or `returned`."""
    holder_kind = MarkedChar(about="system", max_length=8, default="person")
    """`person` (an account), `store` or `outside` (somebody without an account, of the annex of parties)."""
    holder = MarkedChar(about="person", max_length=150, default="", blank=True)
    """The account, or the ref of the party."""
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="exhibits")
    shelf = MarkedChar(about="code", max_length=60, default="", blank=True)
    since = models.DateTimeField()
    purpose = MarkedChar(about="system", max_length=16, default="", blank=True)
    due_at = models.DateTimeField(null=True)
    """When whoever has it must give it back."""
    due_told = models.BooleanField(default=False)
    seal = MarkedChar(about="code", max_length=60, default="", blank=True)
    seal_whole = models.BooleanField(null=True)
    dangerous = MarkedChar(about="system", max_length=8, default="", blank=True)
    """The class of dangerous goods (UN Model Regulations), where it is one."""
    coldest = models.SmallIntegerField(null=True)
    warmest = models.SmallIntegerField(null=True)
    """Degrees Celsius between which it must lie."""
    decide_by = models.DateField(null=True)
    """Of what perishes: until when somebody must decide what becomes of it."""
    decision = MarkedText(about="free", default="", blank=True)
    state = MarkedChar(about="system", max_length=16, default=states.SEIZED)
    handling = MarkedChar(about="system", max_length=16, default="AMBER")
    restricted = models.BooleanField(default=False)
    """Its files are opened by two people alone, and leave by an order alone."""
    hold = models.BooleanField(default=False)
    hold_reason = MarkedText(about="free", default="", blank=True)
    events_count = models.PositiveIntegerField(default=0)
    head = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The digest of its last event."""
    awaits = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The hand-over that waits for its taker."""
    awaits_whom = MarkedChar(about="person", max_length=150, default="", blank=True)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_exhibit"
        constraints = (
            models.UniqueConstraint(
                fields=["administration", "office", "year", "number", "suffix"], name="exhibit_numbered_once"
            ),
            models.UniqueConstraint(fields=["administration", "reference"], name="exhibit_called_once"),
            models.CheckConstraint(
                condition=models.Q(quantity=None) | models.Q(quantity__gte=0), name="exhibit_quantity_not_below_nothing"
            ),
        )
        indexes = (
            models.Index(fields=["administration", "case"], name="exhibits_of_case"),
            models.Index(fields=["administration", "holder", "holder_kind", "ref", "state"], name="exhibits_in_hand"),
            models.Index(fields=["administration", "ref"], name="exhibits_listed"),
            models.Index(fields=["administration", "state", "handling"], name="exhibits_counted"),
            models.Index(fields=["administration", "-made_at"], name="exhibits_newest"),
            models.Index(fields=["administration", "state", "ref"], name="exhibits_by_state"),
            models.Index(fields=["store", "state"], name="exhibits_in_store"),
            models.Index(fields=["administration", "awaits_whom", "state"], name="exhibits_waiting"),
            models.Index(
                fields=["administration", "due_at"],
                condition=models.Q(due_at__isnull=False),
                name="exhibits_lent",
            ),
            models.Index(
                fields=["administration", "decide_by", "decision"],
                condition=models.Q(decide_by__isnull=False),
                name="exhibits_undecided",
            ),
        )


class Look(models.Model):
    """A person's wish to open a file of a restricted exhibit, and the other one who let them."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="looks")
    digest = MarkedChar(about="system", max_length=64)
    asked_by = MarkedChar(about="person", max_length=150)
    asked_at = models.DateTimeField()
    allowed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    allowed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_look"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(allowed_by="", allowed_at=None)
                | (~models.Q(allowed_by="") & ~models.Q(allowed_at=None)),
                name="look_allowed_by_with_at",
            ),
        )
