"""The off-line desk: a post without a line enters, checks, photographs, and nothing is lost or sent twice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Carried, DemoPart, Folder, Key, Labels, RailEntry, Rights, Room
from tidewaiter.offline import states
from tidewaiter.offline.actions.bringing import bring
from tidewaiter.offline.api import router
from tidewaiter.offline.claims import CLAIMS
from tidewaiter.offline.demo import fill_offline
from tidewaiter.offline.keys import FILE
from tidewaiter.offline.policy import has_desk
from tidewaiter.offline.presenters import came_at
from tidewaiter.offline.storage import FOLDER
from tidewaiter.offline.wire import is_bundle

ROOM = Room(
    name="offline",
    urls="offline/",
    key_files=(FILE,),
    api=(router,),
    rail=(
        RailEntry(
            name="offline",
            address="/offline/arrivals/",
            icon="device-laptop",
            word=_("Off line"),
            place=52,
            shown_to=has_desk,
        ),
    ),
    keys=(
        Key(key="1", word=_("of two versions the device’s"), place=60, shown_to=has_desk),
        Key(key="2", word=_("of two versions the office’s"), place=61, shown_to=has_desk),
    ),
    labels=Labels(
        deeds={
            "offline.enrolled": _("Device taken into use"),
            "offline.revoked": _("Device taken out of use"),
            "offline.lost": _("Device lost"),
            "offline.taken": _("Came from a device"),
            "offline.held": _("Came from a device, to be settled"),
            "offline.settled": _("Settled by a person"),
            "offline.brought": _("Saved queue brought"),
        },
        states={**states.DEVICE_WORDS, **states.ITEM_WORDS},
    ),
    rights=Rights(
        pages={
            "offline_desk": "filer_missing",
            "offline_worker": "open",
            "offline_manifest": "open",
            "offline_mark": "open",
            "offline_app": "open",
            "offline_packs": "filer",
            "offline_pack": "filer",
            "offline_carried": "filer",
            "offline_enrol": "post filer",
            "offline_devices": "signed",
            "offline_end": "post own_device",
            "offline_arrivals": "filer_missing",
            "offline_item": "filer_missing",
            "offline_receipts": "filer_missing",
            "offline_hello": "post open",
            "offline_head": "post open",
            "offline_asked": "post open",
            "offline_bytes": "post open",
        },
        programs={
            "bring_bundle": "filer",
            "list_devices": "signed",
            "revoke_device": "own_device",
        },
    ),
    claims=CLAIMS,
    demo=DemoPart(place=80, at_home=fill_offline),
    folders=(Folder(name=FOLDER),),
    carried=(
        Carried(
            is_one=is_bundle,
            take=lambda path, by: bring(path=path, by=by).answer(),
            page=came_at,
        ),
    ),
)
