"""Reads an acquired image again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions.acquisitions import GONE, verify_image
from tidewaiter.evidence.digital_views import acquisition_named
from tidewaiter.evidence.queries import exhibit_named
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`verify_image EXHIBIT ACQUISITION [--sha256 D] --by U`."""

    help = "reads an acquired image again: whole, changed or gone"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and the digest of one that was read elsewhere."""
        super().add_arguments(parser)
        parser.add_argument("ref", metavar="EXHIBIT")
        parser.add_argument("acquisition", metavar="ACQUISITION")
        parser.add_argument("--sha256", default="", help="of an image that the node cannot read, as it was read there")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"result", "sha256"}`; exit 1 where it is changed or gone."""
        by = officer_at_shell(options["by"])
        exhibit = exhibit_named(by, options["ref"])
        policy.may_test(by, exhibit)
        one = acquisition_named(exhibit, options["acquisition"])
        made = verify_image(acquisition=one, by=by, told_sha256=options["sha256"].lower())
        self.done_in_part = made.result in ("changed", GONE)
        return {"result": made.result, "sha256": made.sha256}
