"""Shows a record's graph."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.registry.actions.graphs import expand_graph, find_path, look_around
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.graph_answers import drawn_out, neighbours_out, path_out
from tidewaiter.registry.graph_nodes import GROUPS


class Command(RegistryCommand):
    """`show_graph REF [--to REF | --kind KIND [--ask QUESTION]…] --by U --purpose TEXT`."""

    help = "a record's neighbours counted by kind, those of one kind, or the path to another record"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which record, and what of its graph."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("--to", default="", metavar="REF", help="the path to this record or case")
        parser.add_argument("--kind", choices=list(GROUPS), default="", help="the neighbours of this kind")
        parser.add_argument(
            "--ask",
            action="append",
            default=[],
            metavar="QUESTION",
            help="those that it chooses: days:90, form:WPN, role:director, graded, sources:2; several: any of them",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"node", "kinds", "too_common"}`; with a kind or an end `{"nodes", "edges", …}`."""
        by, purpose = self.reader(options)
        ref = options["ref"]
        if options["to"]:
            return path_out(find_path(ref=ref, to=options["to"], by=by, purpose=purpose))
        if options["kind"]:
            return drawn_out(expand_graph(ref=ref, kind=options["kind"], asks=options["ask"], by=by, purpose=purpose))
        return neighbours_out(look_around(ref=ref, by=by, purpose=purpose))
