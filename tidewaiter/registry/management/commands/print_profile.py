"""Prints a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.actions.profiling import print_profile, profile_html
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`print_profile REF -o FILE.pdf|FILE.html --by U --purpose TEXT`."""

    help = "a record on paper with sources and gradings; each copy is numbered and stands in the ledger"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Which record, and where to."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("-o", "--output", required=True, metavar="FILE.pdf|FILE.html")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file"}`."""
        by, purpose = self.reader(options)
        path = Path(options["output"])
        if path.suffix not in (".pdf", ".html"):
            raise BadInput("format", _("Write to a file that ends in .pdf or .html."))
        if path.suffix == ".pdf":
            path.write_bytes(print_profile(ref=options["ref"], by=by, purpose=purpose))
        else:
            path.write_text(profile_html(ref=options["ref"], by=by, purpose=purpose), encoding="utf-8")
        return {"file": str(path)}
