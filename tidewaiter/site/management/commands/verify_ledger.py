"""Checks the whole chain, the signed heads, the records beside it, and that it
continues heads that were kept elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.proof import proof, read_head, read_heads


class Command(DeedCommand):
    """`verify_ledger [--head FILE …] [--heads FOLDER]`; exit 1 names the first entry or record that is wrong."""

    help = "checks the whole chain of the ledger, its signed heads, and the records of every room against it"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--head FILE`: a head that left the node; `--heads FOLDER`: all of them."""
        super().add_arguments(parser)
        parser.add_argument(
            "--head", type=Path, action="append", default=[], help="a head that was kept: the chain must continue it"
        )
        parser.add_argument("--heads", type=Path, help="a folder of heads (TIDEWAITER_HEADS_TO): all are checked")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"entries", "heads", "intact", "records", "proven", "not_proven"}`; with a fault `why` and what is wrong."""
        heads = [read_head(path) for path in options["head"]]
        if options["heads"]:
            heads += read_heads(options["heads"])
        answer = proof(heads)
        self.done_in_part = not answer["intact"]
        return answer

    def table(self, answer: Any) -> str:
        """The figures, and what is proven and what is not, a line each."""
        words = {name: answer.pop(name) for name in ("proven", "not_proven")}
        lines = [super().table(answer)]
        for name, title in (("proven", "Proven:"), ("not_proven", "Not proven:")):
            lines += [title, *(f"  {sentence}" for sentence in words[name])] if words[name] else []
        return "\n".join(lines)
