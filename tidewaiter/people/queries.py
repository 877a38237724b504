"""Finding people."""

from __future__ import annotations

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer


def officer_named(username: str) -> Officer:
    """The active account of that name; raises `BadInput` (a command names people by `--by`)."""
    officer = Officer.objects.select_related("administration").filter(username=username, is_active=True).first()
    if officer is None:
        raise BadInput(
            "unknown_officer",
            f"There is no active account «{username}» on this node. Make one with add_officer.",
        )
    return officer
