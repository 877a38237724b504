"""How many must stand behind a figure before others may read it: the one place where the number stands."""

from __future__ import annotations

from collections.abc import Collection

LEAST_REPORTERS = 3
"""Administrations that must have reported what a figure for others counts; with two, each could work out the
other's.
"""


def too_few(reporters: Collection[str]) -> bool:
    """Whether a figure is marked for members and hidden from the public. Nobody behind it means
    nothing was reported, which hides nobody.
    """
    return 0 < len(reporters) < LEAST_REPORTERS
