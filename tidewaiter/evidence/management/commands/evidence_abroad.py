"""Evidence between countries, at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.evidence import policy
from tidewaiter.evidence.abroad_views import DEEDS, abroad_out, rows_of
from tidewaiter.evidence.models import Abroad
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`evidence_abroad list|send|ask|answer|accept [--set FIELD=VALUE …] --by U`."""

    help = "sends exhibits and custody to other countries, asks them for evidence, answers and takes over"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and what is said."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=("list", *DEEDS))
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="what the deed says")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> Any:
        """As the API gives it."""
        by = officer_at_shell(options["by"])
        policy.must_read(by)
        if options["deed"] == "list":
            return [abroad_out(one) | {"at": one.at.isoformat()} for one in rows_of(by)]
        said = {name.strip(): value for name, _sign, value in (one.partition("=") for one in options["set"])}
        made = DEEDS[options["deed"]](said, by)
        if isinstance(made, Abroad):
            return abroad_out(made) | {"at": made.at.isoformat()}
        return {"exhibit": getattr(made, "reference", "")}
