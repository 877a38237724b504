"""What the registry's records must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made, standing
from tidewaiter.registry import states
from tidewaiter.registry.models import Decision, Entity, Link, Suspect

_ENTITY, _LINK, _DECISION, _SUSPECT = (
    gettext_noop("record of the registry"),
    gettext_noop("link of the registry"),
    gettext_noop("decision"),
    gettext_noop("suspect"),
)
_ERASED = "registry.erased"
_REVIEWED = "registry.suspect_reviewed"
_LEADS = {
    states.SIGNALLED: ("registry.suspect_signalled", "registry.suspect_reopened", _REVIEWED),
    states.ASSESSED: ("registry.suspect_assessed", _REVIEWED),
    states.WATCHED: ("registry.suspect_watched", _REVIEWED),
    states.INVESTIGATED: ("registry.suspect_investigated", _REVIEWED),
    states.HANDED_OVER: ("registry.suspect_handed_over", _REVIEWED),
    states.CLOSED: ("registry.suspect_closed",),
}
CLAIMS = (
    made(_ENTITY, Entity.objects.all(), ("registry.entered",)),
    kept(_ENTITY, "registry.entered", Entity.objects.all(), unless=(_ERASED,)),
    made(_SUSPECT, Suspect.objects.all(), ("registry.suspect_signalled",), ref="entity_id", version=1),
    kept(
        _SUSPECT,
        "registry.suspect_signalled",
        Suspect.objects.all(),
        refs="entity_id",
        unless=(_ERASED, "registry.suspect_ended"),
    ),
    standing(_SUSPECT, Suspect.objects.all(), _LEADS, state="state", ref="entity_id", version="version"),
    made(_LINK, Link.objects.all(), ("registry.linked",)),
    made(_DECISION, Decision.objects.all(), ("registry.merged", "registry.set_apart", "registry.left_open")),
)
