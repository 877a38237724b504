"""The way of a case through the court, at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions.prosecution import DEEDS, open_proceeding
from tidewaiter.evidence.court import proceeding_named, proceeding_out, statistics_of, visible_proceedings
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`court_case open|charge|file|hearing|heard|order|disclose|judge|drop|show|list|statistics [REF] --by U`."""

    help = "charges, hearings, orders, disclosure and judgement of a case; statistics of all"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, with which case, and what is said."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=("open", *DEEDS, "show", "list", "statistics"))
        parser.add_argument("ref", metavar="REF", nargs="?", default="", help="of the case")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="what the deed says")
        parser.add_argument("--data", type=Path, metavar="FILE.json", help="the same as a JSON object")
        parser.add_argument("--year", type=int)
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> Any:
        """The case as the API gives it; of `list` and `statistics` what they say."""
        by, deed = officer_at_shell(options["by"]), options["deed"]
        policy.must_read(by)
        if deed == "statistics":
            return statistics_of(by, options["year"])
        if deed == "list":
            names = ("ref", "case_reference", "court", "state", "outcome")
            rows = visible_proceedings(by).order_by("-made_at")[:500]
            return [{name: getattr(one, name) for name in names} for one in rows]
        said = _said(options)
        if deed == "open":
            return proceeding_out(open_proceeding(case=options["ref"], said=said, by=by), by)
        one = proceeding_named(by, options["ref"])
        if deed != "show":
            DEEDS[deed](proceeding=one, said=said, by=by)
        return proceeding_out(proceeding_named(by, one.ref), by)


def _said(options: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if options["data"]:
        found = read_json(bytes_of(options["data"], "json_body_bytes"))
        if not isinstance(found, dict):
            raise BadInput("data", _("The file holds one object."))
        said = found
    for one in options["set"]:
        name, _sign, value = one.partition("=")
        said[name.strip()] = value
    return said
