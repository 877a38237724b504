"""Definitions as they were loaded, version by version."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedText


class FormDefinition(models.Model):
    """One version of a form; the newest that is not retired is the one that new cases use."""

    code = MarkedChar(about="system", max_length=8)
    version = models.IntegerField()
    text = MarkedText(about="system")
    sha256 = MarkedChar(about="system", max_length=64)
    loaded_by = MarkedChar(about="person", max_length=150)
    loaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "forms_definition"
        constraints = (models.UniqueConstraint(fields=["code", "version"], name="one_version_a_form"),)
