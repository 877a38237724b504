"""Answers of a round, by country and question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.experts.models import Round
from tidewaiter.experts.needs_queries import results_of
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.tables import workbook_of_rows


class Command(DeedCommand):
    """`survey_results REF -o FILE.xlsx|.json`: `{"invited", "answered"}`."""

    help = "writes the answers of a round, by country and question"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which round, and where to."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF", help="of the round")
        parser.add_argument("-o", "--out", required=True, metavar="FILE.xlsx|.json")

    def answer(self, **options: Any) -> dict[str, Any]:
        """How many were asked, and how many have handed in."""
        found = Round.objects.filter(pk=options["ref"]).first()
        if found is None:
            raise BadInput("ref", _("There is no such round."))
        told, out = results_of(found), Path(options["out"])
        if out.suffix == ".json":
            out.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        elif out.suffix == ".xlsx":
            rows = [
                (country, said["state"], *(said["answers"].get(name, "") for name in told["questions"]))
                for country, said in told["countries"].items()
            ]
            out.write_bytes(workbook_of_rows(("country", "state", *told["questions"]), rows))
        else:
            raise BadInput("out", _("Write to FILE.xlsx or FILE.json."))
        return {"invited": told["invited"], "answered": told["answered"]}
