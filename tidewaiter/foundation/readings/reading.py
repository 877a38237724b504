"""What a reader gives: one value, several to choose from, or none and why."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reading[T]:
    """Exactly one of three: `value` is there; or `several` hold two and more; or `why` names what is wrong.

    `why` is a word of a closed vocabulary that each reader documents, with `facts` for the sentence that is made of it.
    """

    value: T | None = None
    several: tuple[T, ...] = ()
    why: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def one_of[T](found: tuple[T, ...] | list[T], why: str, **facts: str) -> Reading[T]:
    """The reading that these distinct values make: one, several, or none because of `why`."""
    different = tuple(dict.fromkeys(found))
    if len(different) == 1:
        return Reading(different[0])
    return Reading(several=different) if different else Reading(why=why, facts=facts)


def words_of(text: str) -> frozenset[str]:
    """The words of a text, as a vocabulary."""
    return frozenset(text.split())
