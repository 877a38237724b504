"""Which rooms a partner or an expert opens: the library alone, and what one needs to read it (CONTRACT.md, «Who sees
it»).

Every query has the rule of who sees what; this stands before it, so that a page which asks none does not tell, by
being there,
what the node holds. Closed by default: a new room is not open to outsiders until it is named here.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.people.policy import reads_library_alone

OPEN_ROOMS = frozenset(
    {
        "",
        "you",
        "accounts",
        "language",
        "notices",
        "library",
        "search",
        "jobs",
        "stored",
        "codelists",
        "forms",
        "api",
        "healthz",
        "readyz",
        "metrics",
        "static",
    }
)
"""First words of addresses of pages; `/people/of/` (one's own page) beside them."""
OPEN_OPERATIONS = frozenset({"library", "codelists", "forms", "jobs"})
"""First words of addresses under `/api/v1/`."""


def room_of(path: str) -> tuple[str, bool]:
    """The first word of an address, or of what follows `/api/v1/`, and whether it is an operation of the JSON door."""
    words = path.strip("/").split("/")
    if words[:2] == ["api", "v1"]:
        return (words[2] if len(words) > 2 else ""), True
    return ("own" if words[:2] == ["people", "of"] else words[0]), False


def must_be_open_to(actor: Actor, request: HttpRequest) -> None:
    """Raises `Missing` where an outsider reads a room that is not theirs. Deeds answer for themselves: they refuse by
    name.
    """
    if request.method not in ("GET", "HEAD") or not reads_library_alone(actor):
        return
    room, operation = room_of(request.path_info)
    if room not in (OPEN_OPERATIONS if operation else OPEN_ROOMS | {"own"}):
        raise Missing("missing", _("There is no such page."))
