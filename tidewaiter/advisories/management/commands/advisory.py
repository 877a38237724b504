"""Deeds with warnings at the shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.advisories import actions
from tidewaiter.advisories.presenters import advisory_out, reach_out, row_out, sighting_out
from tidewaiter.advisories.queries import (
    BOXES,
    advisories_in,
    advisory_named,
    collection_named,
    sighting_named,
)
from tidewaiter.advisories.views import sighted
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell

type _Do = Callable[[dict[str, Any], Officer], Any]


class Command(DeedCommand):
    """`advisory list|show|warn|draft|publish|revise|revoke|decline|acknowledge|sight|unsight [REF|FILE] …`."""

    help = "lists and shows warnings, and does what people do with one"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with what."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=tuple(_DEEDS))
        parser.add_argument("ref", metavar="REF", nargs="?", default="", help="or FILE.json for warn and draft")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--box", default="current", help=f"list: {' '.join(BOXES)}")
        parser.add_argument("--collection", default="experts", help="warn, draft: its code")
        parser.add_argument("--data", default="", metavar="FILE.json", help="revise: what changes")
        parser.add_argument("--note", default="")
        parser.add_argument("--reason", default="")
        parser.add_argument("--state", default="", help="acknowledge: not_concerned concerned handled")
        parser.add_argument("--indicator", default="", metavar="N", help="sight: number of an indicator")
        parser.add_argument("--times", default="")
        parser.add_argument("--how", default="")

    def answer(self, **options: Any) -> Any:
        """What the API answers for the same deed."""
        return _DEEDS[options["deed"]](options, officer_at_shell(options["by"]))


def _file(name: str) -> dict[str, Any]:
    said = read_json(bytes_of(Path(name), "json_body_bytes"))
    if not isinstance(said, dict):
        raise BadInput("file", _("The file holds one JSON object: the fields of a warning."))
    return said


def _made(write: Callable[..., Any]) -> _Do:
    def do(options: dict[str, Any], by: Officer) -> Any:
        collection = collection_named(by, options["collection"])
        one = write(collection=collection, said=_file(options["ref"]), by=by)
        return {"ref": one.ref, "number": one.number, "state": one.state}

    return do


def _show(options: dict[str, Any], by: Officer) -> Any:
    one = advisory_named(by, options["ref"])
    actions.read_warning_of(advisory=one, by=by)
    return _plain(advisory_out(one, by))


def _plain(document: Any) -> Any:
    """Moments as texts, for JSON."""
    if isinstance(document, dict):
        return {name: _plain(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_plain(one) for one in document]
    return document.isoformat() if hasattr(document, "isoformat") else document


_DEEDS: dict[str, _Do] = {
    "list": lambda options, by: [_plain(row_out(one)) for one in advisories_in(options["box"], by)],
    "show": _show,
    "warn": _made(actions.warn),
    "draft": _made(actions.draft_warning),
    "publish": lambda options, by: _plain(
        row_out(actions.publish_warning(advisory=advisory_named(by, options["ref"]), by=by))
    ),
    "revise": lambda options, by: _plain(
        row_out(
            actions.revise(
                advisory=advisory_named(by, options["ref"]), said=_file(options["data"]), note=options["note"], by=by
            )
        )
    ),
    "revoke": lambda options, by: _plain(
        row_out(actions.revoke(advisory=advisory_named(by, options["ref"]), reason=options["reason"], by=by))
    ),
    "decline": lambda options, by: _plain(
        row_out(actions.decline(advisory=advisory_named(by, options["ref"]), reason=options["reason"], by=by))
    ),
    "acknowledge": lambda options, by: _plain(
        reach_out(
            actions.acknowledge(
                advisory=advisory_named(by, options["ref"]), state=options["state"], note=options["note"], by=by
            )
        )
    ),
    "sight": lambda options, by: _plain(sighting_out(sighted(advisory_named(by, options["ref"]), by, options))),
    "unsight": lambda options, by: _plain(
        sighting_out(actions.withdraw_sighting(sighting=sighting_named(by, options["ref"]), by=by))
    ),
}
