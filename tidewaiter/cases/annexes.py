"""What other rooms keep beside a case, typed on its page of entry (`annex` of their cards): asked, filled in, kept."""

from __future__ import annotations

from collections.abc import Mapping

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.room_cards import Annex, rooms_of_node


def annexes() -> list[Annex]:
    """The annexes of this node's rooms."""
    return [room.annex for room in rooms_of_node() if room.annex is not None]


def is_of_annex(deed: str) -> bool:
    """Whether a button of the page is an annex's: the page comes again, and the annex does what it asks."""
    return any(deed.startswith(one.begins) for one in annexes())


def fill_from_annexes(posted: Mapping[str, str], header: dict[str, str], by: Actor, ref: str) -> None:
    """Fills empty fields of the case with what follows from what stays beside it."""
    for one in annexes():
        one.fill(posted, header, by, ref)


def wrong_in_annexes(posted: Mapping[str, str], by: Actor) -> list[tuple[str, str]]:
    """(field, its name) of what must be mended."""
    return [pair for one in annexes() for pair in one.wrong(posted, by)]


def names_in_annexes(posted: Mapping[str, str], ref: str) -> dict[str, str]:
    """The names that stand beside a case, each with what others get instead; none on a node that holds none."""
    return {name: said for one in annexes() for name, said in one.names(posted, ref).items()}


def keep_annexes(ref: str, posted: Mapping[str, str], by: Actor) -> None:
    """Keeps what was typed beside a case, in the caller's transaction. Raises a refusal."""
    for one in annexes():
        one.keep(ref, posted, by)
