"""Guided work at a scene: checklists as data, and what was done of one."""

from __future__ import annotations

from django.db import models

from tidewaiter.evidence import states
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Checklist(models.Model):
    """A national checklist in one of its versions; one that is used is never changed, a newer one comes beside it."""

    administration = MarkedChar(about="system", max_length=3)
    code = MarkedChar(about="system", max_length=40)
    version = models.PositiveIntegerField()
    definition = MarkedJSON(about="system")
    """As `checklists.reading` reads it: titles, steps, legal bases, words of the receipt, by language."""
    current = models.BooleanField(default=True)
    loaded_by = MarkedChar(about="person", max_length=150)
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_checklist"
        constraints = (
            models.UniqueConstraint(fields=["administration", "code", "version"], name="checklist_version_once"),
        )


class Scene(models.Model):
    """A place where evidence is gathered, and how far its checklist is done."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="scenes")
    case = MarkedChar(about="system", max_length=64, default="", blank=True)
    case_reference = MarkedChar(about="system", max_length=100, default="", blank=True)
    place = MarkedChar(about="place", max_length=300)
    state = MarkedChar(about="system", max_length=16, default=states.AT_WORK)
    begun_by = MarkedChar(about="person", max_length=150)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_scene"


class SceneStep(models.Model):
    """A step of the checklist that was done: once, by whom, when, with what was typed and photographed."""

    scene = models.ForeignKey(Scene, on_delete=models.PROTECT, related_name="steps")
    step = MarkedChar(about="system", max_length=40)
    said = MarkedText(about="free", default="", blank=True)
    exhibits = MarkedJSON(about="system", default=list)
    """Refs of what was numbered, sealed or receipted in it."""
    files = MarkedJSON(about="free", default=list)
    party = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of a receipt: who received it, in the annex of names."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_scene_step"
        indexes = (models.Index(fields=["scene", "at"], name="steps_of_scene"),)
