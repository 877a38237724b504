"""The ledger: who did what, and that nothing of it was changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.actors import is_steward
from tidewaiter.foundation.room_cards import Labels, RailEntry, Rights, Room, Scheduled
from tidewaiter.ledger.schedule import sign_yesterday

ROOM = Room(
    name="ledger",
    urls="ledger/",
    schedule={
        "heads_signed": Scheduled(every=600, do=sign_yesterday, word=_("The day's head of the ledger is signed")),
    },
    rail=(
        RailEntry(name="ledger", address="/ledger/", icon="history", word=_("Ledger"), place=120, shown_to=is_steward),
    ),
    labels=Labels(
        deeds={
            "ledger.table_taken": _("Entries of the ledger taken as a table"),
            "ledger.keys_made": _("Keys of the node made"),
            "ledger.exported": _("Ledger exported"),
            "ledger.bound": _("Shape of the node set"),
        },
    ),
    rights=Rights(
        pages={
            "ledger": "hidden",
        },
    ),
)
