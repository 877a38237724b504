"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from tidewaiter.cases.policy import FILING_ROLES
from tidewaiter.foundation.room_cards import RailEntry, rooms_of_node
from tidewaiter.notices.models import Notice
from tidewaiter.people import passkeys
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import nobody_needs_second_factor
from tidewaiter.site.shapes import PLATES

KEYS = (
    ("/", _("find a case")),
    ("?", _("this list")),
    ("N", _("new")),
    ("B", _("bring a file")),
    ("J", _("next row")),
    ("K", _("row before")),
    ("Enter", _("open the row")),
    ("E", _("amend, or all read")),
    ("V", _("validate")),
    ("T", _("return")),
    ("G", _("validate the chosen")),
    ("A", _("give to a colleague")),
    ("S", _("submit")),
    ("D", _("take the table away, or dismiss the finding")),
    ("Ctrl + Enter", _("the main button")),
    ("Esc", _("close")),
)
"""The keys of the pages; a page has those whose buttons it shows."""


def _rail(user: Officer | None) -> list[RailEntry]:
    """The places of this node's rooms that a person finds in the rail, in their order."""
    entries = sorted((entry for room in rooms_of_node() for entry in room.rail), key=lambda entry: entry.place)
    return [entry for entry in entries if entry.shown_to is None or (user is not None and entry.shown_to(user))]


def _here(path: str, rail: list[RailEntry]) -> str:
    """The name of the entry under whose first word the page lies; else that word itself."""
    word = path.strip("/").split("/", 1)[0]
    return next((entry.name for entry in rail if entry.address.strip("/").split("/", 1)[0] == word), word)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The rail, the node's plate, the direction of writing."""
    user = request.user if isinstance(request.user, Officer) else None
    rail = _rail(user)
    unread = Notice.objects.filter(to=user.username, seen_at=None)[:100].count() if user else 0
    return {
        "rail": rail,
        "room": _here(request.path, rail),
        "plate": PLATES[settings.TIDEWAITER_SHAPE],
        "languages": settings.LANGUAGES,
        "can_file": user is not None and bool(user.role_codes & FILING_ROLES),
        "initials": "".join(part[:1] for part in user.display_name.split()[:2]).upper() if user else "",
        "unread": unread,
        "keys": KEYS,
        "passkeys": passkeys.possible(),
        "undemanded": user is None and nobody_needs_second_factor(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
