"""Screens one name against the registry."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.registry.actions.reading import screen_names
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.reading.pairs import countries_of
from tidewaiter.registry.vocabulary import KINDS


class Command(RegistryCommand):
    """`screen NAME [--kind K] [--country CC] [--birth-date D] [--document N] --by U --purpose TEXT`."""

    help = "ranked matches of a name in the registry, with why"
    reads_names = True

    def add_arguments(self, parser: CommandParser) -> None:
        """The name, and what is known beside it."""
        super().add_arguments(parser)
        parser.add_argument("name")
        parser.add_argument("--kind", choices=KINDS, default="")
        parser.add_argument("--country", default="")
        parser.add_argument("--birth-date", default="")
        parser.add_argument("--document", default="")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "caption", "score", "evidence", "why"}]`, the best first."""
        by, purpose = self.reader(options)
        known = Known(
            name=options["name"],
            kind=options["kind"],
            birth=options["birth_date"],
            countries=countries_of(options["country"]),
            numbers=frozenset({options["document"].upper()} - {""}),
        )
        [found] = screen_names(names=[(known, options["document"])], by=by, purpose=purpose)
        if found.state == "too_common":
            self.progress(
                "too common: so many are called so that the name alone tells nothing; say a birth date or a document"
            )
        return [
            {
                "ref": hit.ref,
                "caption": hit.caption,
                "score": hit.found.score,
                "evidence": hit.found.evidence,
                "why": hit.found.why,
                "kind": hit.kind,
                "list": hit.listed,
                "name": hit.name,
            }
            for hit in found.hits
        ]
