"""Takes a newer official file of a reference list and says what it adds, changes, retires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.codelists.actions import load_list, shipped_lists
from tidewaiter.codelists.models import CodeList
from tidewaiter.foundation.actors import node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput


class Command(DeedCommand):
    """`load_list NAME FILE [--as-version V] [--source TEXT] [--licence TEXT] [--dry-run]`."""

    help = "takes a newer official file of a reference list and says what it adds, changes, retires"

    def add_arguments(self, parser: CommandParser) -> None:
        """The list's name and the file."""
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-version", default="", help="the edition's own name, such as 2024-2")
        parser.add_argument("--source", default="")
        parser.add_argument("--licence", default="")
        parser.add_argument("--title", default="")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"list", "version", "codes", "added", "changed", "retired", "examples"}`."""
        name, path = options["name"], options["file"]
        if not path.is_file():
            raise BadInput("no_file", f"There is no file {path}.")
        known = CodeList.objects.filter(name=name).first()
        if known is None and name not in shipped_lists() and not options["title"]:
            raise BadInput("unknown_list", f"There is no list «{name}». A new one needs --title.")
        meta = {
            "title": options["title"] or (known.title if known else name),
            "version": options["as_version"] or path.stem,
            "source": options["source"] or f"loaded from {path.name}",
            "licence": options["licence"] or (known.licence if known else ""),
        }
        return load_list(name=name, path=path, meta=meta, by=node_at_shell(), dry_run=options["dry_run"])
