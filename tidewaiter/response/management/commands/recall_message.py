"""The recall of a payment as ISO 20022 camt.056."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.moments import now
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.response.actions import look_at
from tidewaiter.response.actions.alarms import leg_of
from tidewaiter.response.letters.recall import recall_message
from tidewaiter.response.queries import alarm_named


class Command(DeedCommand):
    """`recall_message REF -o FILE.xml [--payment N] --by USERNAME`."""

    help = "the recall of a payment of an alarm, as the victim's bank sends it (ISO 20022 camt.056)"

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which alarm, and where to."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="REF")
        parser.add_argument("-o", "--output", required=True, metavar="FILE.xml")
        parser.add_argument("--payment", default="1", metavar="N")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file"}`."""
        by = officer_at_shell(options["by"])
        alarm = alarm_named(by, options["ref"])
        look_at(alarm=alarm, by=by)
        content = recall_message(alarm=alarm, leg=leg_of(alarm, options["payment"]), moment=now())
        Path(options["output"]).write_bytes(content)
        return {"file": options["output"]}
