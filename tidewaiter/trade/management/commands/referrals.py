"""Referrals at the shell: a finding given to another agency, what became of it, how many there are."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.trade.actions import Agency, Result, move_referral, refer
from tidewaiter.trade.models import Referral
from tidewaiter.trade.queries import counted, referral_named, referrals_of
from tidewaiter.vault.actions import stream

MOVES = ("send", "accept", "decline", "conclude", "withdraw")
COLUMNS = (
    "ref",
    "status",
    "agency",
    "agency_name",
    "title",
    "evidence",
    "their_ref",
    "outcome",
    "recovered",
    "currency",
)


class Command(DeedCommand):
    """`referrals --by USERNAME [--refer RUN --finding F --agency CODE --agency-name N [--note T] | --send REF
    | --accept REF [--their-ref R] | --decline REF --reason T | --conclude REF --outcome CODE
    [--recovered N --currency C] | --withdraw REF --reason T | --evidence REF -o FILE]`.
    """

    help = (
        "counts and lists what was referred to other agencies; refers a finding of an analysis, moves a referral on,"
        " writes its evidence"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and what is done."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--finding", default="", help="the number of a row, or EXPORTER-IMPORTER-PRODUCT-YEAR")
        parser.add_argument("--agency", default="", metavar="CODE", help="a code of the list referral_agency")
        for name in ("agency-name", "note", "reason", "their-ref", "recovered", "currency"):
            parser.add_argument(f"--{name}", default="")
        parser.add_argument("--outcome", default="", metavar="CODE", help="a code of the list referral_outcome")
        parser.add_argument("-o", "--output", metavar="FILE", help="the evidence, as JSON")
        deeds = parser.add_mutually_exclusive_group()
        deeds.add_argument("--refer", metavar="RUN")
        deeds.add_argument("--evidence", metavar="REF")
        for deed in MOVES:
            deeds.add_argument(f"--{deed}", metavar="REF")

    def answer(self, **options: Any) -> JsonObject:
        """`{"counts": […], "referrals": [{"ref", "status", …}]}`; of one that was made or moved, itself."""
        by = officer_at_shell(options["by"])
        if options["refer"]:
            to = Agency(options["agency"], options["agency_name"], options["note"])
            return _row(refer(run=options["refer"], finding=options["finding"], to=to, by=by))
        for deed in MOVES:
            if options[deed]:
                said = Result(**{name: options[name] for name in Result.__slots__})
                one = referral_named(options[deed], by)
                return _row(move_referral(referral=one, deed=deed, said=said, by=by))
        if options["evidence"]:
            return _written(referral_named(options["evidence"], by), options["output"])
        return {"counts": counted(by), "referrals": [_row(one) for one in referrals_of(by)[:200]]}


def _row(one: Referral) -> JsonObject:
    found = {name: getattr(one, name) for name in COLUMNS}
    return found | {"recovered": None if one.recovered is None else f"{one.recovered:.2f}"}


def _written(one: Referral, output: str | None) -> JsonObject:
    if not output:
        raise BadInput("no_output", gettext("Say where the evidence is to be written (-o FILE)."))
    with whole(Path(output)) as part, stream(one.evidence) as evidence, part.open("wb") as file:
        shutil.copyfileobj(evidence, file, 1 << 20)
    return {"ref": one.ref, "file": output, "sha256": one.evidence}
