"""Deeds in groups of experts at the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.experts.actions import open_group
from tidewaiter.experts.api import answers_out, group_out, group_row, round_out
from tidewaiter.experts.group_deeds import DEEDS, do_deed, ref_of
from tidewaiter.experts.models import Round
from tidewaiter.experts.needs_deeds import DEEDS as NEEDS_DEEDS
from tidewaiter.experts.needs_deeds import do_needs_deed
from tidewaiter.experts.needs_queries import response_named, rounds_of
from tidewaiter.experts.opening import read_group
from tidewaiter.experts.queries import seat_in, seat_within, seats_of, thing_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell

LOOKS = ("list", "show", "round", "answers", "open")


class Command(DeedCommand):
    """`expert_group list|show|open|DEED|round|answers [CODE] --by USERNAME [--data FILE.json] [--set NAME=VALUE …]`."""

    help = "lists, shows and opens groups of experts, and does what their pages do (the document of the API)"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, where, and with what."""
        super().add_arguments(parser)
        parser.add_argument("deed", metavar="DEED", choices=sorted({*LOOKS, *DEEDS, *NEEDS_DEEDS}))
        parser.add_argument(
            "code", metavar="CODE", nargs="?", default="", help="of the group; a ref of a round, answers"
        )
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--data", default="", metavar="FILE.json", help="the deed's fields")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="one field")

    def answer(self, **options: Any) -> Any:
        """What the API answers for the same."""
        by, deed, code = officer_at_shell(options["by"]), options["deed"], options["code"]
        if deed in LOOKS:
            return _LOOKS[deed](by, code, _said(options))
        do = do_needs_deed if deed in NEEDS_DEEDS else do_deed
        return {"ref": ref_of(do(by, code, deed, _said(options))), "deed": deed}


def _said(options: dict[str, Any]) -> dict[str, Any]:
    said = read_json(bytes_of(Path(options["data"]), "json_body_bytes")) if options["data"] else {}
    if not isinstance(said, dict):
        raise BadInput("data", _("The file holds one object of fields."))
    for one in options["set"]:
        name, equals, value = one.partition("=")
        if not equals:
            raise BadInput("set", _("Write --set NAME=VALUE."))
        said[name] = value
    return said


def _round(by: Actor, ref: str, _said: dict[str, Any]) -> Any:
    group = Round.objects.filter(pk=ref).values_list("group", flat=True).first() or "-"
    seat = seat_within(by, group)
    return _plain(round_out(seat, thing_of(rounds_of(seat), ref)))


def _plain(told: Any) -> Any:
    """Days and amounts as text, as JSON has them."""
    if isinstance(told, dict):
        return {name: _plain(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_plain(value) for value in told]
    return told if told is None or isinstance(told, str | int | float | bool) else str(told)


_LOOKS: dict[str, Any] = {
    "list": lambda by, _code, _said: [_plain(group_row(one)) for one in seats_of(by)],
    "show": lambda by, code, _said: _plain(group_out(seat_in(by, code))),
    "open": lambda by, _code, said: {"ref": open_group(by=by, **read_group(by, said)).pk, "deed": "open"},
    "round": _round,
    "answers": lambda by, ref, _said: _plain(answers_out(response_named(by, ref))),
}
