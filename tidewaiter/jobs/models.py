"""Pieces of work that take time, the lanes in which they wait, the deeds of the
clock, and the items of them that failed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import LIMITS
from tidewaiter.foundation.moments import now
from tidewaiter.jobs import item_states
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText

PER_CENT = 100


class Job(models.Model):
    """Work asked for by a person: one row a `key`, so that asking twice is asking once."""

    ref = MarkedChar(about="system", max_length=64, unique=True)
    key = MarkedChar(about="system", max_length=200, unique=True)
    kind = MarkedChar(about="system", max_length=64)
    subject = MarkedChar(about="system", max_length=64, db_index=True)
    lane = MarkedChar(about="system", max_length=16, default="prompt")
    """Where it waits: the queue that its task names."""
    state = MarkedChar(about="system", max_length=16, default="queued")
    asked_by = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=8, default="", blank=True)
    asked_at = models.DateTimeField()
    turn = models.BigIntegerField(default=0)
    """In which round of its lane it is done: a person has one job a round (decision 0025)."""
    attempts = models.IntegerField(default=0)
    """How often a worker has begun it; who holds it writes only while this number stands."""
    worker = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The worker whose process does it; empty again when that process has ended."""
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Who cancelled it."""
    lease_until = models.DateTimeField(null=True)
    step = MarkedChar(about="system", max_length=200, default="", blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    why = MarkedText(about="free", default="", blank=True)
    """Why it failed: a sentence, or the name of the limit it met."""
    untidy = models.BooleanField(default=False)
    """Whether what it left half done is still to be put away (the worker of its lane does)."""

    asked = MarkedJSON(about="free", default=dict)
    """What the work was told: parameters, never content."""
    door = MarkedChar(about="system", max_length=200, default="", blank=True)
    """The way the person came in who asked."""
    watched_at = models.DateTimeField(null=True)
    """When its page was last looked at: who waits there need not be told."""
    result_name = MarkedChar(about="free", shape="file_name", max_length=120, default="", blank=True)
    result_type = MarkedChar(about="system", max_length=100, default="", blank=True)
    result_size = models.BigIntegerField(default=0)
    result_until = models.DateTimeField(null=True)
    sight = MarkedJSON(about="system", default=dict)
    """What the person was who saw what the file says: administration, roles, regions (`results.sight_of`)."""

    class Meta:
        db_table = "jobs_job"
        indexes = (
            models.Index(fields=["lane", "state", "turn"], name="job_next"),
            models.Index(fields=["asked_by", "-asked_at"], name="job_own"),
        )

    @property
    def share(self) -> int:
        """Done of total, in per cent."""
        return min(PER_CENT, self.done * PER_CENT // self.total) if self.total else 0

    @property
    def seconds(self) -> int:
        """How long it has run, or ran; 0 while it waits."""
        if self.started_at is None:
            return 0
        return max(0, int(((self.ended_at or now()) - self.started_at).total_seconds()))

    @property
    def reason(self) -> str:
        """Why it failed, in the reader's language where a limit ended it."""
        return over(self.why).sentence if self.why in LIMITS else self.why


class Lane(models.Model):
    """How far the rounds of a lane are: the turn of the job that was begun last. Whoever takes a job locks this row."""

    name = MarkedChar(about="system", max_length=16, primary_key=True)
    turn = models.BigIntegerField(default=0)

    class Meta:
        db_table = "jobs_lane"


class ScheduledDeed(models.Model):
    """A deed of the schedule, as the worker that does it says: web processes read it to tell whether it is overdue.

    The row `clock` is the clock itself: it succeeds whenever it writes the others.
    """

    name = MarkedChar(about="system", max_length=64, primary_key=True)
    every = models.IntegerField()
    """Seconds after which it is due again."""
    started_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = MarkedChar(about="system", max_length=100, default="", blank=True)
    """The kind of the last error; empty while the last run succeeded."""

    class Meta:
        db_table = "jobs_scheduled_deed"


class FailedItem(models.Model):
    """One item of a deed (a case to be indexed, a watch, a person's digest) that failed: which, why in kind, how often.

    Never content: `ref` names the thing as the ledger would.
    """

    deed = MarkedChar(about="system", max_length=64)
    ref = MarkedChar(about="system", max_length=200)
    state = MarkedChar(about="system", max_length=10, default=item_states.WAITING)
    error = MarkedChar(about="system", max_length=100)
    since = models.DateTimeField()
    tries = models.IntegerField(default=1)
    next_at = models.DateTimeField(null=True)
    """When it is tried again; nothing unless it waits."""
    after = models.BigIntegerField(default=0)
    """The entry of the ledger behind which a follower was when it first failed."""

    class Meta:
        db_table = "jobs_failed_item"
        constraints = (
            models.UniqueConstraint(fields=["deed", "ref"], name="one_failure_an_item"),
            models.CheckConstraint(
                condition=Q(state=item_states.WAITING, next_at__isnull=False)
                | (~Q(state=item_states.WAITING) & Q(next_at__isnull=True)),
                name="waiting_until",
            ),
        )
        indexes = (models.Index(fields=["deed", "state", "next_at"], name="failed_due"),)
