"""Evidence: from the scene to the court and the furnace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.evidence.api import router
from tidewaiter.evidence.claims import CLAIMS
from tidewaiter.evidence.event_api import router as event_router
from tidewaiter.foundation.room_cards import Labels, Rights, Room

ROOM = Room(
    name="evidence",
    api=(router, event_router),
    labels=Labels(
        deeds={
            "evidence.seized": _("Exhibit seized"),
            "evidence.read": _("Exhibit looked at"),
        },
        states={
            "seized": p("exhibit", "Seized"),
            "in_custody": p("exhibit", "In custody"),
            "out_of_store": p("exhibit", "Handed out"),
            "missing": p("exhibit", "Missing"),
            "disposed_of": p("exhibit", "Disposed of"),
        },
    ),
    rights=Rights(
        programs={
            "list_exhibits": "exhibitor",
            "seized_exhibit": "exhibitor",
            "get_exhibit": "see.exhibit",
            "list_custody": "see.exhibit",
            "wrote_event": "see.exhibit",
            "confirmed_event": "see.exhibit",
            "declined_event": "see.exhibit",
        },
        sees={"exhibit": {"any": ("home_of_exhibit",), "red": ("holder", "finder", "investigates", "custodian")}},
        does={"exhibit": {"handle": ("holder",)}},
    ),
    claims=CLAIMS,
)
