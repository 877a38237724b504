"""Receipts of files, and the rows that wait in them."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import models

_decode_header = msgspec.json.Decoder(dict[str, Any]).decode
_decode_lines = msgspec.json.Decoder(list[dict[str, Any]]).decode


class Receipt(models.Model):
    """One file brought by one person: how far it is and what became of its rows."""

    ref = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=64, db_index=True)
    """Digest of file, mapping, person and options: an import that was cut off is found again by it."""
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    file_path = models.TextField(default="", blank=True)
    mapping_name = models.CharField(max_length=200, default="", blank=True)
    mapping_text = models.TextField(default="", blank=True)
    options = models.JSONField(default=dict)
    brought_by = models.CharField(max_length=150)
    administration = models.CharField(max_length=3, db_index=True)
    brought_at = models.DateTimeField()
    state = models.CharField(max_length=16, default="staging")
    staged_to = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    cases = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    submitted = models.BigIntegerField(default=0)
    findings = models.JSONField(default=dict)
    rejected_digest = models.CharField(max_length=64, default="", blank=True)
    rejected_name = models.CharField(max_length=80, default="", blank=True)
    notes = models.JSONField(default=dict)
    """How the file was read: what was guessed (`encoding`, `delimiter`, `sheet`), which columns were none of ours."""
    norms = models.JSONField(default=list)
    """What is usual within the file: [form, sub-type, unit, lines, middle, spread] of each kind of goods."""
    why = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)

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
    key = models.CharField(max_length=120)
    form = models.CharField(max_length=8)
    header_text = models.TextField()
    lines_text = models.TextField()
    problems = models.TextField(default="", blank=True)
    raw = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, default="", blank=True)

    class Meta:
        db_table = "intake_row"
        indexes = (models.Index(fields=["receipt", "state", "key", "number"], name="row_by_key"),)


class KeptMapping(models.Model):
    """A mapping that an administration made for a foreign file and kept under a name."""

    administration = models.CharField(max_length=3)
    name = models.CharField(max_length=60)
    text = models.TextField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "intake_mapping"
        constraints = (models.UniqueConstraint(fields=["administration", "name"], name="one_mapping_a_name"),)
