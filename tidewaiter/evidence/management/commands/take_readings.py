"""Takes what a device said, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.evidence.actions.readings import take_readings
from tidewaiter.evidence.devices import device_named
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`take_readings DEVICE FILE.json --by U`."""

    help = "takes the readings of a seal, a tracker or a sensor from a file"

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which device, from where."""
        super().add_arguments(parser)
        parser.add_argument("device", metavar="DEVICE", help="its number")
        parser.add_argument("file", type=Path, metavar="FILE.json", help="a list of readings, each with `at`")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, int]:
        """`{"taken", "known", "findings"}`."""
        by = officer_at_shell(options["by"])
        said = read_json(bytes_of(options["file"], "json_body_bytes"))
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            raise BadInput("file", _("The file holds a list of readings."))
        return take_readings(device=device_named(by, options["device"]), said=said, by=by)
