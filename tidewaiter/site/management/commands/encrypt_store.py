"""Encrypts the store of a node that an earlier release kept in the clear."""

from __future__ import annotations

from typing import Any

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.store_encryption import encrypt_store


class Command(DeedCommand):
    """`encrypt_store`: `{"files", "seconds", "recovery_key"}`."""

    help = (
        "encrypts the store of a node that an earlier release kept in the clear: database, vault, results; the node"
        " must not run; may be run again where it was cut off"
    )

    def answer(self, **options: Any) -> dict[str, Any]:
        """How many files were sealed, how long it took, and where the key lies that opens sealed backups."""
        return encrypt_store(by=node_at_shell(), say=self.progress)
