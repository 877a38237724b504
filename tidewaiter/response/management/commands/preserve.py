"""Deeds of preservation at the shell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.response import actions
from tidewaiter.response.models import Preservation
from tidewaiter.response.preserving_api import preservation_out, preservation_rows
from tidewaiter.response.queries import preservation_named

_DEEDS = ("draft", "list", "send", "send_by_node", "answer", "renew", "path", "dual", "assistance", "end")


class Command(DeedCommand):
    """`preserve draft FILE.json|list|send REF|send_by_node REF|renew REF|end REF|answer REF --kind K [--ground G]|
    assistance REF --text T|dual REF --text T|path REF`.
    """

    help = "asks that data be preserved, and keeps its clock"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with which."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=_DEEDS)
        parser.add_argument("what", metavar="REF|FILE.json", nargs="?", default="")
        parser.add_argument("--kind", default="", help="preserved not_preserved path_disclosed")
        parser.add_argument("--text", default="")
        parser.add_argument("--ground", default="", help="answer not_preserved: by which ground of the treaty")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> Any:
        """The preservation as the API gives it."""
        return self._told(options)

    def _told(self, options: dict[str, Any]) -> Any:
        by, deed = officer_at_shell(options["by"]), options["deed"]
        if deed == "list":
            return preservation_rows(by)
        if deed == "draft":
            said = read_json(bytes_of(Path(options["what"]), "json_body_bytes"))
            if not isinstance(said, dict):
                raise BadInput("file", _("The file holds one object: basis, authority, offence, data …"))
            return preservation_out(actions.draft_preservation(said=said, by=by, incoming=said.get("incoming") is True))
        one = preservation_named(by, options["what"])
        if deed == "answer":
            done = actions.answer_preservation(
                one=one, kind=options["kind"], text=options["text"], ground=options["ground"], by=by
            )
        elif deed == "dual":
            done = actions.note_dual_criminality(one=one, text=options["text"], by=by)
        elif deed == "assistance":
            done = actions.follow_by_assistance(one=one, reference=options["text"], by=by)
        else:
            moves: dict[str, Callable[..., Preservation]] = {
                "send": actions.send_preservation,
                "send_by_node": partial(actions.send_preservation, by_node=True),
                "renew": actions.renew_preservation,
                "path": actions.follow_path,
                "end": actions.end_preservation,
            }
            done = moves[deed](one=one, by=by)
        return preservation_out(done)
