"""The three shapes: each file is a tuple of room cards. Here stands what settings
need before the rooms can be imported.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLATES: dict[str, tuple[Promise, Promise]] = {
    "central": (_("Central node"), _("holds no names")),
    "national": (_("National node"), _("on your own network")),
    "operation": (_("Operation node"), _("closed groups only")),
}
"""What the server is, and what it holds, in words."""


@cache
def packages_of(shape: str) -> tuple[str, ...]:
    """The packages of a shape's rooms, the lowest first, as its file names them.

    Django wants its list of apps before any of their models may be imported, and a card imports models; so the file is
    read here, not run. Raises `ValueError` where the tuple names what is no card.
    """
    tree = ast.parse((Path(__file__).parent / f"{shape}.py").read_text(encoding="utf-8"))
    cards = {
        alias.asname: node.module.removesuffix(".room")
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".room")
        for alias in node.names
    }
    rooms = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    if len(rooms) != 1 or not isinstance(rooms[0], ast.Tuple):
        raise ValueError(f"site/shapes/{shape}.py is to be one tuple of room cards.")
    names = [one.id if isinstance(one, ast.Name) else "" for one in rooms[0].elts]
    if unknown := set(names) - set(cards):
        raise ValueError(f"site/shapes/{shape}.py names what is no card of a room: {sorted(unknown)}.")
    return tuple(cards[name] for name in reversed(names))
