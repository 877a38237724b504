"""The three shapes. Here stands what settings need before the rooms are there; the modules put the rooms together."""

from __future__ import annotations

ROOMS: dict[str, tuple[str, ...]] = {
    "central": ("intake", "statistics"),
    "national": ("intake", "statistics"),
    "operation": (),
}
"""Rooms of a shape beyond those that every shape has."""

PLATES: dict[str, tuple[str, str]] = {
    "central": ("Central node", "holds no names"),
    "national": ("National node", "on your own network"),
    "operation": ("Operation node", "closed groups only"),
}
"""What the server is, and what it holds, in words."""
