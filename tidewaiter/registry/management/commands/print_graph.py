"""Prints a kept graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.actions.graph_papers import graph_html, look_at_graph, print_graph
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.graph_answers import whole_out


class Command(RegistryCommand):
    """`print_graph REF [-o FILE.pdf|FILE.html] [--since DAY] [--until DAY] --by U --purpose TEXT`."""

    help = "a kept graph on paper with its communities and countries; without a file these alone"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Which graph, within which days, where to."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("-o", "--output", default="", metavar="FILE.pdf|FILE.html")
        parser.add_argument("--since", default="", metavar="DAY")
        parser.add_argument("--until", default="", metavar="DAY")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file"}`; without a file `{"communities", "countries", "undated"}`."""
        by, purpose = self.reader(options)
        asked = {
            "ref": options["ref"],
            "by": by,
            "purpose": purpose,
            "since": options["since"],
            "until": options["until"],
        }
        if not options["output"]:
            return whole_out(look_at_graph(**asked))
        path = Path(options["output"])
        if path.suffix not in (".pdf", ".html"):
            raise BadInput("format", _("Write to a file that ends in .pdf or .html."))
        if path.suffix == ".pdf":
            path.write_bytes(print_graph(**asked))
        else:
            path.write_text(graph_html(**asked), encoding="utf-8")
        return {"file": str(path)}
