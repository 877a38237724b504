"""Deeds between nodes: keeping the requests of another node, and what it answers to this one's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.foundation.wire_kinds import Arriving, Taken
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import acknowledge_for, ring
from tidewaiter.people.models import Administration
from tidewaiter.response import states
from tidewaiter.response.actions.alarms import acted, happens, held
from tidewaiter.response.actions.preserving import read_preservation
from tidewaiter.response.actions.requests import NODE_OF, AnswerSaid, answer_from_node
from tidewaiter.response.letters.text import request_text
from tidewaiter.response.models import Alarm, Leg, Preservation, Request
from tidewaiter.response.payments.schemes import scheme_names
from tidewaiter.response.queries import digest_of, next_number, today_of
from tidewaiter.response.words import PAPER_LANGUAGES
from tidewaiter.response.written import read_alarm, read_leg, read_text

ONWARD = ("to_account", "to_bank", "to_bic", "to_country", "currency", "amount")
"""What is told of a payment that the money became."""


def _home_of(body: Mapping[str, Any]) -> str:
    """The administration of this node that is asked. Raises `Refusal`."""
    home = str(body.get("to", ""))[:3]
    if not Administration.objects.filter(code=home).exists():
        raise Refusal("no_desk", _("There is no administration «%(name)s» on this node.") % {"name": home})
    return home


def take_request(*, came: Arriving) -> Taken:
    """Keeps a request of another node to freeze, and calls the desk. Call in the transaction of the envelope."""
    body = came.body
    known = Request.objects.select_for_update().filter(pk=came.ref).first()
    if known is not None and known.node != came.node:
        raise Refusal("not_theirs", _("The request is another node's: it is not written over."))
    home = _home_of(body)
    try:
        alarm = _copy_of(body, came)
        legs = _legs_of(alarm, body.get("legs"))
    except BadInput as error:
        raise Refusal(error.code, error.sentence) from error
    if known is not None:
        known.legs.set(legs)
        return Taken(came.ref, "unchanged")
    language = str(body.get("language", "")) if body.get("language") in PAPER_LANGUAGES else "en"
    office = read_name(str(body.get("asking", "")), 200) or came.peer
    scheme = str(body.get("scheme", ""))[:32]
    made = Request.objects.create(
        ref=came.ref,
        alarm=alarm,
        node=came.node,
        scheme=scheme,
        to_kind="administration",
        to=home,
        to_name=Administration.objects.get(code=home).name,
        language=language,
        text=read_text(str(body.get("text", "")))
        or request_text(
            alarm=alarm,
            legs=legs,
            scheme=scheme_names().get(scheme, scheme),
            asking=office,
            to=home,
            language=language,
        ),
        by=came.by.username,
        at=now(),
    )
    made.legs.set(legs)
    record(by=came.by, deed="response.request_came", ref=made.ref, detail={"legs": len(legs)})
    ring(ref=made.ref, deed="response.asked", administration=home, by=came.by)
    return Taken(made.ref)


def _copy_of(body: Mapping[str, Any], came: Arriving) -> Alarm:
    """What this node keeps of the alarm that the request is of: no victim, no account of its own to work on."""
    ref, moment = str(body.get("alarm", ""))[:64], now()
    known = Alarm.objects.select_for_update().filter(pk=ref).first()
    if known is not None:
        if known.node != came.node:
            raise Refusal("not_theirs", _("The request is another node's: it is not written over."))
        return known
    names = ("kind", "currency", "amount", "zone", "transferred_at", "reported_at", "recall_at", "victim_country")
    head = read_alarm({**{name: body.get(name) for name in names}, "victim": "–"}, "UTC")
    year, number = body.get("year"), body.get("number")
    if type(year) is not int or type(number) is not int or not ref or not 0 < number < 10**9 or not 2000 < year < 9999:
        raise Refusal("content", _("The envelope lacks what it must say."))
    return Alarm.objects.create(
        ref=ref,
        node=came.node,
        administration=came.by.administration_code,
        year=year,
        number=number,
        state=states.SENT,
        made_by=came.by.username,
        made_at=moment,
        acted_at=moment,
        **(head | {"victim": ""}),
    )


def _legs_of(alarm: Alarm, said: Any) -> list[Leg]:
    """The payments that a request names, by their numbers there; one that a bank here named before is the same."""
    if not isinstance(said, list) or not 0 < len(said) <= most("response_legs"):
        raise Refusal("content", _("The envelope lacks what it must say."))
    found = []
    for one in said:
        number = one.get("number") if isinstance(one, dict) else None
        if type(number) is not int or not 0 < number < 30_000:
            raise Refusal("content", _("The envelope lacks what it must say."))
        leg = alarm.legs.filter(number_there=number).first()
        if leg is None:
            fields = read_leg(one, alarm.zone, alarm.currency)
            leg = alarm.legs.filter(number_there=None, to_account=fields["to_account"]).first()
            if leg is None:
                last = alarm.legs.order_by("-number").values_list("number", flat=True).first() or 0
                free = number if not alarm.legs.filter(number=number).exists() else last + 1
                leg = Leg(alarm=alarm, number=free, digest=digest_of(fields["to_account"]), **fields)
            leg.number_there = number
            leg.save()
        found.append(leg)
    return found


def take_back_request(*, came: Arriving, erase: bool) -> Taken:
    """A request of another node is withdrawn there, or (with `erase`) every copy of it called back."""
    held_here = Request.objects.select_for_update().filter(pk=came.ref, node=came.node).first()
    if held_here is None:
        return Taken(came.ref, "erased" if erase else "withdrawn")
    alarm = held_here.alarm
    acknowledge_for(ref=held_here.ref, by=came.by, outcome="withdrawn")
    if erase:
        held_here.delete()
        if not alarm.requests.exists():
            alarm.delete()
        record(by=came.by, deed="response.request_erased", ref=came.ref)
        return Taken(came.ref, "erased")
    for one in (held_here, *held_here.passed_on.all()):
        if one.state in states.WAITING:
            one.state = states.WITHDRAWN
            one.save(update_fields=["state"])
    record(by=came.by, deed="response.request_withdrawn", ref=held_here.ref)
    return Taken(came.ref, "withdrawn")


def take_answers(*, came: Arriving) -> Taken:
    """What the asked node says to a request of this one: that it has it, and its answers, each taken once."""
    asked = Request.objects.select_for_update(of=("self",)).select_related("alarm").filter(pk=came.ref, node="").first()
    if asked is None or asked.to_kind != NODE_OF or asked.to != came.by.administration_code:
        raise Refusal("not_asked", _("The answer is to no request of this node."))
    if asked.state == states.WITHDRAWN:
        return Taken(came.ref, "overtaken")
    given = came.body.get("answers")
    answers: Sequence[Any] = given if isinstance(given, list) else []
    who = read_name(str(came.body.get("acknowledged_by", "")), 100) or came.peer
    if came.body.get("acknowledged") is True and asked.acknowledged_at is None:
        _has_it(asked, who, came.by)
    known = set(asked.answers.exclude(number_there=None).values_list("number_there", flat=True))
    for number, one in enumerate(answers[: most("response_legs")], start=1):
        if number not in known and isinstance(one, dict):
            _take_answer(asked, one, number, came)
    return Taken(came.ref)


def _has_it(asked: Request, who: str, by: Actor) -> None:
    asked.acknowledged_at, asked.acknowledged_by = now(), who
    if asked.state == states.GOING:
        asked.state = states.ACKNOWLEDGED
    asked.save(update_fields=["acknowledged_at", "acknowledged_by", "state"])
    alarm = held(asked.alarm)
    happens(alarm=alarm, what="acknowledged", by=by, note=asked.to_name, request=asked)
    acted(alarm, by)
    record(by=by, deed="response.acknowledged", ref=alarm.ref, version=alarm.version)


def _take_answer(asked: Request, one: Mapping[str, Any], number: int, came: Arriving) -> None:
    onward = one.get("onward")
    said = AnswerSaid(
        leg=one["leg"] if type(one.get("leg")) is int else 0,
        kind=str(one.get("kind", "")),
        amount=str(one.get("amount", "")),
        reason=str(one.get("reason", ""))[:2000],
        onward={name: str(onward.get(name, "")) for name in ONWARD} if isinstance(onward, dict) else None,
    )
    who = read_name(str(one.get("by", "")), 100) or came.peer
    try:
        answer_from_node(request=asked, said=said, by=came.by, who=who, number=number)
    except BadInput as error:
        raise Refusal(error.code, error.sentence) from error


def take_preservation(*, came: Arriving) -> Taken:
    """Keeps another node's request that data be kept, or what became of it, and calls the desk."""
    body = came.body
    known = Preservation.objects.select_for_update(of=("self",)).filter(pk=came.ref).first()
    if known is not None and known.node != came.node:
        raise Refusal("not_theirs", _("The request is another node's: it is not written over."))
    if known is not None:
        return _go_on(known, body, came)
    home = _home_of(body)
    try:
        fields = read_preservation(body, today_of(home), renewal=bool(body.get("parent")))
        ordered, ends = (date.fromisoformat(str(body.get(name))) for name in ("ordered_on", "expires_on"))
    except (BadInput, ValueError) as error:
        code, sentence = (error.code, error.sentence) if isinstance(error, BadInput) else ("content", str(error))
        raise Refusal(code, sentence) from error
    Administration.objects.select_for_update().get(code=home)
    parent = Preservation.objects.filter(pk=str(body.get("parent", ""))[:64], node=came.node).first()
    year = now().year
    made = Preservation.objects.create(
        ref=came.ref,
        node=came.node,
        administration=home,
        year=year,
        number=next_number(Preservation, home, year),
        incoming=True,
        parent=parent,
        state=states.ASKED,
        ordered_on=ordered,
        expires_on=ends,
        made_by=came.by.username,
        made_at=now(),
        **(fields | {"their_reference": read_name(str(body.get("reference", "")), 100), "to_country": ""}),
    )
    record(by=came.by, deed="response.preservation_came", ref=made.ref, detail={"basis": made.basis})
    ring(ref=made.ref, deed="response.preservation_came", administration=home, by=came.by)
    return Taken(made.ref)


def _go_on(known: Preservation, body: Mapping[str, Any], came: Arriving) -> Taken:
    """The request for mutual assistance went: what is kept stays kept until that is decided."""
    reference = read_name(str(body.get("mla_reference", "")), 100)
    if not reference or known.mla_on is not None:
        return Taken(came.ref, "unchanged")
    known.mla_reference, known.mla_on = reference, today_of(known.administration)
    known.save(update_fields=["mla_reference", "mla_on"])
    acknowledge_for(ref=known.ref, by=came.by, outcome="withdrawn")
    record(by=came.by, deed="response.assistance_told", ref=known.ref)
    return Taken(came.ref)


def take_back_preservation(*, came: Arriving, erase: bool) -> Taken:
    """Data need not be kept any longer for another node; with `erase` the request goes too."""
    known = Preservation.objects.select_for_update(of=("self",)).filter(pk=came.ref, node=came.node).first()
    if known is None:
        return Taken(came.ref, "erased" if erase else "withdrawn")
    acknowledge_for(ref=known.ref, by=came.by, outcome="withdrawn")
    if erase and not known.renewals.exists():
        known.delete()
        record(by=came.by, deed="response.preservation_erased", ref=came.ref)
        return Taken(came.ref, "erased")
    known.state = states.ENDED
    known.save(update_fields=["state"])
    record(by=came.by, deed="response.preservation_ended", ref=known.ref)
    return Taken(came.ref, "withdrawn")


def take_preservation_answer(*, came: Arriving) -> Taken:
    """What the asked node says to a preservation of this one; the desk is called."""
    known = Preservation.objects.select_for_update(of=("self",)).filter(pk=came.ref, node="", by_node=True).first()
    if known is None or known.to_country != came.by.administration_code:
        raise Refusal("not_asked", _("The answer is to no request of this node."))
    kind = came.body.get("kind")
    if kind not in (states.PRESERVED, states.NOT_PRESERVED, states.DISCLOSED):
        raise Refusal("content", _("The envelope lacks what it must say."))
    if known.state == states.ENDED:
        return Taken(came.ref, "overtaken")
    ground = came.body.get("ground")
    known.state, known.answer = kind, read_text(str(came.body.get("text", ""))[:10_000])
    known.ground = ground if kind == states.NOT_PRESERVED and ground in states.GROUNDS else ""
    known.save(update_fields=["state", "answer", "ground"])
    record(by=came.by, deed="response.preservation_answered", ref=known.ref, detail={"kind": kind})
    ring(
        ref=known.ref,
        deed="response.preservation_answered",
        administration=known.administration,
        by=came.by,
        named=[known.made_by],
    )
    return Taken(known.ref)
