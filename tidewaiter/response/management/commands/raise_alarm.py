"""An alarm written at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.response.actions import bring_mail, raise_alarm


class Command(DeedCommand):
    """`raise_alarm FILE.json [--mail FILE.eml] --by USERNAME`: the document that the API takes."""

    help = "writes an alarm down (JSON: victim, amount, currency, legs …), with the victim's mail"

    def add_arguments(self, parser: CommandParser) -> None:
        """What happened."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.json")
        parser.add_argument("--mail", action="append", default=[], metavar="FILE.eml|.msg")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"ref", "reference"}`."""
        by = officer_at_shell(options["by"])
        said = read_json(bytes_of(Path(options["file"]), "json_body_bytes"))
        if not isinstance(said, dict) or not isinstance(said.get("legs"), list):
            raise BadInput("file", _("The file holds one object with «legs», a list of payments."))
        files = [bring_mail(path=Path(one), name=Path(one).name, by=by) for one in options["mail"]]
        head = {name: value for name, value in said.items() if name != "legs"}
        alarm = raise_alarm(said=head, legs=said["legs"], by=by, files=files)
        return {"ref": alarm.ref, "reference": alarm.reference}
