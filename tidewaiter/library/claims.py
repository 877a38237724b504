"""What items of the library must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made, standing
from tidewaiter.library import states
from tidewaiter.library.models import Item

_ITEM = gettext_noop("item of the library")
STATES = {
    states.DRAFT: ("library.drafted", "library.sent_back"),
    states.SUBMITTED: ("library.submitted",),
    states.PUBLISHED: ("library.published",),
    states.WITHDRAWN: ("library.withdrawn",),
}
"""The deeds that leave an item in a state."""
CLAIMS = (
    made(_ITEM, Item.objects.all(), ("library.drafted",)),
    standing(_ITEM, Item.objects.all(), STATES),
    kept(_ITEM, "library.drafted", Item.objects.all(), unless=("library.erased",)),
)
