"""Taking back one's own decision within a minute: a slip of the hand is mended before anybody has built on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tidewaiter.cases import policy, states
from tidewaiter.cases.as_read import held_as_read
from tidewaiter.cases.findings.finding_outcomes import unsettle
from tidewaiter.cases.models import Case, Return
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.queries import history
from tidewaiter.notices.actions import tell

_HANDED_IN = ("cases.submitted", "cases.amended")
_DECISIONS = ("cases.validated", "cases.returned")


def take_back(*, case: Case, by: Actor) -> None:
    """Puts a case, as its decision left it, back to where it waited for the reviewer: state, clock, findings, figures.

    Raises `Outdated` where another version stands, a refusal where it is too late, another has acted, or it was not
    one's own decision.
    """
    with transaction.atomic():
        held = held_as_read(case, by)
        policy.may_take_back(by, held)
        entries = [one for one in history(held.ref) if one.version == held.version]
        decided = max((n for n, one in enumerate(entries) if one.deed in _DECISIONS), default=len(entries))
        since = entries[decided + 1 :]
        if any(one.by != by.username for one in since):
            raise Refusal("another_acted", policy.another_acted())
        handed_in = [one for one in entries[:decided] if one.deed in _HANDED_IN]
        change = {"status": states.MOVES["take_back"][held.status], "reason": "", "counted": False}
        if handed_in:
            change |= {"changed_by": handed_in[-1].by, "changed_at": datetime.fromisoformat(handed_in[-1].at)}
        Case.objects.filter(pk=held.pk).update(**change)
        if held.status == states.VALIDATED:
            _stand_again(held)
        else:
            Return.objects.filter(ref=held.ref, version=held.version, by=by.username, at__gte=held.changed_at).delete()
            Case.objects.filter(ref=held.ref, counted=True, latest=False).update(pending=states.SUBMITTED)
        unsettle(held, since=held.changed_at)
        record(by=by, deed="cases.taken_back", ref=held.ref, version=held.version)
        tell(to=[(held.made_by, held.ref, 1)], deed="cases.taken_back", by=by)


def _stand_again(case: Case) -> None:
    """The version that stood in the figures before stands there again, with this one waiting beside it."""
    before = Case.objects.filter(ref=case.ref, version__lt=case.version, status=states.VALIDATED)
    last = before.order_by("-version").values_list("pk", flat=True).first()
    if last is not None:
        Case.objects.filter(pk=last).update(counted=True, pending=states.SUBMITTED)
