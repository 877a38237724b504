"""Lets another agency into some of an administration's records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.agencies import Agreed, agree
from tidewaiter.registry.agency_api import agreement_out
from tidewaiter.registry.agreements import DATABASE_WORDS, MARKS
from tidewaiter.registry.commands import RegistryCommand


class Command(RegistryCommand):
    """`agree AGENCY --paper TEXT --databases D… --for TEXT… --ends-on DAY [--forms F…] [--states S…] --by U`."""

    help = "lets another agency into some of an administration's records, by a written agreement, until a day"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which agency, into what, for what, until when."""
        super().add_arguments(parser)
        parser.add_argument("agency", metavar="AGENCY")
        parser.add_argument("--paper", required=True, metavar="TEXT", help="what the written agreement is called")
        parser.add_argument("--databases", nargs="+", choices=list(DATABASE_WORDS), required=True)
        parser.add_argument(
            "--for", nargs="+", dest="purposes", required=True, metavar="TEXT", help="for what its people read"
        )
        parser.add_argument("--ends-on", required=True, metavar="DAY")
        parser.add_argument("--begins-on", default="", metavar="DAY")
        parser.add_argument("--forms", nargs="*", default=[], metavar="FORM")
        parser.add_argument("--states", nargs="*", default=[], metavar="STATE")
        parser.add_argument("--most", choices=list(MARKS), default="AMBER", help="the gravest mark that goes to them")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The agreement."""
        names = ("agency", "paper", "databases", "purposes", "ends_on", "begins_on", "forms", "states", "most")
        said = Agreed(**{name: options[name] for name in names})
        return agreement_out(agree(said=said, by=officer_at_shell(options["by"])))
