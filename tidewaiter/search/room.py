"""One box over everything one may see."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.cases.called import references
from tidewaiter.foundation.room_cards import Labels, Link, Rights, Room, Scheduled
from tidewaiter.search.actions import look_for_watchers
from tidewaiter.search.api import router
from tidewaiter.search.views import linked_panel, saved_panel, similar_panel

ROOM = Room(
    name="search",
    urls="search/",
    api=(router,),
    follows={"watches": "watches_follow"},
    schedule={
        "watches_follow": Scheduled(every=5, do=look_for_watchers, word=_("Watched searches are looked for")),
    },
    panels={
        "start_end": (saved_panel,),
        "case": (linked_panel, similar_panel),
        "review": (linked_panel, similar_panel),
    },
    labels=Labels(
        deeds={
            "search.watched": _("Search watched"),
            "search.unwatched": _("Watch ended"),
            "search.linked": _("Cases linked"),
            "search.unlinked": _("Link taken away"),
            "search.matched": _("A new case matches what you watch"),
            "search.watch_failed": _("A search you watch can no longer be read: end it, or watch it anew"),
        },
    ),
    links=(
        Link(deeds=("search.matched",), page="case_page", many="case_list", called=references),
        Link(deeds=("search.watch_failed",), page="search", of_ref=False),
    ),
    rights=Rights(
        pages={
            "search": "signed",
            "watch_deed": "post own",
            "photos_like": "see.photo",
            "compare": "see.two_cases",
            "link_deed": "post see.two_cases",
            "similar": "see.case",
        },
        programs={
            "alike_cases": "see.case",
            "links_of": "see.case",
            "new_link": "see.two_cases",
            "end_link": "own",
            "all_photos": "reader",
            "like_photo": "reader",
            "own_watches": "reader",
            "new_watch": "own",
            "end_watch": "own",
        },
        open_pages=frozenset({"search"}),
    ),
)
