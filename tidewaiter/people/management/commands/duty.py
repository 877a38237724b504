"""The duty rota at the shell."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.parameters import read_day, read_whole
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people import policy
from tidewaiter.people.actions import give_shift
from tidewaiter.people.api import duty_out
from tidewaiter.people.ics import calendar_of
from tidewaiter.people.models import Administration, Office, Officer
from tidewaiter.people.queries import officer_at_shell, officer_for
from tidewaiter.people.rules import Rule


class Command(DeedCommand):
    """`duty --by USERNAME [--office NAME] [--days N] [--ics FILE]`, or `duty --by USERNAME --give USERNAME --weekdays
    0,1,… --from HH:MM --to HH:MM --zone ZONE [--first DAY] [--last DAY] [--every N] [--in-turn NAME,…]`.
    """

    help = "says who is on duty now, next and in the days to come, writes it as a calendar, gives turns"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose rota, how far; the turn that is given."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--office", default="", metavar="NAME")
        parser.add_argument("--days", type=int, default=7, help="1 to 90")
        parser.add_argument("--ics", default="", metavar="FILE")
        parser.add_argument("--give", default="", metavar="USERNAME")
        parser.add_argument("--weekdays", default="", help="Monday is 0: 0,1,2,3,4")
        parser.add_argument("--zone", default="", metavar="ZONE", help="Africa/Nairobi")
        for name in ("from", "to", "first", "last", "in-turn"):
            parser.add_argument(f"--{name}", default="")
        parser.add_argument("--every", default="1", help="weeks")

    def answer(self, **options: Any) -> Any:
        """`{"administration", "office", "now", "next", "watches", "gaps", "overlaps"}`; `{"file", "bytes"}`;
        `{"shifts"}`.
        """
        by = officer_at_shell(options["by"])
        policy.may_see_rota(by, by.administration_code)
        if options["give"]:
            return {"shifts": _given(options, by)}
        if options["ics"]:
            home = Administration.objects.get(code=by.administration_code)
            content = calendar_of(home, _office(options, by))
            with whole(Path(options["ics"])) as part:
                part.write_bytes(content)
            return {"file": options["ics"], "bytes": len(content)}
        days = read_whole(str(options["days"]), least=1, most=90)
        return _plain(duty_out(by.administration_code, options["office"], days))


def _office(options: dict[str, Any], by: Officer) -> Office | None:
    if not options["office"]:
        return None
    office = Office.objects.filter(administration=by.administration_code, name=options["office"]).first()
    if office is None:
        raise Missing("no_office", gettext("There is no such office."))
    return office


def _given(options: dict[str, Any], by: Officer) -> int:
    rule = Rule(
        since=read_day(options["first"]) if options["first"] else None,
        until=read_day(options["last"]) if options["last"] else None,
        every=read_whole(options["every"], least=1, most=52),
        in_turn=[name.strip() for name in options["in_turn"].split(",") if name.strip()],
        office=_office(options, by),
    )
    weekdays = [read_whole(one, most=6) for one in options["weekdays"].split(",") if one.strip()]
    shifts = give_shift(
        officer=officer_for(by, options["give"]),
        weekdays=weekdays,
        starts=_hour(options["from"]),
        ends=_hour(options["to"]),
        time_zone=options["zone"],
        by=by,
        rule=rule,
    )
    return len(shifts)


def _hour(said: str) -> time:
    try:
        return time.fromisoformat(said)
    except ValueError as error:
        raise BadInput("time", gettext("«%(said)s» is not a time (like 08:00).") % {"said": said[:20]}) from error


def _plain(value: Any) -> Any:
    """The same with moments as text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
