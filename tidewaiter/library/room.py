"""Alerts, bulletins, reports and documents for their audiences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.room_cards import DemoPart, Key, Labels, Link, RailEntry, Rights, Room
from tidewaiter.library.api import router
from tidewaiter.library.claims import CLAIMS
from tidewaiter.library.demo import fill_library
from tidewaiter.library.policy import approves, writes
from tidewaiter.library.queries import titles
from tidewaiter.library.views import found_panel, news_panel, work_panel
from tidewaiter.library.wire import KINDS

ROOM = Room(
    name="library",
    urls="library/",
    api=(router,),
    panels={"search": (found_panel,), "start_waiting": (work_panel,), "start_side": (news_panel,)},
    rail=(
        RailEntry(
            name="library", address="/library/", icon="books", word=_("Library"), place=90, outside=True, finds=True
        ),
    ),
    keys=(
        Key(key="N", word=_("write for the library"), place=3, shown_to=writes),
        Key(key="E", word=_("change the draft"), place=8, shown_to=writes),
        Key(key="V", word=_("publish"), place=11, shown_to=approves),
    ),
    labels=Labels(
        deeds={
            "library.picture_attached": _("Picture attached"),
            "library.picture_dropped": _("Picture taken off"),
            "library.file_attached": _("File attached"),
            "library.file_dropped": _("File taken off"),
            "library.drafted": _("Item written"),
            "library.amended": _("Item changed"),
            "library.submitted": _("Item handed in for approval"),
            "library.sent_back": _("Item sent back"),
            "library.published": _("Item published"),
            "library.withdrawn": _("Item withdrawn"),
            "library.read": _("Item read"),
            "library.said": _("Said something about an item"),
            "library.erased": _("Item of another node erased"),
        },
        states={
            "draft": p("state", "Draft"),
            "submitted": p("state", "Submitted"),
            "published": p("state", "Published"),
            "withdrawn": p("state", "Withdrawn"),
        },
    ),
    links=(Link(deeds=("library.",), page="library_item", called=titles),),
    rights=Rights(
        pages={
            "library": "signed",
            "new_item": "library_writer",
            "library_feed": "signed",
            "library_digest": "signed",
            "library_item": "see.item",
            "edit_item": "see.item",
            "item_picture": "see.item",
            "item_file": "see.item",
            "item_deed": "post see.item",
        },
        programs={
            "listed_items": "reader",
            "written_item": "library_writer",
            "program_feed": "reader",
            "one_item": "see.item",
            "submit_item": "see.item",
            "publish_item": "see.item",
            "send_item_back": "see.item",
            "withdraw_item": "see.item",
            "has_read": "see.item",
            "attached_picture": "see.item",
            "program_picture": "see.item",
            "attached_file": "see.item",
            "program_item_file": "see.item",
        },
        sees={
            "item": {
                "draft": ("home", "int"),
                "submitted": ("home", "region", "int"),
                "published": ("customs",),
                "published_red": ("home", "region", "int"),
                "published_partners": ("customs", "partner"),
            },
        },
        does={
            "item": {
                "amend": ("item_writer",),
                "submit": ("item_writer",),
                "publish": ("item_approver",),
                "send_back": ("item_approver",),
                "withdraw": ("item_writer_at_home", "item_approver"),
                "read": ("customs", "partner"),
                "say": ("customs",),
            },
        },
        open_pages=frozenset({"library"}),
        open_programs=frozenset({"library"}),
    ),
    claims=CLAIMS,
    demo=DemoPart(place=20, load=fill_library, at_home=fill_library),
    wire=KINDS,
)
