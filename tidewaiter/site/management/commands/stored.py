"""What each administration has stored, and how much it may."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.actors import Actor, node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Administration
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.site.stored import count_all
from tidewaiter.vault.actions import set_stored_bound
from tidewaiter.vault.models import StoredSum
from tidewaiter.vault.storage import bound_of, stored_of


class Command(DeedCommand):
    """`stored [--administration CC --bound BYTES] [--recount] [--by USERNAME]`."""

    help = "lists what each administration has stored, sets how much one may store, counts anew"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose bound; whether all is counted."""
        super().add_arguments(parser)
        parser.add_argument("--administration", default="", metavar="CC")
        parser.add_argument("--bound", type=int, metavar="BYTES", help="how much it may store; 0: as much as others")
        parser.add_argument("--recount", action="store_true", help="count all that is there first")
        parser.add_argument("--by", default="", metavar="USERNAME", help="a steward; without it the node")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """A row for each administration that has stored something, the largest first."""
        by: Actor = officer_at_shell(options["by"]) if options["by"] else node_at_shell()
        if options["bound"] is not None:
            if not Administration.objects.filter(code=options["administration"]).exists():
                raise BadInput("administration", "Say whose bound it is: --administration CC.")
            set_stored_bound(administration=options["administration"], size=options["bound"] or None, by=by)
        if options["recount"]:
            count_all()
        return [
            {
                "administration": one.administration,
                "bytes": one.size,
                "bound": bound_of(one.administration),
                "kinds": {kind: size for kind, _number, size in stored_of(one.administration)},
            }
            for one in StoredSum.objects.order_by("-size", "administration")
        ]
