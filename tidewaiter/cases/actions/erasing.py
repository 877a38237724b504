"""Erasing a copy of another node's case: what came from there goes when it says so, every version of it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases import search_index
from tidewaiter.cases.models import Case, FindingOutcome, Return
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.threads.models import Message


def erase(*, ref: str, node: str, by: Actor) -> int:
    """Erases all that is kept of a case which came from `node`; gives how many versions there were. What is gone
    already is left so. Raises `Refusal` for a case that is this node's own, or another's.
    """
    with transaction.atomic():
        versions = list(Case.objects.select_for_update().filter(ref=ref))
        if not versions:
            return 0
        if any(one.node != node for one in versions):
            raise Refusal("not_theirs", _("The case did not come from the node that wants it erased."))
        search_index.forget([one.pk for one in versions])
        Case.objects.filter(ref=ref).delete()
        Return.objects.filter(ref=ref).delete()
        FindingOutcome.objects.filter(ref=ref).delete()
        Message.objects.filter(ref=ref).delete()
        record(by=by, deed="cases.erased", ref=ref, version=max(one.version for one in versions))
    return len(versions)
