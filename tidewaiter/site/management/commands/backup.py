"""Backs the node up while it runs: one checked file of database, vault and trade files, without its keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.room_cards import Folder
from tidewaiter.site.backup.backup import back_up, folders


class Command(DeedCommand):
    """`backup FILE [--with-keys] [--without-trade] [--recipient age1… …]`."""

    help = (
        "backs the node up while it runs: one checked file of database, vault, files that wait to be read, and trade"
        " files with their results; left out are the secret keys, and what the node makes anew (figures, results kept"
        " for a day)"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and to whom it is encrypted."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--recipient",
            action="append",
            default=[],
            help="encrypt to this age recipient; without, whoever has the file can read it",
        )
        parser.add_argument(
            "--with-keys", action="store_true", help="put the secret keys in too: who has the file is then the node"
        )
        for folder in _may_be_left_out():
            parser.add_argument(f"--without-{folder.name}", action="store_true", help=f"leave {folder.left_out} out")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "sha256", "bytes", "entries", "encrypted", "keys", "trade"}`."""
        return back_up(
            target=options["file"].absolute(),
            recipients=options["recipient"],
            by=node_at_shell(),
            say=self.progress,
            keys=options["with_keys"],
            without=[folder.name for folder in _may_be_left_out() if options[f"without_{folder.name}"]],
        )


def _may_be_left_out() -> list[Folder]:
    return [folder for folder in folders() if folder.left_out]
