"""Who acts: the least that a lower room needs to know of a person."""

from __future__ import annotations

import getpass
import os
from collections.abc import Set
from typing import Protocol

from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import Missing, NotAllowed


class Actor(Protocol):
    """A person (or the node itself) on whose behalf a deed is done."""

    @property
    def username(self) -> str:
        """The account's name, as the ledger keeps it."""

    @property
    def display_name(self) -> str:
        """The name shown to colleagues."""

    @property
    def administration_code(self) -> str:
        """ISO 3166-1 alpha-2 code of the country, or `INT` for the international secretariat."""

    @property
    def region_code(self) -> str:
        """Code of the region whose reviewers look after the administration; empty for `INT`."""

    @property
    def role_codes(self) -> Set[str]:
        """The roles granted, as named in the contract."""

    @property
    def reviewed_regions(self) -> Set[str]:
        """Codes of the regions whose cases this person reviews; empty for whoever is no reviewer."""

    @property
    def door(self) -> str:
        """The way the person came in: `page`, `node`, `token:REF`, or `shell:USER` with the operating system's user."""


class Node:
    """The node acting by itself: scheduled work, set-up, a steward's shell."""

    username = "node"
    display_name = "This node"
    administration_code = "INT"
    region_code = ""
    role_codes: Set[str] = frozenset({"steward"})
    reviewed_regions: Set[str] = frozenset()

    def __init__(self, door: str = "node") -> None:
        self.door = door


NODE = Node()


def is_node(actor: Actor) -> bool:
    """Whether the node itself acts. Ask this and not for the name: exempt is the node, not who is called like it."""
    return isinstance(actor, Node)


def shell_door() -> str:
    """The door of a command: who sat at the shell, as the operating system knows them."""
    try:
        return f"shell:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"shell:{os.getuid()}"


def node_at_shell() -> Node:
    """The node, told to act by somebody at its shell."""
    return Node(shell_door())


def is_steward(actor: Actor) -> bool:
    """Whether steward's deeds are open to the person; through a token they never are."""
    return "steward" in actor.role_codes and not actor.door.startswith("token:")


def must_be_steward(actor: Actor) -> None:
    """Raises `NotAllowed` for everybody else."""
    if not is_steward(actor):
        raise NotAllowed("steward", _("This is a steward's to do."))


def stewards_page(actor: Actor) -> None:
    """What one may not see is missing: raises `Missing` for everybody who is no steward."""
    if not is_steward(actor):
        raise Missing("missing", _("There is no such page."))
