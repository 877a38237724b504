"""What cases must have in the ledger."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from tidewaiter.cases import states
from tidewaiter.cases.models import Case
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made, never, standing

_CASE = gettext_noop("case")
STATES = {
    states.DRAFT: ("cases.drafted",),
    states.SUBMITTED: ("cases.submitted", "cases.amended", "cases.taken_back"),
    states.RETURNED: ("cases.returned",),
    states.VALIDATED: ("cases.validated",),
    states.WITHDRAWN: ("cases.withdrawn",),
}
"""The deeds that leave a version of a case in a state."""
_JUDGED = Case.objects.filter(status__in=(states.VALIDATED, states.WITHDRAWN))
_newer = Case.objects.filter(ref=OuterRef("ref"), version__gt=OuterRef("version"))
_MISPLACED = Case.objects.filter(Q(Exists(_newer), latest=True) | Q(~Exists(_newer), latest=False))
"""A version that is marked as the latest and is not, or is and is not marked: pages
and figures would leave the case out.
"""
CLAIMS = (
    made(_CASE, Case.objects.filter(version=1), ("cases.drafted",), version="version"),
    made(_CASE, Case.objects.filter(version__gt=1), ("cases.amended",), version="version"),
    made(
        gettext_noop("author of a case"),
        Case.objects.filter(version=1),
        ("cases.drafted",),
        version="version",
        about=Q(whom=OuterRef("made_by")),
        counts=False,
    ),
    never(gettext_noop("latest version of a case"), _MISPLACED, "cases.drafted", version="version"),
    standing(_CASE, Case.objects.all(), STATES, version="version"),
    kept(_CASE, "cases.drafted", Case.objects.all(), versions="version", unless=("cases.erased",)),
    kept(_CASE, "cases.amended", Case.objects.all(), versions="version", unless=("cases.erased",)),
    kept(_CASE, "cases.validated", _JUDGED, versions="version", unless=("cases.taken_back", "cases.erased")),
)
