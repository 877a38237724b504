"""Early warnings of crime in electronic systems, their sightings, and the TAXII 2.1 door."""

from __future__ import annotations

from tidewaiter.advisories.preparing import prepare
from tidewaiter.foundation.room_cards import Room

ROOM = Room(name="advisories", urls="", prepared=prepare)
