"""Brings a file of persons, companies, conveyances and links in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.bringing import bring_entities
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`import_entities FILE --by U [--mapping MAP.toml] [--list NAME]`."""

    help = (
        "brings persons, companies, conveyances, links: FollowTheMoney lines, csv, xlsx, OFAC csv, UN XML, by content"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, how it is mapped, of which published list it is."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, metavar="MAP.toml")
        parser.add_argument("--list", dest="listed", default="", metavar="NAME", help="a published list, kept apart")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The JSON document of CONTRACT.md."""
        path: Path = options["file"]
        if not path.is_file():
            raise BadInput("no_file", f"There is no file {path}.")
        mapping = text_of(options["mapping"], "toml_bytes") if options["mapping"] else ""
        done = bring_entities(
            path=path.resolve(),
            by=officer_at_shell(options["by"]),
            listed=options["listed"],
            mapping=mapping,
            progress=lambda rows: self.progress(f"{rows:,}"),
        )
        self.done_in_part = done.rejected > 0
        names = ("rows", "entities", "accepted", "rejected", "unchanged", "changed", "errors")
        return {name: getattr(done, name) for name in names}
