"""What each administration has stored, counted anew from what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from tidewaiter.foundation.bulk import in_batches
from tidewaiter.people.queries import vault_things
from tidewaiter.vault.storage import Thing, recount, stored_by

_READ = 5_000


def things_of_each() -> Iterator[Thing]:
    """What lies in the vault: for the administration of whoever brought it first, and for each other that has stored
    it too.
    """
    for batch in in_batches(vault_things(), _READ):
        known = stored_by("vault", [one.ref for one in batch])
        for one in batch:
            yield one
            for administration, username in known.get(one.ref, ()):
                if administration != one.administration and username != one.username:
                    yield Thing(one.ref, administration, username, one.size)


def count_all(counted: Mapping[str, Callable[[], Iterable[Thing]]]) -> None:
    """Counts every kind of thing that takes space; what came from a release that did not count is counted then too."""
    for kind, things in counted.items():
        recount(kind, things())
