"""What the clock does in rooms: it calls people for what is owed, reminds of the end, closes projects nobody renewed.

It destroys nothing, ever.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.operations import states
from tidewaiter.operations.actions.drafting import sweep_unsent
from tidewaiter.operations.actions.ending import close
from tidewaiter.operations.due import called_for, due_word
from tidewaiter.operations.events import happened, held
from tidewaiter.operations.models import Operation, Owed
from tidewaiter.operations.queries import coordinators_of
from tidewaiter.operations.room_files import drop_all
from tidewaiter.operations.room_keys import drop_key, drop_share_key

AGAIN = {"reply": timedelta(minutes=30), "ack": timedelta(minutes=10)}
"""How long after a call the next one follows, which reaches more people."""
OFTEN = 6
LATER = {"reply": timedelta(hours=6), "ack": timedelta(hours=1)}
"""The same once people were called that often: it goes on until the answer is there."""
REMINDED_EVERY = timedelta(days=1)


def chase() -> int:
    """Calls people for answers and acknowledgements that are overdue; gives how many were called for.

    First whoever is on duty in the country that owes (all its members in the room where nobody is), then all its
    members, then the co-ordinators as well.
    """
    moment = now()
    due = Owed.objects.filter(met_at=None, due_at__lt=moment, operation__phase__in=states.OPEN)
    waiting = Q(rung_at=None)
    for what, gap in AGAIN.items():
        waiting |= Q(what=what, rung__lt=OFTEN, rung_at__lt=moment - gap) | Q(
            what=what, rung_at__lt=moment - LATER[what]
        )
    rows = list(due.filter(waiting).select_related("operation").order_by("due_at")[:500])
    return len(run_each(rows, _ring, deed="operations_chased", ref_of=lambda one: f"owed:{one.pk}").done)


def _ring(owed: Owed) -> None:
    operation = held(owed.operation_id)
    if operation.phase not in states.OPEN:
        return
    to = called_for(operation, owed)
    tell(to=[(name, operation.ref, owed.number) for name in to], deed="operations.chased", by=NODE)
    owed.rung, owed.rung_at = owed.rung + 1, now()
    owed.save(update_fields=["rung", "rung_at"])
    record(
        by=NODE,
        deed="operations.chased",
        ref=operation.ref,
        version=owed.number,
        detail={"what": owed.what, "time": owed.rung, "people": len(to)},
    )
    happened(operation, "chased", owed.number)


def remind() -> int:
    """Reminds of what comes next in rooms, once a day; seals projects that nobody renewed. Gives how many."""
    moment = now()
    open_ = Operation.objects.exclude(phase=states.DESTROYED).filter(
        Q(reminded_at=None) | Q(reminded_at__lt=moment - REMINDED_EVERY)
    )
    _sweep()
    sweep_unsent()
    ran = run_each(
        list(open_), _remind, deed="operations_reminded", ref_of=lambda one: one.ref, in_transaction=False
    )  # each deed has its own: a key is dropped only once it stands that the room is sealed
    return len(ran.done)


def _sweep() -> None:
    """What a node that stopped in the middle of an end has left: a sealed room's key, a destroyed one's files."""
    for operation in Operation.objects.filter(phase__in=(states.SEALED, states.DESTROYED)):
        drop_key(operation.ref)
        if operation.phase == states.DESTROYED:
            drop_share_key(operation.ref)
            drop_all(operation.ref)


def _remind(operation: Operation) -> None:
    moment = now()
    if operation.renew_by and operation.phase in states.OPEN and operation.renew_by < moment.date():
        close(operation=operation, by=NODE)
        return
    if not (why := due_word(operation)):
        return
    with transaction.atomic():
        operation = held(operation.ref)
        to = coordinators_of(operation) + list(operation.shares.values_list("holder", flat=True))
        tell(to=[(name, operation.ref, 1) for name in dict.fromkeys(to)], deed="operations.reminded", by=NODE)
        operation.reminded_at = moment
        operation.save(update_fields=["reminded_at"])
        record(by=NODE, deed="operations.reminded", ref=operation.ref, detail={"of": why})
