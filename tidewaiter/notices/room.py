"""Telling people what concerns them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Counted, Key, Labels, Link, Rights, Room, Scheduled
from tidewaiter.notices.actions import forget_old_notices, send_digests, tell_about_people
from tidewaiter.notices.api import router
from tidewaiter.notices.documents import end_results, result_things
from tidewaiter.notices.ringing import ring_on
from tidewaiter.notices.views import ringing_panel

ROOM = Room(
    name="notices",
    keys=(Key(key="E", word=_("all notices read"), place=8),),
    urls="notices/",
    api=(router,),
    panels={"start_waiting": (ringing_panel,)},
    labels=Labels(
        deeds={
            "notices.rings": _("Began to ring"),
            "notices.rung": _("It rings for you until somebody has it"),
            "notices.acknowledged": _("Somebody has what rang"),
        },
    ),
    links=(Link(deeds=("notices.",), page="ringing_page"),),
    follows={"notices": "notices_follow"},
    schedule={
        "notices_follow": Scheduled(
            every=5, do=tell_about_people, word=_("People are told what was done with their account")
        ),
        "ringing": Scheduled(every=10, do=ring_on, word=_("What nobody has yet rings on")),
        "old_notices": Scheduled(every=3600, do=forget_old_notices, word=_("Old notices are forgotten")),
        "digests": Scheduled(every=900, do=send_digests, word=_("Daily messages are sent")),
        "old_results": Scheduled(every=900, do=end_results, word=_("Files made for people a day ago are deleted")),
    },
    rights=Rights(
        pages={
            "notices": "signed",
            "notices_seen": "post notices",
            "ringing": "signed",
            "ringing_page": "see.ringing",
            "acknowledge_ringing": "post see.ringing",
        },
        programs={
            "list_ringing": "reader",
            "acknowledge_one": "see.ringing",
        },
        sees={"ringing": {"rings": ("told", "desk_at_home", "who_began_it")}},
        does={"ringing": {"acknowledge": ("told", "desk_at_home")}},
        open_pages=frozenset({"notices"}),
    ),
    stored={
        "result": Counted(things=result_things, word=_("File made for you"), listed=True),
    },
)
