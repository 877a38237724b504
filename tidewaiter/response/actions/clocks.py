"""What the clock does: it calls the desk at each mark while nobody acts, and warns before a preservation ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import ring
from tidewaiter.response import states
from tidewaiter.response.actions.alarms import happens
from tidewaiter.response.models import Alarm, Preservation
from tidewaiter.response.queries import due_for_warning, today_of

AT_ONCE = 200
TASK, WARNING = "response_clock", "response_preservations"


def marks_passed(hours: float) -> int:
    """How many marks (1, 3, 24, 48, 72 hours) have passed."""
    return sum(1 for mark in states.MARKS if hours >= mark)


def call_at_marks() -> int:
    """Calls the duty desk for each open alarm that has passed a mark since it last rang. Gives how many.

    An alarm whose transfer nobody dated counts from its report. Somebody who acted after the mark has it already.
    """
    moment = now()
    due = Q(pk__in=[])
    for passed, mark in enumerate(states.MARKS, start=1):
        since = moment - timedelta(hours=mark)
        early = Q(transferred_at__lte=since) | Q(transferred_at=None, reported_at__lte=since)
        due |= Q(marks_rung__lt=passed) & early
    found = Alarm.objects.filter(due, state__in=states.OPEN, node="").order_by("reported_at")[:AT_ONCE]
    return len(run_each(found, _call, deed=TASK, ref_of=lambda one: one.ref).done)


def _call(alarm: Alarm) -> None:
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
        begun = alarm.transferred_at or alarm.reported_at
        passed = marks_passed((now() - begun) / timedelta(hours=1))
        if alarm.state not in states.OPEN or passed <= alarm.marks_rung:
            return
        alarm.marks_rung = passed
        alarm.save(update_fields=["marks_rung"])
        mark = states.MARKS[passed - 1]
        if alarm.acted_at >= begun + timedelta(hours=mark):
            return
        ring(ref=alarm.ref, deed="response.due", administration=alarm.administration, by=NODE)
        happens(alarm=alarm, what="rung", by=NODE, note=f"{mark} h")
        record(by=NODE, deed="response.due", ref=alarm.ref, version=alarm.version, detail={"hours": mark})


def warn_of_ends() -> int:
    """Warns of preservations that end in 14, 7 and 2 days with no request for assistance and no renewal that went;
    ends those that are over. Gives how many.
    """
    running = Preservation.objects.filter(state__in=states.KEEPING, mla_on=None)
    due = running.filter(due_for_warning("expires_on") & ~Q(pk__in=_renewed()) | Q(expires_on__lt=now().date()))
    return len(run_each(due.order_by(F("expires_on"))[:AT_ONCE], _warn, deed=WARNING, ref_of=lambda one: one.ref).done)


def _renewed() -> QuerySet[Preservation, Any]:
    """The refs of those that a renewal extends which has gone."""
    gone = Preservation.objects.filter(state__in=states.KEEPING).exclude(parent=None)
    return gone.values_list("parent", flat=True)


def _warn(preservation: Preservation) -> None:
    with transaction.atomic():
        one = Preservation.objects.select_for_update().get(pk=preservation.pk)
        if one.expires_on is None or one.state == states.ENDED:
            return
        today = today_of(one.administration)
        if one.expires_on < today and one.mla_on is None:
            one.state = states.ENDED
            one.save(update_fields=["state"])
            record(by=NODE, deed="response.preservation_ended", ref=one.ref)
            return
        left = (one.expires_on - today).days
        passed = sum(1 for days in states.WARNED_DAYS if left <= days)
        if one.mla_on is not None or passed <= one.warned or one.renewals.filter(state__in=states.KEEPING).exists():
            return
        one.warned = passed
        one.save(update_fields=["warned"])
        ring(ref=one.ref, deed="response.preservation_due", administration=one.administration, by=NODE)
        record(by=NODE, deed="response.preservation_due", ref=one.ref, detail={"days": left})
