"""Takes a form's definition file into use, or a form out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.forms.actions import define, retire
from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput


class Command(DeedCommand):
    """`load_form FILE.toml` or `load_form --retire CODE`."""

    help = "takes a form's definition file into use"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, or the form to retire."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--retire", metavar="CODE")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"form", "version"}` or `{"retired"}`."""
        if options["retire"]:
            retire(code=options["retire"], by=node_at_shell())
            return {"retired": options["retire"]}
        if options["file"] is None or not options["file"].is_file():
            raise BadInput("no_file", "Give a definition file (TOML).")
        definition = define(text=text_of(options["file"], "toml_bytes"), by=node_at_shell())
        return {"form": definition.code, "version": definition.version}
