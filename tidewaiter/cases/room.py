"""Seizures and offences without names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.cases import states, tasks
from tidewaiter.cases.actions import forget_requests
from tidewaiter.cases.api import router
from tidewaiter.cases.called import references
from tidewaiter.cases.claims import CLAIMS
from tidewaiter.cases.entering.sweeping import sweep_entry_photos
from tidewaiter.cases.policy import files
from tidewaiter.cases.search_index import bring_up_to_date
from tidewaiter.cases.search_index_sweep import sweep_words
from tidewaiter.cases.start_panel import region_panel
from tidewaiter.cases.stored_masking import masked_cases, masked_returns
from tidewaiter.cases.wire import KINDS
from tidewaiter.foundation.room_cards import Key, Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.people.policy import is_customs

ROOM = Room(
    name="cases",
    urls="cases/",
    api=(router,),
    tasks=tasks.KINDS,
    follows={"words": "search_follows"},
    schedule={
        "search_follows": Scheduled(every=3, do=bring_up_to_date, word=_("Cases are indexed for searching")),
        "words_swept": Scheduled(every=5, do=sweep_words, word=_("Words taken back leave the index")),
        "entry_photos_swept": Scheduled(
            every=3600, do=sweep_entry_photos, word=_("Photos of given-up entries leave the vault")
        ),
        "old_requests": Scheduled(every=3600, do=forget_requests, word=_("Old keys of the JSON door are forgotten")),
    },
    panels={"start_main": (region_panel,)},
    rail=(RailEntry(name="cases", address="/cases/", icon="files", word=_("Cases"), place=20, shown_to=is_customs),),
    keys=(
        Key(key="N", word=_("new case"), place=3, shown_to=files),
        Key(key="X", word=_("choose the row"), place=6, shown_to=is_customs),
        Key(key="E", word=_("amend the case"), place=8, shown_to=files),
        Key(key="S", word=_("submit"), place=9, shown_to=files),
    ),
    labels=Labels(
        deeds={
            "cases.drafted": _("Drafted"),
            "cases.mended": _("Mended"),
            "cases.judged": _("Words judged to be no person"),
            "cases.masked": _("Masked by later rules"),
            "cases.amended": _("Amended"),
            "cases.submitted": _("Submitted"),
            "cases.opened": _("Opened for review"),
            "cases.returned": _("Returned"),
            "cases.validated": _("Validated"),
            "cases.taken_back": _("Decision taken back"),
            "cases.withdrawn": _("Withdrawn"),
            "cases.erased": _("Erased: its node has recalled it"),
            "cases.dismissed": _("Finding dismissed"),
            "cases.exported": _("Cases taken away"),
            "cases.rechecked": _("Cases checked again"),
        },
        states=states.WORDS,
    ),
    links=(Link(deeds=("cases.", "threads.said"), page="case_page", many="case_list", called=references),),
    masks=(masked_cases, masked_returns),
    rights=Rights(
        pages={
            "case_list": "signed",
            "case_export": "signed",
            "cases_chosen": "post signed",
            "keep_filter": "post own",
            "drop_filter": "post own",
            "photo_wall": "signed",
            "new_case": "filer",
            "new_case_of": "filer",
            "read_field": "filer",
            "entry_photo": "filer",
            "entry_photos": "post filer",
            "edit_photos": "post do.case.amend",
            "case_page": "see.case",
            "say_of_case": "post case.say",
            "edit_case": "do.case.amend",
            "photos_deed": "post do.case.amend",
            "blur_photo": "do.case.amend",
            "photo_deed": "post do.case.amend",
            "photo_file": "see.case",
            "case_deed": "do.case",
        },
        programs={
            "list_cases": "reader",
            "draft_case": "filer",
            "export_file": "reader",
            "get_case": "see.case",
            "add_photo": "do.case.amend",
            "get_photo": "see.case",
            "submit_case": "do.case.submit",
            "validate_case": "do.case.validate",
            "return_one_case": "do.case.return_case",
            "withdraw_case": "do.case.withdraw",
        },
        sees={
            "case": {
                "draft": ("home", "int"),
                "returned": ("home", "int"),
                "submitted": ("home", "region", "int"),
                "validated": ("customs",),
                "validated_red": ("home", "region", "int"),
                "withdrawn": ("home", "int"),
            },
        },
        does={
            "case": {
                "submit": {"who": ("filer",), "from": ("draft", "returned")},
                "amend": {"who": ("filer",), "from": ("draft", "returned", "submitted", "validated", "validated_red")},
                "withdraw": {
                    "who": ("filer_of_draft", "withdrawer"),
                    "from": ("draft", "returned", "submitted", "validated", "validated_red"),
                },
                "validate": {"who": ("judge",), "from": ("submitted",)},
                "return_case": {"who": ("judge",), "from": ("submitted",)},
                "take_back": {"who": ("decider",), "from": ("returned", "validated", "validated_red")},
            },
        },
        talks={"case": ("home", "region", "int")},
    ),
    claims=CLAIMS,
    case_history=("cases.", "threads.said"),
    wire=KINDS,
)
