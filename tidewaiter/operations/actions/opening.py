"""Opening an operation, moving it through its phases, holding it, renewing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.operations import policy, states
from tidewaiter.operations.actions.events import happened, held
from tidewaiter.operations.definitions import BASE, base_template, languages
from tidewaiter.operations.models import Attachment, Membership, Message, MessageTemplate, Operation, Owed
from tidewaiter.operations.queries import Room
from tidewaiter.operations.room_files import drop_files
from tidewaiter.operations.room_keys import RoomKey, drop_key, make_key, print_of
from tidewaiter.people.models import Administration

MOST_COUNTRIES, MOST_WAITING = 250, 365
A_YEAR = timedelta(days=365)


@dataclass(slots=True)
class Planned:
    """What is said of an operation when it is opened; clean."""

    title: str
    kind: str = ""
    countries: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    starts: date | None = None
    ends: date | None = None
    waiting_days: int = 14
    test: bool = False
    unit: str = ""


FIELDS = ("title", "type", "countries", "agencies", "languages", "starts", "ends", "waiting_days", "test", "unit")


def read_planned(said: dict[str, Any]) -> Planned:
    """What a file, a page or a program says of an operation. Raises `BadInput` that names the field."""
    if unknown := sorted(set(said) - set(FIELDS)):
        raise BadInput(
            "unknown_field",
            _("An operation has no «%(name)s». It has: %(names)s.")
            % {"name": str(unknown[0])[:40], "names": ", ".join(FIELDS)},
        )
    title = read_name(str(said.get("title") or ""), 200)
    if not title:
        raise BadInput("title", _("Give the operation a title."))
    waiting = said.get("waiting_days", 14)
    test = said.get("test", False)
    if not isinstance(test, bool):
        raise BadInput("test", _("`test` is true or false."))
    least = 0 if test else 1
    if isinstance(waiting, bool) or not isinstance(waiting, int) or not least <= waiting <= MOST_WAITING:
        raise BadInput(
            "waiting_days",
            _("`waiting_days` is a whole number from 1 to %(most)s; 0 only where the room is a test.")
            % {"most": MOST_WAITING},
        )
    starts, ends = _day(said, "starts"), _day(said, "ends")
    if starts and ends and ends < starts:
        raise BadInput("ends", _("It ends before it starts."))
    return Planned(
        title=title,
        kind=read_name(str(said.get("type") or ""), 80),
        countries=_codes(said, "countries", "country"),
        agencies=[read_name(str(one), 60) for one in _texts(said, "agencies")],
        languages=_languages(said),
        starts=starts,
        ends=ends,
        waiting_days=waiting,
        test=test,
        unit=read_name(str(said.get("unit") or ""), 120),
    )


def _texts(said: dict[str, Any], name: str) -> list[str]:
    value = said.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or len(value) > MOST_COUNTRIES:
        raise BadInput(name, _("`%(name)s` is a list of words.") % {"name": name})
    return value


def _codes(said: dict[str, Any], name: str, list_name: str) -> list[str]:
    found = []
    for text in _texts(said, name):
        answer = list_view(list_name).resolve(text[:200])
        if answer.code is None:
            near = ", ".join(f"{code} ({label})" for code, label in answer.proposals)
            raise BadInput(
                name,
                _("«%(said)s» is no country that is known. Nearest: %(codes)s.")
                % {"said": text[:40], "codes": near or "–"},
            )
        found.append(answer.code)
    return list(dict.fromkeys(found))


def _languages(said: dict[str, Any]) -> list[str]:
    known = {code.split("-")[0]: code for code in languages()}
    found = []
    for text in _texts(said, "languages"):
        code = known.get(text.strip().lower().split("-")[0])
        if code is None:
            raise BadInput(
                "languages",
                _("«%(said)s» is no language of this node. There are: %(names)s.")
                % {"said": text[:20], "names": ", ".join(sorted(known))},
            )
        found.append(code)
    return list(dict.fromkeys(found))


def _day(said: dict[str, Any], name: str) -> date | None:
    value = said.get(name)
    if value in (None, ""):
        return None
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(name, _("«%(text)s» is not a date (YYYY-MM-DD).") % {"text": str(value)[:40]}) from error


def open_operation(*, said: Planned, by: Actor) -> Operation:
    """Opens a room with a key of its own and the templates that every room has; whoever opens it co-ordinates it.

    Raises a refusal. Where the deed does not stand, neither does the key.
    """
    policy.may_open(by)
    ref, moment = new_ref("OP"), now()
    key = make_key(ref)
    try:
        with transaction.atomic():
            operation = Operation.objects.create(
                ref=ref,
                title=said.title,
                kind=said.kind,
                owner=by.administration_code,
                unit=said.unit,
                countries=said.countries,
                agencies=said.agencies,
                languages=said.languages,
                starts=said.starts,
                ends=said.ends,
                renew_by=None if said.ends else moment.date() + A_YEAR,
                waiting_days=said.waiting_days,
                test=said.test,
                key_print=print_of(key.key),
                made_by=by.username,
                made_at=moment,
                phase_at=moment,
            )
            Membership.objects.create(
                operation=operation,
                username=by.username,
                administration=by.administration_code,
                part=policy.COORDINATOR,
                invited_by=by.username,
                invited_at=moment,
                joined_at=moment,
            )
            _bring_templates(operation, key, by)
            record(
                by=by,
                deed="operations.opened",
                ref=ref,
                detail={"waiting_days": said.waiting_days, "test": said.test, "countries": len(said.countries)},
            )
            happened(operation, "opened")
    except BaseException:
        drop_key(ref)
        raise
    return operation


def _bring_templates(operation: Operation, key: RoomKey, by: Actor) -> None:
    MessageTemplate.objects.bulk_create(
        [
            MessageTemplate(
                operation=operation,
                code=code,
                version=1,
                definition=key.seal_json(f"template {code} 1", base_template(code)),
                made_by=by.username,
                made_at=now(),
            )
            for code in BASE
        ]
    )


def move(*, room: Room, phase: str, by: Actor) -> Operation:
    """Moves an operation to another phase; what was written in training is wiped on going live. Raises a refusal."""
    with transaction.atomic():
        operation = held(room.ref)
        policy.may_coordinate(room.member, operation)
        if phase not in states.next_phases(operation.phase):
            raise Refusal(
                "state",
                _("From «%(before)s» it goes on to: %(after)s.")
                % {
                    "before": operation.phase,
                    "after": ", ".join(states.next_phases(operation.phase)) or "–",
                },
            )
        wiped = _wipe_training(operation) if phase == states.LIVE else 0
        operation.phase, operation.phase_at, operation.reminded_at = phase, now(), None
        operation.save()
        record(by=by, deed="operations.moved", ref=operation.ref, detail={"phase": phase, "wiped": wiped})
        happened(operation, "wiped" if wiped else "phase")
    return operation


def _wipe_training(operation: Operation) -> int:
    """Deletes what was written in training; gives how many messages."""
    found = Message.objects.filter(operation=operation, training=True)
    numbers = list(found.values_list("number", flat=True))
    files = Attachment.objects.filter(operation=operation, number__in=numbers)
    drop_files(operation.ref, list(files.values_list("ref", flat=True)))
    files.delete()
    Owed.objects.filter(operation=operation, number__in=numbers).delete()
    operation.receipts.filter(number__in=numbers).delete()
    found.delete()
    return len(numbers)


def hold(*, operation: Operation, on: bool, by: Actor) -> Operation:
    """Puts everything of an operation under legal hold, or lifts it. Raises a refusal."""
    policy.may_destroy(by, operation)
    with transaction.atomic():
        operation = held(operation.ref)
        if operation.phase == states.DESTROYED:
            raise Refusal("destroyed", _("It is destroyed: nothing is left to hold."))
        if on == bool(operation.hold_by):
            raise Refusal("state", _("It is so already."))
        operation.hold_by, operation.hold_at = (by.username, now()) if on else ("", None)
        operation.save()
        record(by=by, deed="operations.held" if on else "operations.freed", ref=operation.ref)
        happened(operation, "hold")
    return operation


def ask_renewal(*, room: Room, by: Actor) -> Operation:
    """Asks, or confirms as another co-ordinator, that a project goes on for a year. Raises a refusal."""
    with transaction.atomic():
        operation = held(room.ref)
        policy.may_coordinate(room.member, operation)
        if operation.ends is not None:
            raise Refusal("state", _("An operation with an end date is not renewed."))
        if operation.asked_what != "renew" or not operation.asked_by:
            operation.asked_by, operation.asked_what, operation.asked_at = by.username, "renew", now()
            deed = "operations.renewal_asked"
        else:
            policy.must_be_another(operation.asked_by, by.username)
            operation.asked_by, operation.asked_what, operation.asked_at = "", "", None
            operation.renew_by = now().date() + A_YEAR
            deed = "operations.renewed"
        operation.save()
        record(by=by, deed=deed, ref=operation.ref)
        happened(operation, "phase")
    return operation


def administrations_known(codes: list[str]) -> list[str]:
    """Those of some countries whose administration is on this node."""
    known = set(Administration.objects.filter(code__in=codes).values_list("code", flat=True))
    return [code for code in codes if code in known]
