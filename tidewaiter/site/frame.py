"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from tidewaiter.cases.policy import FILING_ROLES
from tidewaiter.notices.models import Notice
from tidewaiter.people import passkeys
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_steward
from tidewaiter.people.queries import nobody_needs_second_factor
from tidewaiter.site.shapes import PLATES

RAIL = (
    ("start", "/", "home", _("Start")),
    ("cases", "/cases/", "files", _("Cases")),
    ("review", "/review/", "checklist", _("Review")),
    ("office", "/review/requests/", "help", _("Office")),
    ("intake", "/intake/", "table-import", _("Intake")),
    ("statistics", "/statistics/", "chart-histogram", _("Statistics")),
    ("trade", "/trade/", "package", _("Trade")),
    ("referrals", "/trade/referrals/", "send", _("Referrals")),
    ("library", "/library/", "books", _("Library")),
    ("codelists", "/codelists/", "list-search", _("Lists")),
    ("people", "/people/", "users", _("People")),
    ("ledger", "/ledger/", "history", _("Ledger")),
)
KEYS = (
    ("/", _("find a case")), ("?", _("this list")), ("N", _("new")), ("B", _("bring a file")), ("J", _("next row")), ("K", _("row before")),
    ("Enter", _("open the row")), ("E", _("amend, or all read")), ("V", _("validate")), ("T", _("return")), ("G", _("validate the chosen")), ("A", _("give to a colleague")), ("S", _("submit")), ("D", _("take the table away, or dismiss the finding")),
    ("Ctrl + Enter", _("the main button")), ("Esc", _("close")),
)  # fmt: skip
"""The keys of the pages; a page has those whose buttons it shows."""
_OF_SHAPE = {
    "intake": "intake",
    "statistics": "statistics",
    "review": "review",
    "office": "review",
    "library": "library",
    "trade": "trade",
    "referrals": "trade",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The rail, the node's plate, the direction of writing."""
    rooms = settings.SHAPE_ROOMS
    user = request.user
    rail = [entry for entry in RAIL if entry[0] not in _OF_SHAPE or _OF_SHAPE[entry[0]] in rooms]
    reviews = isinstance(user, Officer) and ("reviewer" in user.role_codes or is_steward(user))
    asks = isinstance(user, Officer) and bool(user.role_codes & {"contact", "analyst", "investigator"})
    rail = [entry for entry in rail if entry[0] != "review" or reviews]
    analyses = isinstance(user, Officer) and bool(user.role_codes & {"analyst", "investigator"})
    rail = [entry for entry in rail if entry[0] != "trade" or analyses]
    follows = isinstance(user, Officer) and "contact" in user.role_codes and not analyses
    rail = [entry for entry in rail if entry[0] != "referrals" or follows]
    rail = [entry for entry in rail if entry[0] != "office" or (asks and not reviews)]
    if not (isinstance(user, Officer) and is_steward(user)):
        rail = [entry for entry in rail if entry[0] != "ledger"]
    can_file = isinstance(user, Officer) and bool(user.role_codes & FILING_ROLES)
    initials = "".join(part[:1] for part in user.display_name.split()[:2]).upper() if isinstance(user, Officer) else ""
    room = request.path.strip("/").split("/", 1)[0] or "start"
    room = "office" if room == "review" and not reviews else room
    room = "referrals" if room == "trade" and not analyses else room
    return {
        "room_names": rooms, "rail": rail, "room": room, "plate": PLATES[settings.TIDEWAITER_SHAPE], "languages": settings.LANGUAGES,
        "can_file": can_file, "initials": initials, "unread": Notice.objects.filter(to=user.username, seen_at=None)[:100].count() if isinstance(user, Officer) else 0, "keys": KEYS, "passkeys": passkeys.possible(), "undemanded": not isinstance(user, Officer) and nobody_needs_second_factor(), "direction": "rtl" if get_language_bidi() else "ltr",
    }  # fmt: skip
