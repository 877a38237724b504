"""Writes the registry as lines of FollowTheMoney."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.registry.actions.reading import export_entities
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`export_entities --by U --purpose TEXT -o FILE`."""

    help = "writes what a person sees of the registry as lines of FollowTheMoney, for its owner's eyes alone (0600)"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """And the file."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"entities", "file"}`."""
        by, purpose = self.reader(options)
        path: Path = options["output"]
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            written = export_entities(to=file, by=by, purpose=purpose)
        return {"entities": written, "file": str(path)}
