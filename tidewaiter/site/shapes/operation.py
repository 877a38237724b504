"""The operation shape: which rooms it has and how they meet."""

from __future__ import annotations

ROOMS: tuple[str, ...] = ()
"""Rooms beyond those that every shape has."""

PLATE = ("Operation node", "closed groups only")
"""What the server is, and what it holds, in words."""

HOLDS_NAMES = True
