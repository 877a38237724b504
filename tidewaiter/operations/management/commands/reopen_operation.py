"""Opens a sealed room again."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.operations.actions.ending import open_again
from tidewaiter.operations.commands import RoomCommand
from tidewaiter.operations.queries import ending_named
from tidewaiter.people.queries import officer_at_shell, officer_named


class Command(RoomCommand):
    """`reopen_operation REF --by U --second U2 [--shares-stdin]`."""

    help = "opens a sealed room again, by two holders of its key"

    def add_arguments(self, parser: CommandParser) -> None:
        """The other holder, and where shares come from."""
        super().add_arguments(parser)
        parser.add_argument("--second", required=True, metavar="USERNAME")
        parser.add_argument(
            "--shares-stdin", action="store_true", help="lines «USERNAME SHARE» of those who have taken theirs"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "phase"}`."""
        by, second = officer_at_shell(options["by"]), officer_named(options["second"])
        lines = _given() if options["shares_stdin"] else []
        shares = {name: share for name, _space, share in (line.strip().partition(" ") for line in lines) if name}
        operation = ending_named(by, options["ref"])
        opened = open_again(operation=operation, by=by, second=second.username, shares=shares, both_here=True)
        return {"ref": opened.ref, "phase": opened.phase}


def _given() -> list[str]:
    bound = most("key_file_bytes")
    said = sys.stdin.read(bound + 1)
    if len(said) > bound:
        raise over("key_file_bytes")
    return said.splitlines()
