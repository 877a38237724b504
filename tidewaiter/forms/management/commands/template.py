"""Writes the Excel template of a form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.forms.queries import form_named
from tidewaiter.forms.workbook import template
from tidewaiter.foundation.commands import DeedCommand


class Command(DeedCommand):
    """`template FORM -o FILE.xlsx [--lang LL] [--simple]`."""

    help = "writes the Excel template of a form"

    def add_arguments(self, parser: CommandParser) -> None:
        """The form, the file, the language."""
        super().add_arguments(parser)
        parser.add_argument("form")
        parser.add_argument("-o", "--output", type=Path, required=True)
        parser.add_argument("--lang", default="en")
        parser.add_argument("--simple", action="store_true")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"form", "version", "file"}`."""
        form = form_named(options["form"])
        options["output"].write_bytes(template(form, lang=options["lang"], simple=options["simple"]))
        return {"form": form.code, "version": form.version, "file": str(options["output"])}
