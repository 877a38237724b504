"""What the frame of every page needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from tidewaiter.cases.policy import files
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.isolation import is_complete
from tidewaiter.foundation.room_cards import Key, RailEntry, rooms_of_node
from tidewaiter.notices.models import Notice
from tidewaiter.people import passkeys
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_customs, reads_library_alone
from tidewaiter.people.queries import nobody_needs_second_factor
from tidewaiter.site.shapes import PLATES


def _shown[T: (RailEntry, Key)](entries: Iterable[T], user: Officer | None) -> list[T]:
    """Those that are for this person, in their order. What several rest on is asked once."""
    answers: dict[Callable[[Actor], bool], bool] = {}

    def is_shown(one: T) -> bool:
        rule = one.shown_to
        if rule is None or user is None:
            return rule is None
        if rule not in answers:
            answers[rule] = rule(user)
        return answers[rule]

    return sorted((one for one in entries if is_shown(one)), key=lambda one: one.place)


def _keys(user: Officer | None) -> list[tuple[str, str]]:
    """The keys of the pages that a person opens, each with all that it does there."""
    words: dict[str, dict[str, None]] = {}
    for one in _shown((key for room in rooms_of_node() for key in room.keys), user):
        words.setdefault(one.key, {})[str(one.word)] = None
    return [(key, ", ".join(said)) for key, said in words.items()]


def _rail(user: Officer | None) -> list[RailEntry]:
    """The places of this node's rooms that a person finds in the rail, in their order."""
    entries = _shown((entry for room in rooms_of_node() for entry in room.rail), user)
    return [one for one in entries if one.outside] if user is not None and reads_library_alone(user) else entries


def _here(path: str, rail: list[RailEntry]) -> str:
    """The name of the entry under whose first word the page lies; else that word itself."""
    word = path.strip("/").split("/", 1)[0]
    return next((entry.name for entry in rail if entry.address.strip("/").split("/", 1)[0] == word), word)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The rail, the node's plate, the direction of writing: found once for a page and all its panels."""
    user = request.user if isinstance(request.user, Officer) else None
    whose = (user.pk if user else None, get_language())
    held: dict[Any, dict[str, Any]] = request.META.setdefault("tidewaiter.frame", {})
    if whose not in held:
        held[whose] = _frame(request, user)
    return held[whose]


def _frame(request: HttpRequest, user: Officer | None) -> dict[str, Any]:
    rail = _rail(user)
    unread = Notice.objects.filter(to=user.username, seen_at=None)[:100].count() if user else 0
    return {
        "rail": rail,
        "room": _here(request.path, rail),
        "plate": PLATES[settings.TIDEWAITER_SHAPE],
        "languages": [(code, word, is_complete(code)) for code, word in settings.LANGUAGES],
        "can_file": user is not None and files(user),
        "initials": "".join(part[:1] for part in user.display_name.split()[:2]).upper() if user else "",
        "unread": unread,
        "keys": _keys(user),
        "finds_cases": user is not None and is_customs(user),
        "finds_at": next((entry.address for entry in rail if entry.finds), ""),
        "passkeys": passkeys.possible(),
        "sign_on": list(settings.SIGN_ON.values()),
        "contacts": settings.CONTACTS_URL,
        "undemanded": user is None and nobody_needs_second_factor(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
