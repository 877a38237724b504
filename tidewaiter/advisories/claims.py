"""What warnings and sightings must have in the ledger."""

from __future__ import annotations

from tidewaiter.advisories.models import Advisory, Sighting
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made

_WARNING, _SIGHTING = gettext_noop("warning"), gettext_noop("sighting")
CLAIMS = (
    made(_WARNING, Advisory.objects.all(), ("advisories.drafted", "advisories.arrived")),
    kept(_WARNING, "advisories.drafted", Advisory.objects.filter(ours=True)),
    kept(_WARNING, "advisories.arrived", Advisory.objects.filter(ours=False)),
    made(_SIGHTING, Sighting.objects.all(), ("advisories.sighted",)),
    kept(_SIGHTING, "advisories.sighted", Sighting.objects.all()),
)
