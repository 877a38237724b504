"""How sure a share is."""

from __future__ import annotations

from math import sqrt

_Z = 1.96


def interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % score interval of `part` of `whole` (Wilson 1927); of nothing, from 0 to 1."""
    if not whole:
        return 0.0, 1.0
    share = part / whole
    middle = (share + _Z * _Z / (2 * whole)) / (1 + _Z * _Z / whole)
    half = _Z * sqrt(share * (1 - share) / whole + _Z * _Z / (4 * whole * whole)) / (1 + _Z * _Z / whole)
    return max(0.0, middle - half), min(1.0, middle + half)
