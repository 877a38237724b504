"""Writes the example of a form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.forms.queries import form_named
from tidewaiter.forms.xml import example_xml
from tidewaiter.foundation.commands import DeedCommand


class Command(DeedCommand):
    """`example FORM -o FILE.xml`."""

    help = "writes the example of a form as XML that is valid by its schema"

    def add_arguments(self, parser: CommandParser) -> None:
        """The form, the file."""
        super().add_arguments(parser)
        parser.add_argument("form")
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"form", "version", "file"}`."""
        form = form_named(options["form"])
        options["output"].write_bytes(example_xml(form))
        return {"form": form.code, "version": form.version, "file": str(options["output"])}
