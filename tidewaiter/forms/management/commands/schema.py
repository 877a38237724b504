"""Writes the schema of a form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.forms.queries import form_named
from tidewaiter.forms.schemas import json_schema
from tidewaiter.forms.xml import xsd
from tidewaiter.foundation.commands import DeedCommand


class Command(DeedCommand):
    """`schema FORM --as xsd|json -o FILE`."""

    help = "writes the XML Schema or the JSON Schema of a form"

    def add_arguments(self, parser: CommandParser) -> None:
        """The form, the kind of schema, the file."""
        super().add_arguments(parser)
        parser.add_argument("form")
        parser.add_argument("--as", dest="kind", choices=("xsd", "json"), required=True)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"form", "version", "file"}`."""
        form = form_named(options["form"])
        content = (
            xsd(form)
            if options["kind"] == "xsd"
            else json.dumps(json_schema(form), ensure_ascii=False, indent=1).encode()
        )
        options["output"].write_bytes(content)
        return {"form": form.code, "version": form.version, "file": str(options["output"])}
