"""Lists suspects."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.registry import states
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.suspect_queries import listed_suspects, next_step_of


class Command(RegistryCommand):
    """`list_suspects [--state S] [--owner U] --by U --purpose TEXT`."""

    help = "whom one's administration looks out for, the next to review first"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Which of them."""
        super().add_arguments(parser)
        parser.add_argument("--state", choices=states.STATES, default="")
        parser.add_argument("--owner", default="", metavar="USERNAME")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "caption", "state", "version", "owner", "action", "review_on", "expires_on", "next_step"}]`."""
        by, purpose = self.reader(options)
        found = list(listed_suspects(by, state=options["state"], owner=options["owner"]))
        read_names(refs=[one.pk for one in found], by=by, purpose=purpose, deed="registry.listed")
        return [
            {
                "ref": one.pk,
                "caption": one.entity.caption,
                "state": one.state,
                "version": one.version,
                "owner": one.owner,
                "action": one.action,
                "review_on": one.review_on.isoformat(),
                "expires_on": one.expires_on.isoformat(),
                "next_step": next_step_of(one, one.unread),
            }
            for one in found
        ]
