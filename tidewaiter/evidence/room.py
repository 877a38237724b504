"""Evidence: from the scene to the court and the furnace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.evidence.actions.stamps import stamp_by_clock
from tidewaiter.evidence.api import router
from tidewaiter.evidence.claims import CLAIMS
from tidewaiter.foundation.room_cards import Labels, Rights, Room, Scheduled

ROOM = Room(
    name="evidence",
    api=(router,),
    schedule={
        "evidence_stamped": Scheduled(
            every=900, do=stamp_by_clock, word=_("What was recorded of exhibits is stamped by the time authority")
        ),
    },
    labels=Labels(
        deeds={
            "evidence.exported": _("Exhibits exported"),
            "evidence.export_written": _("Export of exhibits written"),
            "evidence.batch_closed": _("Batch of events closed for a time stamp"),
            "evidence.stamped": _("Batch of events stamped"),
            "evidence.not_stamped": _("Time authority gave no stamp"),
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
        },
        sees={"exhibit": {"any": ("home_of_exhibit",), "red": ("holder", "finder", "investigates", "custodian")}},
        does={"exhibit": {"handle": ("holder",)}},
    ),
    claims=CLAIMS,
)
