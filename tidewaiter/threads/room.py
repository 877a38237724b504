"""Conversations under any ref."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Labels, Room
from tidewaiter.threads.claims import CLAIMS

ROOM = Room(
    name="threads",
    labels=Labels(
        deeds={
            "threads.said": _("Said something"),
        },
    ),
    claims=CLAIMS,
)
