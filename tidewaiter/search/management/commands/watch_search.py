"""Watches a search for somebody."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.search.actions import look_for_watchers, unwatch, watch
from tidewaiter.search.queries import watches_of


class Command(DeedCommand):
    """`watch_search --by USERNAME [NAME QUERY | --drop NAME]`; with neither it lists what is watched."""

    help = "watches a search, ends a watch, or lists one's watches"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and which."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument("query", nargs="?", default="")
        parser.add_argument("--drop", default="", metavar="NAME")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"name", "query", "hits"}]`."""
        by = officer_at_shell(options["by"])
        if options["drop"]:
            unwatch(name=options["drop"], by=by)
        elif options["name"]:
            watch(name=options["name"], query=options["query"], by=by)
        look_for_watchers()
        return [{"name": one.name, "query": one.query, "hits": one.hits} for one in watches_of(by)]
