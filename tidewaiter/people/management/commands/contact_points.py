"""Contact points at the shell."""

from __future__ import annotations

import csv
import io
from datetime import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.parameters import read_whole
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people import policy
from tidewaiter.people.actions import keep_contact_point, try_contact_point
from tidewaiter.people.actions.contact_points import Point
from tidewaiter.people.api import point_out
from tidewaiter.people.models import ContactPoint, Officer
from tidewaiter.people.queries import officer_at_shell

COLUMNS = ("country", "name", "phone", "email", "languages", "opens", "closes", "weekdays", "time_zone")


class Command(DeedCommand):
    """`contact_points --by USERNAME [--load FILE.csv | --try REF --outcome OUTCOME]`."""

    help = "lists contact points, loads them from a table, says what came of calling one"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and what is done."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--load", default="", metavar="FILE.csv", help=f"columns {', '.join(COLUMNS)}")
        parser.add_argument("--try", dest="tried", default="", metavar="REF")
        parser.add_argument("--outcome", default="", help="answered, late, no_answer or wrong")

    def answer(self, **options: Any) -> Any:
        """`[{"ref", "country", "name", …, "open", "tested_at", "tested_by", "outcome"}]`; of a load
        `{"rows", "kept", "refused": [{"row", "column", "message"}]}`.
        """
        by = officer_at_shell(options["by"])
        policy.must_see_contacts(by)
        if options["load"]:
            answer = _loaded(text_of(Path(options["load"]), "side_table_bytes"), by)
            self.done_in_part = bool(answer["refused"])
            return answer
        rows = ContactPoint.objects.order_by("country", "name")
        if options["tried"]:
            point = rows.filter(pk=options["tried"]).first()
            if point is None:
                raise Missing("no_contact_point", gettext("There is no such contact point."))
            return [_plain(try_contact_point(point=point, outcome=options["outcome"], by=by))]
        return [_plain(one) for one in rows]


def _plain(one: ContactPoint) -> dict[str, Any]:
    found = point_out(one)
    for name in ("opens", "closes", "tested_at"):
        found[name] = found[name].isoformat() if found[name] else None
    return found


def _loaded(text: str, by: Officer) -> dict[str, Any]:
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    unknown = sorted(set(rows[0]) - set(COLUMNS) - {None}) if rows else []
    if unknown or not rows or not {"country", "name"} <= set(rows[0]):
        raise BadInput(
            "columns",
            gettext("A table of contact points has the columns %(names)s; country and name must be there.")
            % {"names": ", ".join(COLUMNS)},
        )
    refused, kept = [], 0
    for number, row in enumerate(rows, 2):
        try:
            keep_contact_point(said=_point({name: (row.get(name) or "").strip() for name in COLUMNS}), by=by)
            kept += 1
        except BadInput as wrong:
            refused.append({"row": number, "column": wrong.code, "message": wrong.sentence})
    return {"rows": len(rows), "kept": kept, "refused": refused}


def _point(row: dict[str, str]) -> Point:
    return Point(
        country=row["country"].upper(),
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        languages=row["languages"].replace(";", " ").split(),
        opens=_hour("opens", row["opens"]),
        closes=_hour("closes", row["closes"]),
        weekdays=[read_whole(one, most=6) for one in row["weekdays"].replace(";", " ").split()],
        time_zone=row["time_zone"] or "UTC",
    )


def _hour(column: str, said: str) -> time | None:
    try:
        return time.fromisoformat(said) if said else None
    except ValueError as error:
        raise BadInput(column, gettext("«%(said)s» is not a time (like 08:00).") % {"said": said[:20]}) from error
