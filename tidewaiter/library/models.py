"""Items of the library, their texts by language, and who has read them."""

from __future__ import annotations

from django.db import models

from tidewaiter.library import states
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText, MarkedURL


class Item(models.Model):
    """Something to be read: what kind it is, whom it is for, how long it holds."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    kind = MarkedChar(about="system", max_length=20)
    """A code of the list `library_kind`."""
    topic = MarkedChar(about="system", max_length=20, default="", blank=True)
    """Of an alert, a code of the list `alert_topic`."""
    status = MarkedChar(about="system", max_length=10, default=states.DRAFT)
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The node that it came from; empty for what was written here."""
    administration = MarkedChar(about="system", max_length=3)
    region = MarkedChar(about="system", max_length=16, default="", blank=True)
    commodity = MarkedChar(about="system", max_length=3, default="", blank=True)
    countries = MarkedJSON(about="system", default=list)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    audience = MarkedChar(about="system", max_length=10)
    """`country`, `region`, `members`, `partners` (all partner organisations too) or `partner` (one of them too); within
    a nation or an operation `country`, `agencies` (those named) or `members`, all who work on this node."""
    agencies = MarkedText(about="system", default="", blank=True)
    """`;KRA;NPS;`: the administrations that it is for, where it is for some of a nation's."""
    partners = MarkedText(about="person", default="", blank=True)
    """`;dci.kamau;imm.hassan;`: accounts of other agencies (partners) that it is for, beside the administrations."""
    partner = MarkedChar(about="person", max_length=150, default="", blank=True)
    """The account of the one partner organisation."""
    handling = MarkedChar(about="system", max_length=12, default="AMBER")
    """TLP 2.0: a code of the list `handling`."""
    link = MarkedURL(about="free", max_length=500, default="", blank=True)
    cases = MarkedJSON(about="code", default=list)
    """References of cases without names that it rests on."""
    pictures = MarkedJSON(about="free", default=list)
    """`[{"file": digest, "caption": text}]`: what is shown with it, to all who read it."""
    files = MarkedJSON(about="free", default=list)
    """`[{"file": digest, "name": text, "type": text, "size": bytes}]`: taken along by all who read it. A node that
    holds no names keeps none, for it cannot judge what is in them."""
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    published_at = models.DateTimeField(null=True)
    reason = MarkedChar(about="free", max_length=1000, default="", blank=True)
    """Why it was sent back or withdrawn."""

    @property
    def agency_codes(self) -> list[str]:
        """The administrations that it is for by name."""
        return [code for code in self.agencies.split(";") if code]

    @property
    def partner_names(self) -> list[str]:
        """The accounts of other agencies that it is for."""
        return [name for name in self.partners.split(";") if name]

    class Meta:
        db_table = "library_item"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(published_by="", published_at=None)
                | (~models.Q(published_by="") & ~models.Q(published_at=None)),
                name="published_by_with_at",
            ),
        )
        indexes = (
            models.Index(fields=["status", "-published_at"], name="items_published"),
            models.Index(fields=["administration", "-changed_at"], name="items_of_country"),
        )


class Text(models.Model):
    """Title and text in one language; languages stand side by side."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="texts")
    lang = MarkedChar(about="system", max_length=8)
    title = MarkedChar(about="free", max_length=200)
    body = MarkedText(about="free", default="", blank=True)
    folded = MarkedText(about="system", default="", blank=True)
    """Both in comparable words, for search."""

    class Meta:
        db_table = "library_text"
        constraints = (models.UniqueConstraint(fields=["item", "lang"], name="one_text_a_language"),)


class Receipt(models.Model):
    """That somebody has said they read an item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="receipts")
    username = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    at = models.DateTimeField()

    class Meta:
        db_table = "library_receipt"
        constraints = (models.UniqueConstraint(fields=["item", "username"], name="read_once"),)


class Visit(models.Model):
    """When somebody last looked at the library, and the time before: what was published since then is new to them."""

    username = MarkedChar(about="person", max_length=150, primary_key=True)
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    class Meta:
        db_table = "library_visit"
