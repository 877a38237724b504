"""Devices of the off-line desk at the shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.offline.actions.devices import end_device
from tidewaiter.offline.api import device_out
from tidewaiter.offline.queries import device_by_ref, devices_for
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`offline devices --by U` · `offline revoke REF --reason T --by U` · `offline lost REF --reason T --by U`."""

    help = "devices of the off-line desk: which there are, taking one out of use, one that is lost"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, to which device, who does it."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=("devices", "revoke", "lost"))
        parser.add_argument("device", nargs="?", default="", metavar="REF")
        parser.add_argument("--reason", default="", metavar="TEXT")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> Any:
        """Devices with when they were last seen; or the one that was ended."""
        by = officer_at_shell(options["by"])
        if options["deed"] == "devices":
            return [device_out(one) for one in devices_for(by)]
        device = device_by_ref(by, options["device"])
        return device_out(end_device(device=device, lost=options["deed"] == "lost", reason=options["reason"], by=by))
