"""What an operation waits for, and who is called for what is owed."""

from __future__ import annotations

from datetime import timedelta

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import passes
from tidewaiter.operations import policy, states
from tidewaiter.operations.models import Message, Operation, Owed
from tidewaiter.operations.queries import coordinators_of
from tidewaiter.operations.waiting import must_be_due
from tidewaiter.people.duty import on_duty_among

LONGEST_REPORT = timedelta(days=30)
RENEWAL_SAID = timedelta(days=30)


def called_for(operation: Operation, owed: Owed) -> list[str]:
    """Who is called this time: more people each time."""
    members = list(operation.members.filter(ended_at=None, joined_at__isnull=False))
    asking = Message.objects.get(operation=operation, number=owed.number)
    to, home = list(asking.to), asking.administration
    theirs = [one for one in members if policy.owes(one, owed.administration, to=to, administration=home)]
    duty = on_duty_among({one.administration for one in theirs})
    first = [one.username for one in theirs if one.username in duty] or [one.username for one in theirs]
    called = first if owed.rung == 0 else [one.username for one in theirs]
    if owed.rung >= 1 or not called:
        called = [*called, *coordinators_of(operation)]
    return list(dict.fromkeys(called))


def due_word(operation: Operation) -> str:
    """What an operation waits for somebody to do: a code, or nothing."""
    moment = now()
    if operation.phase == states.SEALED:
        return "destroy" if passes(must_be_due, operation) else ""
    if operation.renew_by and operation.renew_by - RENEWAL_SAID < moment.date():
        return "renew"
    if operation.phase == states.LIVE and operation.ends and operation.ends < moment.date():
        return "consolidate"
    if operation.phase in (states.CONSOLIDATION, states.REPORT) and operation.phase_at < moment - LONGEST_REPORT:
        return "close"
    return ""
