"""What each administration has stored, counted anew from what is there."""

from __future__ import annotations

from collections.abc import Iterator

from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.room_cards import Counted, rooms_of_node, together
from tidewaiter.people.queries import vault_things
from tidewaiter.vault.storage import Thing, recount, stored_by

_READ = 5_000


def things_of_each() -> Iterator[Thing]:
    """What lies in the vault: for the administration of whoever brought it first, and
    for each other that has stored it too.
    """
    for batch in in_batches(vault_things(), _READ):
        known = stored_by("vault", [one.ref for one in batch])
        for one in batch:
            yield one
            for administration, username in known.get(one.ref, ()):
                if administration != one.administration and username != one.username:
                    yield Thing(one.ref, administration, username, one.size)


def counted() -> dict[str, Counted]:
    """What takes space on this node, by kind."""
    return together(room.stored for room in rooms_of_node())


def count_all() -> None:
    """Counts every kind of thing that takes space; what came from a release that did not count is counted then too."""
    for kind, of_kind in counted().items():
        recount(kind, of_kind.things())
