"""Lists what the clock has set aside, lets items be tried again, or drops them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.jobs.models import FailedItem
from tidewaiter.site.failed_items import drop, retry, retry_all


class Command(DeedCommand):
    """`set_aside [--retry ITEM … | --retry-all | --drop ITEM …]`."""

    help = "lists the items of the clock's work that failed, lets them be tried again, or drops them"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which items, by the numbers of the list."""
        super().add_arguments(parser)
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--retry", type=int, nargs="+", default=[], metavar="ITEM")
        deed.add_argument("--retry-all", action="store_true", help="all that wait or are set aside")
        deed.add_argument("--drop", type=int, nargs="+", default=[], metavar="ITEM")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"item", "deed", "ref", "state", "error", "since", "tries", "next_at"}]`."""
        by = node_at_shell()
        for item in options["retry"]:
            retry(item=item, by=by)
        for item in options["drop"]:
            drop(item=item, by=by)
        if options["retry_all"]:
            retry_all(by=by)
        return [
            {
                "item": row.pk,
                "deed": row.deed,
                "ref": row.ref,
                "state": row.state,
                "error": row.error,
                "since": row.since.isoformat(timespec="seconds"),
                "tries": row.tries,
                "next_at": row.next_at.isoformat(timespec="seconds") if row.next_at else None,
            }
            for row in FailedItem.objects.order_by("state", "since", "pk")
        ]
