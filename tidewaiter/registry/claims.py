"""What the registry's records must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made
from tidewaiter.registry.models import Decision, Entity, Link

_ENTITY, _LINK, _DECISION = (
    gettext_noop("record of the registry"),
    gettext_noop("link of the registry"),
    gettext_noop("decision"),
)
CLAIMS = (
    made(_ENTITY, Entity.objects.all(), ("registry.entered",)),
    kept(_ENTITY, "registry.entered", Entity.objects.all()),
    made(_LINK, Link.objects.all(), ("registry.linked",)),
    made(_DECISION, Decision.objects.all(), ("registry.merged", "registry.set_apart", "registry.left_open")),
)
