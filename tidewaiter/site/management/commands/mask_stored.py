"""Masks what earlier releases let through on a node that holds no names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import Actor, node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.site.masking_stored import mask_stored


class Command(DeedCommand):
    """`mask_stored [--write] [--by USERNAME]`."""

    help = "says what of the stored texts today's rules would mask; with --write masks it, for good"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether it is written: what is masked cannot be brought back, so only when it is said."""
        super().add_arguments(parser)
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would change and keep it (this is what is done without --write)",
        )
        how.add_argument("--write", action="store_true", help="mask it; what stood there is gone")
        parser.add_argument("--by", default="", metavar="USERNAME", help="a steward; without it the node")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"written", "columns": [{"column", "rows", "changed"}], "cases", "references", "ledger", "left"}`."""
        by: Actor = officer_at_shell(options["by"]) if options["by"] else node_at_shell()
        answer = mask_stored(by=by, write=options["write"], told=self.progress)
        return {"written": options["write"], **answer, "left": _left(answer)}

    def table(self, answer: Any) -> str:
        """The columns in which something is masked, then what is left and why."""
        rows = [one for one in answer["columns"] if one["changed"]]
        word = "masked" if answer["written"] else "would be masked"
        said = [f"{one['changed']:>9,} of {one['rows']:,} rows {word}: {one['column']}" for one in rows]
        return "\n".join([*(said or [f"Nothing {word}."]), *answer["left"]])


def _left(answer: dict[str, Any]) -> list[str]:
    """What this cannot reach, in sentences."""
    ledger = answer["ledger"]
    said = (
        "Entries of the ledger stay as they are, for each is bound to the one before it: they hold who did what to"
        f" which reference, never a text of a case. Of {ledger['entries']:,} the details of {ledger['suspected']:,}"
        " look like personal data" + (f", the first is entry {ledger['first']}." if ledger["suspected"] else ".")
    )
    found = [
        said,
        "Backups and files that were taken away before hold what they held: delete those that you need no more.",
    ]
    if answer["references"]:
        found.append(
            f"{answer['references']:,} references of cases look like personal data and stay, for by them a case is "
            "known: withdraw these cases and enter them under another."
        )
    return found
