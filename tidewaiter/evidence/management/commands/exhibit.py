"""Deeds with an exhibit at the shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.evidence import actions
from tidewaiter.evidence.event_doors import confirm, decline, do_event
from tidewaiter.evidence.labels import sheet_of
from tidewaiter.evidence.policy import must_have_purpose
from tidewaiter.evidence.presenters import event_out, exhibit_out, row_out, taken_refs
from tidewaiter.evidence.queries import event_named, events_of, exhibit_named, exhibits_in, exhibits_named
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell

type _Do = Callable[[dict[str, Any], Officer], Any]


class Command(DeedCommand):
    """`exhibit list|show|custody|seize|event|confirm|decline|labels [REF …] …`."""

    help = "lists and shows exhibits, numbers new ones, writes what happened to one, prints labels"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with what."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=tuple(_DEEDS))
        parser.add_argument("refs", metavar="REF", nargs="*", help="number of the exhibit; of several for labels")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--purpose", default="", metavar="TEXT", help="what it is read for")
        parser.add_argument("--box", default="all", help="list: mine awaited due store out decide missing all ended")
        parser.add_argument("--case", default="", help="list: of this case")
        parser.add_argument("--data", default="", metavar="FILE.json", help="seize, event: what the API takes")
        parser.add_argument("--kind", default="", help="event: seal unseal hand_over move test measure sample …")
        parser.add_argument("--event", default="", metavar="REF", help="confirm, decline: which event")
        parser.add_argument("--reason", default="", help="decline: why")
        parser.add_argument("-o", "--output", default="", metavar="FILE.pdf", help="labels: where to")

    def answer(self, **options: Any) -> Any:
        """What the API answers for the same deed."""
        return _DEEDS[options["deed"]](options, officer_at_shell(options["by"]))


def _one(options: dict[str, Any], by: Officer) -> Any:
    if len(options["refs"]) != 1:
        raise BadInput("ref", _("Name one exhibit."))
    return exhibit_named(by, options["refs"][0])


def _purpose(options: dict[str, Any]) -> str:
    return must_have_purpose(options["purpose"]) if options["purpose"] else "custody"


def _data(options: dict[str, Any]) -> dict[str, Any]:
    if not options["data"]:
        return {}
    said = read_json(bytes_of(Path(options["data"]), "json_body_bytes"))
    if not isinstance(said, dict):
        raise BadInput("data", _("The file holds one document."))
    return said


def _list(options: dict[str, Any], by: Officer) -> Any:
    rows = exhibits_in(options["box"], by, case=options["case"], most=500)
    actions.look_at(exhibits=rows, purpose=_purpose(options), by=by)
    return [row_out(one) for one in rows]


def _show(options: dict[str, Any], by: Officer) -> Any:
    exhibit = _one(options, by)
    actions.look_at(exhibits=[exhibit], purpose=_purpose(options), by=by)
    return exhibit_out(exhibit)


def _custody(options: dict[str, Any], by: Officer) -> Any:
    exhibit = _one(options, by)
    actions.look_at(exhibits=[exhibit], purpose=_purpose(options), by=by)
    events = events_of(exhibit)
    taken = taken_refs(events)
    return [event_out(one, taken) for one in events]


def _seize(options: dict[str, Any], by: Officer) -> Any:
    exhibit = actions.seize(said=_data(options), by=by)
    return {"ref": exhibit.ref, "reference": exhibit.reference}


def _event(options: dict[str, Any], by: Officer) -> Any:
    said = _data(options)
    kind = options["kind"] or str(said.get("kind", ""))
    return event_out(do_event(_one(options, by), kind, said, by), set())


def _confirm(options: dict[str, Any], by: Officer) -> Any:
    exhibit = _one(options, by)
    made = confirm(exhibit, event_named(exhibit, options["event"] or exhibit.awaits), _data(options), by)
    return event_out(made, set())


def _decline(options: dict[str, Any], by: Officer) -> Any:
    exhibit = _one(options, by)
    event = event_named(exhibit, options["event"] or exhibit.awaits)
    return event_out(decline(exhibit, event, options["reason"], by), set())


def _labels(options: dict[str, Any], by: Officer) -> Any:
    exhibits, unknown = exhibits_named(by, options["refs"])
    if unknown or not exhibits:
        raise BadInput("ref", _("Leave out what is no exhibit: %(codes)s.") % {"codes": ", ".join(unknown)})
    if not options["output"]:
        raise BadInput("output", _("Say where the labels go: -o FILE.pdf."))
    Path(options["output"]).write_bytes(sheet_of(exhibits))
    return {"labels": len(exhibits), "file": options["output"]}


_DEEDS: dict[str, _Do] = {
    "list": _list,
    "show": _show,
    "custody": _custody,
    "seize": _seize,
    "event": _event,
    "confirm": _confirm,
    "decline": _decline,
    "labels": _labels,
}
