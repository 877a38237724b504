"""Which rooms a partner or an expert opens: the library alone, and what
one needs to read it (CONTRACT.md, «Who sees it»).

Every query has the rule of who sees what; this stands before it, so that a page which asks none does not tell, by being
there, what the node holds. Closed by default: a new room is not open to outsiders until its card says so.
"""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.people.policy import reads_library_alone


@cache
def _open(*, operations: bool) -> frozenset[str]:
    """First words of the addresses that the rooms of this node open to outsiders, of pages or of the JSON door."""
    rights = [room.rights for room in rooms_of_node()]
    return frozenset().union(*(one.open_programs if operations else one.open_pages for one in rights))


def room_of(path: str) -> tuple[str, bool]:
    """The first word of an address, or of what follows `/api/v1/`, and whether it is an operation of the JSON door."""
    words = path.strip("/").split("/")
    if words[:2] == ["api", "v1"]:
        return (words[2] if len(words) > 2 else ""), True
    return ("own" if words[:2] == ["people", "of"] else words[0]), False


def must_be_open_to(actor: Actor, request: HttpRequest) -> None:
    """Raises `Missing` where an outsider reads a room that is not theirs. Deeds answer
    for themselves: they refuse by name.
    """
    if request.method not in ("GET", "HEAD") or not reads_library_alone(actor):
        return
    room, operation = room_of(request.path_info)
    if room not in _open(operations=operation):
        raise Missing("missing", _("There is no such page."))
