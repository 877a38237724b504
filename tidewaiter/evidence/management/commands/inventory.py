"""A count of a store at the shell, of a file of scanned codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.evidence import actions
from tidewaiter.evidence.queries import store_named
from tidewaiter.evidence.store_api import count_out
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`inventory STORE --codes FILE --by USERNAME [--end]`."""

    help = "counts what lies in a store by a file of scanned codes, one a line; --end writes the differences down"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which store, and the codes."""
        super().add_arguments(parser)
        parser.add_argument("store", metavar="STORE", help="code of the store")
        parser.add_argument("--codes", required=True, metavar="FILE")
        parser.add_argument("--end", action="store_true", help="what was not found is missing from now on")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "store", "state", "there", "missing", "elsewhere", "unknown"}`."""
        by = officer_at_shell(options["by"])
        store = store_named(by, options["store"])
        codes = bytes_of(Path(options["codes"]), "side_table_bytes").decode("utf-8", "replace").split()
        going = store.inventories.filter(state="counting").first()
        count = going or actions.begin_inventory(store=store, by=by)
        actions.scan_into(inventory=count, codes=codes, by=by)
        if options["end"]:
            count = actions.end_inventory(inventory=count, by=by)
        return count_out(count, by)
