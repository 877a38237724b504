"""Receipts of files, and the rows that wait in them."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText

_decode_header = msgspec.json.Decoder(dict[str, Any]).decode
_decode_lines = msgspec.json.Decoder(list[dict[str, Any]]).decode


class Receipt(models.Model):
    """One file brought by one person: how far it is and what became of its rows."""

    ref = MarkedChar(about="system", max_length=64, unique=True)
    key = MarkedChar(about="system", max_length=64, db_index=True)
    """Digest of file, mapping, person and options: an import that was cut off is found again by it."""
    file_name = MarkedChar(about="free", shape="file_name", max_length=200)
    file_sha256 = MarkedChar(about="system", max_length=64)
    file_path = MarkedText(about="system", default="", blank=True)
    """Where an upload lies, sealed, as long as it waits. A file that the command line names is its
    owner's: where that lies is never kept.
    """
    mapping_name = MarkedChar(about="free", max_length=200, default="", blank=True)
    mapping_text = MarkedText(about="free", shape="toml", default="", blank=True)
    options = MarkedJSON(about="free", default=dict)
    brought_by = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3, db_index=True)
    brought_at = models.DateTimeField()
    state = MarkedChar(about="system", max_length=16, default="staging")
    staged_to = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    cases = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    submitted = models.BigIntegerField(default=0)
    findings = MarkedJSON(about="system", default=dict)
    rejected_digest = MarkedChar(about="system", max_length=64, default="", blank=True)
    rejected_name = MarkedChar(about="system", max_length=80, default="", blank=True)
    notes = MarkedJSON(about="free", default=dict)
    """How the file was read: what was guessed (`encoding`, `delimiter`, `sheet`), which columns were none of ours."""
    problems = MarkedJSON(about="system", default=dict)
    """How often each thing is wrong, by code, over all rows."""
    norms = MarkedJSON(about="system", default=list)
    """What is usual within the file: [form, sub-type, unit, lines, middle, spread] of each kind of goods."""
    why = MarkedText(about="free", default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    hidden = models.BigIntegerField(default=0)
    """Stretches of its texts that were hidden because they may name somebody."""
    hidden_until = models.DateTimeField(null=True)
    """Until when the sheet of these can be taken, once, by who brought the file."""
    hidden_taken_at = models.DateTimeField(null=True)

    own_path = ""
    """Where a file of the command line lies, while it is read."""

    @property
    def decided(self) -> int:
        """How many rows are read and decided: taken in, unchanged, left out or sent back."""
        return self.accepted + self.rejected + self.unchanged + self.changed + self.skipped

    class Meta:
        db_table = "intake_receipt"


class CleanedTexts:
    """What was cleaned of a row, kept as JSON until it is needed."""

    __slots__ = ()
    header_text: Any
    lines_text: Any

    @property
    def header(self) -> dict[str, Any]:
        """The cleaned header."""
        return _decode_header(self.header_text)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The cleaned lines."""
        return _decode_lines(self.lines_text)


class StagedRow(CleanedTexts, models.Model):
    """One row of a file, cleaned; it waits until its case is accepted. Only rejected rows stay."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="staged")
    number = models.BigIntegerField()
    key = MarkedChar(about="code", judged_by="forms", max_length=120)
    form = MarkedChar(about="free", max_length=8)
    header_text = MarkedText(about="free", shape="json", judged_by="forms")
    lines_text = MarkedText(about="free", shape="json", judged_by="forms")
    problems = MarkedText(about="free", shape="json", judged_by="forms", default="", blank=True)
    raw = MarkedText(about="free", shape="json", judged_by="forms", default="", blank=True)
    """What a wrong row said, by path and by cell, judged where it is made: a cell that was understood is no person, or
    «H Hunting trophy» of a drop-down would come back as a bar.
    """
    state = MarkedChar(about="system", max_length=10, default="", blank=True)
    source = MarkedChar(about="system", max_length=24, default="", blank=True)
    """Digest of the source row, as long as it is here: a row that repeats another is known by it."""
    counts = models.IntegerField(default=1)
    """How many source rows it counts for: of several cases that one row makes, one counts."""

    class Meta:
        db_table = "intake_row"
        indexes = (models.Index(fields=["receipt", "state", "key", "number"], name="row_by_key"),)


class KeptMapping(models.Model):
    """A mapping that an administration made for a foreign file and kept under a name."""

    administration = MarkedChar(about="system", max_length=3)
    name = MarkedChar(about="free", max_length=60)
    text = MarkedText(about="free", shape="toml")
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "intake_mapping"
        constraints = (models.UniqueConstraint(fields=["administration", "name"], name="one_mapping_a_name"),)
