"""Files read into cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.cases.policy import files
from tidewaiter.foundation.room_cards import Counted, DemoPart, Folder, Key, Labels, RailEntry, Rights, Room, Scheduled
from tidewaiter.intake.api import router
from tidewaiter.intake.claims import CLAIMS
from tidewaiter.intake.demo import bring_home, bring_story
from tidewaiter.intake.mending.hidden_sheets import SHEETS, sweep_sheets
from tidewaiter.intake.panels import bring_button, bring_button_with_key
from tidewaiter.intake.queries import incoming_things
from tidewaiter.intake.stored import masked_rows
from tidewaiter.intake.sweeping import sweep_uploads
from tidewaiter.intake.tasks import INTAKE

ROOM = Room(
    name="intake",
    urls="intake/",
    api=(router,),
    tasks={"run_intake": INTAKE},
    schedule={
        "hidden_sheets_swept": Scheduled(
            every=300, do=sweep_sheets, word=_("Sheets of what was hidden are deleted within the hour")
        ),
        "uploads_swept": Scheduled(every=300, do=sweep_uploads, word=_("Uploads that nothing waits for are deleted")),
    },
    panels={"start_buttons": (bring_button_with_key,), "case_list_buttons": (bring_button,)},
    rail=(
        RailEntry(name="intake", address="/intake/", icon="table-import", word=_("Intake"), place=50, shown_to=files),
    ),
    keys=(Key(key="B", word=_("bring a file"), place=4, shown_to=files),),
    labels=Labels(
        deeds={
            "intake.received": _("File received"),
            "intake.staged": _("File read"),
            "intake.accepted": _("File taken in"),
            "intake.proposals_taken": _("Proposals filled in"),
            "intake.hidden_taken": _("Sheet of what was hidden taken"),
            "intake.refused": _("File refused"),
            "intake.stopped": _("Import stopped"),
            "intake.mapping_kept": _("Mapping kept"),
            "intake.mapping_dropped": _("Mapping dropped"),
        },
    ),
    masks=(masked_rows,),
    rights=Rights(
        pages={
            "intake": "signed",
            "map_file": "filer",
            "forget_mapping": "post filer_missing",
            "receipt": "see.receipt",
            "take_proposals": "post do.receipt.take",
            "mend_file": "see.receipt",
            "take_hidden": "post do.receipt.hidden",
        },
        programs={
            "draft_batch": "filer",
            "bring_file": "filer",
            "propose_for_file": "filer",
            "get_receipt": "see.receipt",
            "get_rejected_file": "see.receipt",
            "take_proposals_in": "do.receipt.take",
            "take_hidden_sheet": "do.receipt.hidden",
        },
        sees={
            "receipt": {
                "any": ("home",),
            },
        },
        does={
            "receipt": {
                "take": ("filer",),
                "hidden": ("bringer",),
            },
        },
    ),
    claims=CLAIMS,
    stored={
        "incoming": Counted(things=incoming_things, word=_("Files that wait to be read")),
    },
    demo=DemoPart(place=10, load=bring_story, at_home=bring_home),
    folders=(Folder(name="mappings"),),
    passing=(SHEETS,),
)
