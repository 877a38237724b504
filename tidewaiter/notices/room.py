"""Telling people what concerns them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Counted, Key, Rights, Room, Scheduled
from tidewaiter.notices.actions import forget_old_notices, send_digests, tell_about_people
from tidewaiter.notices.documents import end_results, result_things

ROOM = Room(
    name="notices",
    keys=(Key(key="E", word=_("all notices read"), place=8),),
    urls="notices/",
    follows={"notices": "notices_follow"},
    schedule={
        "notices_follow": Scheduled(
            every=5, do=tell_about_people, word=_("People are told what was done with their account")
        ),
        "old_notices": Scheduled(every=3600, do=forget_old_notices, word=_("Old notices are forgotten")),
        "digests": Scheduled(every=900, do=send_digests, word=_("Daily messages are sent")),
        "old_results": Scheduled(every=900, do=end_results, word=_("Files made for people a day ago are deleted")),
    },
    rights=Rights(
        pages={
            "notices": "signed",
            "notices_seen": "post notices",
        },
        open_pages=frozenset({"notices"}),
    ),
    stored={
        "result": Counted(things=result_things, word=_("File made for you"), listed=True),
    },
)
