"""Who acts: the least that a lower room needs to know of a person."""

from __future__ import annotations

from collections.abc import Set
from typing import Protocol


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


class Node:
    """The node acting by itself: scheduled work, set-up, a steward's shell."""

    username = "node"
    display_name = "This node"
    administration_code = "INT"
    region_code = ""
    role_codes: Set[str] = frozenset({"steward"})


NODE = Node()
