"""Reference lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.codelists.api import router
from tidewaiter.codelists.claims import CLAIMS
from tidewaiter.foundation.room_cards import Labels, RailEntry, Rights, Room

ROOM = Room(
    name="codelists",
    urls="codelists/",
    api=(router,),
    rail=(RailEntry(name="codelists", address="/codelists/", icon="list-search", word=_("Lists"), place=100),),
    labels=Labels(
        deeds={
            "codelists.loaded": _("List loaded"),
        },
    ),
    rights=Rights(
        pages={
            "codelists": "signed",
            "load_list": "hidden",
            "codelist": "signed",
            "suggest": "signed",
        },
        programs={
            "list_codelists": "reader",
            "get_codelist": "reader",
        },
        open_pages=frozenset({"codelists"}),
        open_programs=frozenset({"codelists"}),
    ),
    claims=CLAIMS,
)
