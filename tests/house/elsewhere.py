"""Rooms that this node's shape does not have: what needs Django's apps is asked of them in a process of a shape that
has.

tests/registry/test_on_a_national_node.py asks it of the rooms that a national node alone has.
"""

from __future__ import annotations

from pathlib import Path

from tests.conftest import PROJECT
from tidewaiter.foundation.room_cards import rooms_of_node

HOUSE = PROJECT / "tidewaiter"


def rooms_elsewhere() -> frozenset[str]:
    """Rooms of the house that are not in this node's shape."""
    here = {room.name for room in rooms_of_node()}
    return frozenset(path.parent.name for path in HOUSE.glob("*/room.py")) - here


def is_elsewhere(path: Path) -> bool:
    """Whether a file belongs to one of them."""
    return path.relative_to(HOUSE).parts[0] in rooms_elsewhere()
