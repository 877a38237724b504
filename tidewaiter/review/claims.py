"""What questions to the office and what a steward set must have in the ledger."""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made, standing
from tidewaiter.review import states
from tidewaiter.review.models import AnalysisRequest, Clock, Sampling

_QUESTION = gettext_noop("question to the office")
STATES = {
    states.ASKED: ("review.asked", "review.handed_back", "review.asked_again"),
    states.TAKEN: ("review.taken",),
    states.ANSWERED: ("review.answered",),
    states.CLOSED: ("review.closed",),
}
"""The deeds that leave a question in a state."""
_ref_of_sampling = Concat(Value("administration:"), F("administration"), output_field=CharField())
_ref_of_clock = Concat(Value("region:"), F("region"), output_field=CharField())
CLAIMS = (
    made(_QUESTION, AnalysisRequest.objects.all(), ("review.asked",)),
    standing(_QUESTION, AnalysisRequest.objects.all(), STATES),
    kept(_QUESTION, "review.asked", AnalysisRequest.objects.all()),
    made(gettext_noop("sampling of a country"), Sampling.objects.all(), ("review.sampled",), ref=_ref_of_sampling),
    made(gettext_noop("clock of an office"), Clock.objects.all(), ("review.clock_set",), ref=_ref_of_clock),
)
