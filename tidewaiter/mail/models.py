"""Threads, their letters, whom each is for, who has opened it, files; and drafts, which are their writer's alone."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from tidewaiter.foundation.moments import now
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText

A_MINUTE = timedelta(seconds=60)
"""So long a letter can be taken back that nobody has opened."""
PERSON, OFFICE, ADMINISTRATION = "person", "office", "administration"


class Thread(models.Model):
    """What letters are about. Who sees it sees one of its letters: it has no readers of its own."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    subject = MarkedChar(about="free", max_length=200)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "mail_thread"


class Letter(models.Model):
    """One letter, as it was sent: its words never change; what is taken back within the minute is gone."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="letters")
    by = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    at = models.DateTimeField()
    text = MarkedText(about="free")
    folded = MarkedText(about="system", default="", blank=True)
    """Subject, text and names of files in comparable words, for search."""
    handling = MarkedChar(about="system", max_length=12)
    """TLP 2.0: a code of the list `handling`."""
    answers = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="answered_with")
    forwards = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="forwarded_as")
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    """By when its sender wants an answer."""
    reminded_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    """When people were reminded, and told that the time was over."""
    answered_at = models.DateTimeField(null=True)
    answered_by = MarkedChar(about="person", max_length=150, default="", blank=True)

    class Meta:
        db_table = "mail_letter"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(answered_by="", answered_at=None)
                | (~models.Q(answered_by="") & ~models.Q(answered_at=None)),
                name="letter_answered_by_with_at",
            ),
        )
        indexes = (
            models.Index(fields=["thread", "at"], name="letters_of_thread"),
            models.Index(fields=["by", "-at"], name="letters_sent"),
            models.Index(fields=["due_at"], name="letters_due", condition=models.Q(answered_at=None)),
        )

    def can_be_taken_back(self) -> bool:
        """Whether it went less than a minute ago, and nobody has opened it, answered it or sent it on."""
        fresh = self.at <= now() < self.at + A_MINUTE
        return fresh and not (self.readings.exists() or self.answered_with.exists() or self.forwarded_as.exists())


class Addressee(models.Model):
    """Whom a letter is for: a person, all of an office, or those who read an administration's mail."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="addressees")
    kind = MarkedChar(about="system", max_length=16)
    who = MarkedChar(about="person", max_length=150)
    """The account's name, the key of the office, the code of the administration."""
    administration = MarkedChar(about="system", max_length=3)
    """Whose they were when it was sent: who has gone over to another administration does not take the mail along."""

    class Meta:
        db_table = "mail_addressee"
        constraints = (models.UniqueConstraint(fields=["letter", "kind", "who"], name="addressed_once"),)
        indexes = (models.Index(fields=["kind", "who", "letter"], name="letters_for"),)


class Reading(models.Model):
    """That somebody has opened a letter, and when first."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="readings")
    username = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "mail_reading"
        constraints = (models.UniqueConstraint(fields=["letter", "username"], name="letter_opened_once"),)


class Draft(models.Model):
    """A letter that is being written: its writer's alone, kept as they type."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    by = MarkedChar(about="person", max_length=150)
    changed_at = models.DateTimeField()
    answers = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="answer_drafts")
    forwards = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="forward_drafts")
    read_up_to = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The newest letter of the thread that the writer had before them: a later one is shown before an answer goes."""
    to = MarkedJSON(about="person", default=list)
    """As typed: an account, `office:12`, `administration:KE`."""
    subject = MarkedChar(about="free", max_length=200, default="", blank=True)
    text = MarkedText(about="free", default="", blank=True)
    handling = MarkedChar(about="system", max_length=12, default="AMBER")
    urgent = models.BooleanField(default=False)
    due = MarkedChar(about="system", max_length=32, default="", blank=True)
    """A moment, or hours from when it is sent (`+24`)."""

    class Meta:
        db_table = "mail_draft"
        indexes = (models.Index(fields=["by", "-changed_at"], name="drafts_of"),)


class File(models.Model):
    """A file that goes with a letter, looked through before it was kept; without letter and draft it waits for one."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="files")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="files")
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    name = MarkedChar(about="free", max_length=150)
    media_type = MarkedChar(about="system", max_length=100)
    size = models.BigIntegerField()
    digest = MarkedChar(about="system", max_length=64)

    class Meta:
        db_table = "mail_file"
        indexes = (models.Index(fields=["digest"], name="mail_files_by_digest"),)


class Keeping(models.Model):
    """How long an administration keeps threads after their last letter; without a row they stay."""

    administration = MarkedChar(about="system", max_length=3, primary_key=True)
    days = models.PositiveIntegerField()
    set_by = MarkedChar(about="person", max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "mail_keeping"


class Hold(models.Model):
    """That mail is not forgotten while a law, a court or an inquiry wants it: one thread, or all of an
    administration's.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    thread = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Its ref; empty: all mail that the administration has part in."""
    reason = MarkedChar(about="free", max_length=500)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    lifted_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = MarkedChar(about="free", max_length=500, default="", blank=True)

    class Meta:
        db_table = "mail_hold"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lifted_by="", lifted_at=None)
                | (~models.Q(lifted_by="") & ~models.Q(lifted_at=None)),
                name="hold_lifted_by_with_at",
            ),
        )
        indexes = (models.Index(fields=["administration", "-made_at"], name="holds_of_home"),)
