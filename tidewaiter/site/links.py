"""To which page a notice leads: the room that made the deed says so on its card, never what its ref begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from tidewaiter.foundation.actors import Actor
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


def names_of(notices: Sequence[Notice], reader: Actor) -> dict[str, str]:
    """What the things are called that notices tell of, by ref: of those alone that the reader sees, each room asked
    once.
    """
    refs: dict[Callable[[Actor, Sequence[str]], Mapping[str, str]], list[str]] = {}
    for notice in notices:
        link = link_of(notice.deed)
        if link is not None and link.called is not None:
            refs.setdefault(link.called, []).append(notice.ref)
    return {ref: name for called, some in refs.items() for ref, name in called(reader, some).items()}


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
