"""What is held on somebody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.actions.held_on import held_on
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.held_paper import paper_of


class Command(RegistryCommand):
    """`held_on REF|--name NAME [--birth-date D] -o FILE.pdf|FILE.json --by U --purpose TEXT`."""

    help = "what is held on a person, from where, and who read it, as a paper or as JSON (data-protection officer)"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """On whom, and where it is written."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF", nargs="?", default="")
        parser.add_argument("--name", default="")
        parser.add_argument("--birth-date", default="")
        parser.add_argument("-o", "--output", default="", metavar="FILE.pdf|FILE.json")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"records", "reads"}`: how many; with the whole answer in the file."""
        by, purpose = self.reader(options)
        path = Path(options["output"]) if options["output"] else None
        if path is not None and path.suffix not in (".pdf", ".json"):
            raise BadInput("format", _("Write to a file that ends in .pdf or .json."))
        found = held_on(by=by, purpose=purpose, ref=options["ref"], name=options["name"], birth=options["birth_date"])
        if path is not None:
            text = json.dumps(found.as_json(), ensure_ascii=False, indent=1).encode()
            path.write_bytes(paper_of(found, by, purpose) if path.suffix == ".pdf" else text)
        return {"records": len(found.records), "reads": sum(one.number for one in found.reads)}
