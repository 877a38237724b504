"""Deeds with an alarm at the shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.response import actions
from tidewaiter.response.api import alarm_out, alarm_row, asked_rows, freeze_out, payment_out
from tidewaiter.response.money_api import order_out, outcome_of_a_year, parties_out
from tidewaiter.response.queries import alarm_named, alarms_in, legs_of, order_named, request_named, requests_of

type _Do = Callable[["Command", dict[str, Any], Officer], Any]


class Command(DeedCommand):
    """`alarm list|requests|outcome|show|take|when|mend|mend_payment|pay|parties|ask|answer|acknowledge|pass_on|
    withdraw|order|follow|message|close|reopen [REF] …`.
    """

    help = "lists and shows alarms, and does what the desk does with one"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with what."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=tuple(_DEEDS))
        parser.add_argument("ref", metavar="REF", nargs="?", default="", help="of the alarm, or of the request")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--box", default="open", help="list: open new asked recovery closed all")
        parser.add_argument("--what", default="", help="when: transferred detected recall")
        parser.add_argument("--at", default="", help="when: a moment; now where nothing is said")
        parser.add_argument(
            "--data",
            default="",
            metavar="FILE.json",
            help="pay: a list of payments; mend, mend_payment, parties, order: what is said; message: an XML",
        )
        parser.add_argument("--payments", default="1", metavar="N,…", help="ask, answer: which payments")
        parser.add_argument("--scheme", default="bank_recall")
        parser.add_argument("--to", default="", metavar="bank:NAME|contact:REF|administration:CODE|node:CODE")
        parser.add_argument("--language", default="")
        parser.add_argument("--kind", default="", help="answer: frozen_full frozen_part credited_onward not_found …")
        parser.add_argument("--amount", default="")
        parser.add_argument("--reason", default="")
        parser.add_argument("--onward", default="", metavar="ACCOUNT", help="answer: where it has moved on to")
        parser.add_argument("--order", default="", metavar="REF", help="follow: which order; --reason is the reference")
        parser.add_argument("--outcome", default="")
        parser.add_argument("--split", default="hours", help="outcome: hours scheme country")

    def answer(self, **options: Any) -> Any:
        """What the API answers for the same deed."""
        told = _DEEDS[options["deed"]](self, options, officer_at_shell(options["by"]))
        return told


def _numbers(said: str) -> list[int]:
    parts = [one.strip() for one in said.split(",")]
    if not all(one.isascii() and one.isdigit() and len(one) < 6 for one in parts):
        raise BadInput("payments", _("Name payments by their numbers: 1,2."))
    return [int(one) for one in parts]


def _show(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    alarm = alarm_named(by, options["ref"])
    actions.look_at(alarm=alarm, by=by)
    return alarm_out(alarm)


def _ask(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    kind, _colon, to = options["to"].partition(":")
    sent, secret, code = actions.request_freeze(
        alarm=alarm_named(by, options["ref"]),
        legs=_numbers(options["payments"]),
        scheme=options["scheme"],
        to_kind=kind,
        to=to,
        language=options["language"],
        by=by,
    )
    return {"ref": sent.ref, "text": sent.text, "link": f"/response/bank/{secret}/" if secret else "", "code": code}


def _pass_on(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    bank = options["to"].removeprefix("bank:")
    made, secret, code = actions.pass_to_bank(request=request_named(by, options["ref"]), bank=bank, by=by)
    return {"ref": made.ref, "text": made.text, "link": f"/response/bank/{secret}/", "code": code}


def _pay(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    said = read_json(bytes_of(Path(options["data"]), "json_body_bytes"))
    if not isinstance(said, list):
        raise BadInput("data", _("The file holds a list of payments."))
    alarm = alarm_named(by, options["ref"])
    return {"payments": [one.number for one in actions.add_legs(alarm=alarm, legs=said, by=by)]}


def _object(options: dict[str, Any]) -> dict[str, Any]:
    said = read_json(bytes_of(Path(options["data"]), "json_body_bytes"))
    if not isinstance(said, dict):
        raise BadInput("data", _("The file holds one object."))
    return said


def _parties(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    [number] = _numbers(options["payments"])[:1]
    leg = actions.name_parties(alarm=alarm_named(by, options["ref"]), number=number, said=_object(options), by=by)
    return parties_out(leg)


def _mend_payment(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    [number] = _numbers(options["payments"])[:1]
    alarm = alarm_named(by, options["ref"])
    leg = actions.mend_payment(alarm=alarm, number=number, said=_object(options), by=by)
    return payment_out(leg, {one.pk: one.number for one in legs_of(alarm)})


def _order(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    said = {"legs": _numbers(options["payments"]), **_object(options)}
    return order_out(actions.order_freeze(alarm=alarm_named(by, options["ref"]), said=said, by=by))


def _follow(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    order = order_named(alarm_named(by, options["ref"]), options["order"])
    return order_out(actions.follow_order(order=order, reference=options["reason"], by=by))


def _message(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    alarm, path = alarm_named(by, options["ref"]), Path(options["data"])
    if not path.is_file():
        raise BadInput("data", _("There is no file %(path)s.") % {"path": path})
    actions.take_bank_message(alarm=alarm, path=path, name=path.name, by=by)
    return [freeze_out(one) for one in requests_of(alarm)]


def _answer(_command: Command, options: dict[str, Any], by: Officer) -> Any:
    request = request_named(by, options["ref"])
    for number in _numbers(options["payments"]):
        said = actions.AnswerSaid(
            leg=number,
            kind=options["kind"],
            amount=options["amount"],
            reason=options["reason"],
            onward={"to_account": options["onward"]},
        )
        actions.answer_request(request=request, said=said, by=by)
    return freeze_out(request_named(by, options["ref"]))


_DEEDS: dict[str, _Do] = {
    "list": lambda _command, options, by: [alarm_row(one) for one in alarms_in(options["box"], by)],
    "requests": lambda _command, _options, by: asked_rows(by),
    "outcome": lambda _command, options, by: outcome_of_a_year(by, options["split"]),
    "show": _show,
    "take": lambda _command, options, by: alarm_row(actions.take_alarm(alarm=alarm_named(by, options["ref"]), by=by)),
    "when": lambda _command, options, by: alarm_row(
        actions.say_when(alarm=alarm_named(by, options["ref"]), what=options["what"], at=options["at"], by=by)
    ),
    "mend": lambda _command, options, by: alarm_row(
        actions.mend_alarm(alarm=alarm_named(by, options["ref"]), said=_object(options), by=by)
    ),
    "mend_payment": _mend_payment,
    "pay": _pay,
    "ask": _ask,
    "answer": _answer,
    "acknowledge": lambda _command, options, by: freeze_out(
        actions.acknowledge_request(request=request_named(by, options["ref"]), by=by)
    ),
    "parties": _parties,
    "order": _order,
    "follow": _follow,
    "message": _message,
    "pass_on": _pass_on,
    "withdraw": lambda _command, options, by: freeze_out(
        actions.withdraw_request(request=request_named(by, options["ref"]), by=by)
    ),
    "close": lambda _command, options, by: alarm_row(
        actions.close_alarm(alarm=alarm_named(by, options["ref"]), outcome=options["outcome"], by=by)
    ),
    "reopen": lambda _command, options, by: alarm_row(
        actions.reopen_alarm(alarm=alarm_named(by, options["ref"]), by=by)
    ),
}
