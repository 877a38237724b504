"""Names somebody who has part in a case."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.registry.actions.annexing import add_to_case
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.vocabulary import KINDS, PART_WORDS


class Command(RegistryCommand):
    """`name_in_case CASE NAME --kind K --role R [--birth-date D] [--document N] … --by U --purpose TEXT`."""

    help = "names somebody who has part in a case, on this node alone, and screens the name at once"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """In which case, who, and what is known of them."""
        super().add_arguments(parser)
        parser.add_argument("case", metavar="CASE")
        parser.add_argument("name")
        parser.add_argument("--kind", choices=KINDS, default="person")
        parser.add_argument("--role", choices=tuple(PART_WORDS), required=True)
        parser.add_argument("--birth-date", default="")
        parser.add_argument("--nationality", default="")
        parser.add_argument("--document", default="")
        parser.add_argument("--source", default="", help="the case itself where none is said")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "hits": [{"ref", "caption", "score", "evidence"}]}`."""
        by, purpose = self.reader(options)
        known = {"birthDate": "birth_date", "nationality": "nationality", "idNumber": "document"}
        values = [("name", options["name"])]
        values += [(prop, options[name]) for prop, name in known.items() if options[name]]
        said = SaidThing(key="", kind=options["kind"], values=values, source=options["source"])
        made = add_to_case(case=options["case"], said=said, role=options["role"], by=by, purpose=purpose)
        return {
            "ref": made.entity.ref,
            "hits": [
                {
                    "ref": hit.ref,
                    "caption": hit.caption,
                    "score": hit.found.score,
                    "evidence": hit.found.evidence,
                }
                for hit in made.hits
            ],
        }
