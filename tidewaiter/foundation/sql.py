"""SQL that carries its values: what is written into a statement is a name that was checked, or SQL of ours with its
values beside it, so that no statement is put together from what somebody said, and values keep their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Where:
    """A piece of SQL with `?` for each of its values, in their order."""

    sql: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: Where) -> Where:
        return joined(" AND ", (self, other))

    def __or__(self, other: Where) -> Where:
        either = joined(" OR ", (self, other))
        return Where(f"({either.sql})", either.values)


TRUE = Where("true")
FALSE = Where("false")


def joined(by: str, parts: Iterable[Where]) -> Where:
    """The pieces one behind the other, with what joins them."""
    every = tuple(parts)
    return Where(by.join(part.sql for part in every), tuple(value for part in every for value in part.values))


def bound(*values: Any) -> Where:
    """The values themselves, with commas between them."""
    return Where(", ".join("?" * len(values)), values)


def names(*every: str) -> Where:
    """Names of columns in quotes, with commas between them. Raises `ValueError` for what is no plain name."""
    for name in every:
        if not _NAME.match(name):
            raise ValueError(f"no name: {name[:40]!r}")
    return Where(", ".join(f'"{name}"' for name in every))


def composed(template: str, **parts: Where | int) -> Where:
    """A statement of ours, its places in braces filled with pieces and whole numbers; the values in their order.

    Raises `ValueError` for a place without a part, and for a part without a place.
    """
    said: list[str] = []
    values: list[Any] = []
    used = set()
    for text, place, _spec, _conversion in Formatter().parse(template):
        said.append(text)
        if place is None:
            continue
        part = parts.get(place)
        if part is None:
            raise ValueError(f"no part for {place!r}")
        used.add(place)
        said.append(str(int(part)) if not isinstance(part, Where) else part.sql)
        if isinstance(part, Where):
            values += part.values
    if left := set(parts) - used:
        raise ValueError(f"no place for {sorted(left)}")
    return Where("".join(said), tuple(values))
