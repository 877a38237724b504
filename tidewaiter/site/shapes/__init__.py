"""The three shapes. Here stands what settings need before the rooms are there; the modules put the rooms together."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROOMS: dict[str, tuple[str, ...]] = {
    "central": ("intake", "library", "review", "statistics", "trade"),
    "national": ("intake", "library", "review", "statistics", "trade"),
    "operation": (),
}
"""Rooms of a shape beyond those that every shape has."""

PLATES: dict[str, tuple[Promise, Promise]] = {
    "central": (_("Central node"), _("holds no names")),
    "national": (_("National node"), _("on your own network")),
    "operation": (_("Operation node"), _("closed groups only")),
}
"""What the server is, and what it holds, in words."""
