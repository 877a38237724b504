"""Secure rooms for joint operations."""

from __future__ import annotations

from tidewaiter.foundation.room_cards import Folder, Room
from tidewaiter.operations.claims import CLAIMS

ROOM = Room(
    name="operations",
    urls="operations/",
    folders=(Folder(name="operations"), Folder(name="certificates")),
    claims=CLAIMS,
)
