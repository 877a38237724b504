"""Gives the encrypted store new keys."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.store_encryption import rotate_key


class Command(DeedCommand):
    """`rotate_key [--new-key-fd N]`: `{"files", "seconds"}`."""

    help = (
        "gives the encrypted store a new master key: the database is written anew under a new key, the keys of files"
        " are wrapped anew; the node must not run; cut off, the next start ends it or takes it back"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the new key is, for a node whose key lies in no file."""
        super().add_arguments(parser)
        parser.add_argument(
            "--new-key-fd", type=int, help="the descriptor to read the new key from, where the key lies in no file"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"files", "seconds"}`: the database and the sealed files, and how long it took."""
        return rotate_key(by=node_at_shell(), say=self.progress, new_key_fd=options["new_key_fd"])
