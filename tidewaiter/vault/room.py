"""Files by their content."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Folder, Labels, Room, Scheduled
from tidewaiter.vault.actions import hash_pictures
from tidewaiter.vault.claims import CLAIMS
from tidewaiter.vault.tasks import THUMBNAIL

ROOM = Room(
    name="vault",
    tasks={"make_thumbnail": THUMBNAIL},
    schedule={
        "photos_hashed": Scheduled(every=20, do=hash_pictures, word=_("Photos are made findable")),
    },
    labels=Labels(
        deeds={
            "vault.kept": _("File kept"),
            "vault.shredded": _("Picture of an abandoned entry destroyed"),
            "vault.bound_set": _("Bound of what may be stored set"),
        },
    ),
    claims=CLAIMS,
    folders=(Folder(name="vault"),),
)
