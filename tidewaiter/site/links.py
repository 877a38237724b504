"""To which page a notice leads: the room that made the deed says so on its card, never what its ref begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from tidewaiter.foundation.room_cards import Link, rooms_of_node
from tidewaiter.notices.models import Notice


@cache
def links_of_node() -> dict[str, Link]:
    """By the name of a deed or its beginning."""
    return {deed: link for room in rooms_of_node() for link in room.links for deed in link.deeds}


def link_of(deed: str) -> Link | None:
    """The link whose deed fits best: its whole name, else the longest beginning."""
    links = links_of_node()
    fitting = [name for name in links if name == deed or (name.endswith(".") and deed.startswith(name))]
    return links[max(fitting, key=len)] if fitting else None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a notice leads."""

    address: str
    several: bool
    """Whether it tells of several things, and its words say of how many."""


def target_of(notice: Notice) -> Target | None:
    """The page about what a notice tells; the list where it tells of several; nothing where no room has such a page."""
    link = link_of(notice.deed)
    if link is None:
        return None
    if link.many and notice.number > 1:
        return Target(reverse(link.many), several=True)
    return Target(reverse(link.page, args=[notice.ref] if link.of_ref else []), several=False)
