"""The national shape: which rooms it has and how they meet."""

from __future__ import annotations

ROOMS: tuple[str, ...] = ("intake", "statistics",)
"""Rooms beyond those that every shape has."""

PLATE = ("National node", "stays on your own network")
"""What the server is, and what it holds, in words."""

HOLDS_NAMES = True
