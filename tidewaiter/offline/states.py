"""States of devices, and of what they send."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ENROLLED, REVOKED, LOST = "enrolled", "revoked", "lost"
COMING, WAITING, TAKEN, HELD, CONFLICT, SETTLED = "coming", "after", "taken", "unsettled", "two_versions", "settled"
DEVICE_WORDS = {ENROLLED: _("In use"), REVOKED: _("Revoked"), LOST: _("Lost")}
ITEM_WORDS = {
    COMING: _("Coming in"),
    WAITING: _("Waits for what goes before it"),
    TAKEN: _("Taken"),
    HELD: _("To be settled"),
    CONFLICT: _("Two versions"),
    SETTLED: _("Settled"),
}
OPEN = (WAITING, HELD, CONFLICT)
"""What somebody or something is still waited for."""

MOVES: dict[str, tuple[str, ...]] = {
    COMING: (WAITING, TAKEN, HELD, CONFLICT),
    WAITING: (TAKEN, HELD, CONFLICT),
    HELD: (TAKEN, SETTLED),
    CONFLICT: (TAKEN, SETTLED),
}
"""State of an item: those after it. The node moves what comes; a person settles what is held."""
OWNERS = {COMING: "device", WAITING: "node", HELD: "desk", CONFLICT: "desk"}
ENDS = (TAKEN, SETTLED)
