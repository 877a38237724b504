"""Opens a room for a joint operation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.planned import read_planned
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`open_operation FILE.toml --by U`."""

    help = "a room with a key of its own, for the operation that a TOML file describes"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and who."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE.toml")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref"}`."""
        by = officer_at_shell(options["by"])
        try:
            said = read_toml(text_of(options["file"], "toml_bytes"))
        except NotToml as error:
            raise BadInput("unreadable", f"{options['file']} is not TOML: {error.why}.") from error
        return {"ref": open_operation(said=read_planned(said), by=by).ref}
