"""Deeds of requests: sending one, acknowledging and answering it; the way in for a bank's fraud desk."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Outdated, Refusal
from tidewaiter.foundation.room_cards import nodes_reached
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import acknowledge_for, ring
from tidewaiter.people.called import person_called
from tidewaiter.people.models import Administration, ContactPoint
from tidewaiter.response import policy, states
from tidewaiter.response.actions.alarms import acted, happens, held
from tidewaiter.response.actions.doors import door_named, make_door, secret_digest
from tidewaiter.response.letters.text import request_text, signer
from tidewaiter.response.models import Alarm, Answer, BankDoor, Leg, Request
from tidewaiter.response.payments.schemes import scheme_names
from tidewaiter.response.queries import digest_of
from tidewaiter.response.words import ANSWERS
from tidewaiter.response.written import read_leg, read_money, read_text

NODE_OF = "node"
"""Whom a request goes to by the exchange: the node of an administration."""
FREEZE = "freeze_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSaid:
    """What a counterpart says of a payment: as typed."""

    leg: int
    kind: str
    amount: str = ""
    reason: str = ""
    onward: dict[str, str] | None = None
    """Of what has moved on: the payment that it became (`to_account`, `amount`, …)."""
    seen: int | None = None
    """How many answers its writer saw: where there are others by now, nothing is written twice."""


def request_freeze(
    *, alarm: Alarm, legs: Sequence[int], scheme: str, to_kind: str, to: str, by: Actor, language: str = ""
) -> tuple[Request, str, str]:
    """Asks that the accounts of some payments be frozen; gives the request, and for a bank its link's secret and code.

    `to`: the name of a bank, the ref of a contact point, the code of an administration of this node, or (`node`) of
    one whose node is reached. Both secrets are given once. Raises a refusal.
    """
    names = scheme_names()
    if scheme not in names:
        raise BadInput(
            "scheme",
            _("There is no scheme «%(name)s». There are: %(names)s.")
            % {"name": scheme[:40], "names": ", ".join(names)},
        )
    with transaction.atomic():
        alarm = held(alarm)
        policy.may_act(by, alarm)
        chosen = list(alarm.legs.filter(number__in=list(legs)).order_by("number"))
        if not chosen or len(chosen) != len(set(legs)):
            raise BadInput("legs", _("Choose the payments whose accounts are to be frozen."))
        name, spoken = _counterpart(to_kind, to, by)
        request = Request.objects.create(
            ref=new_ref("FR"),
            alarm=alarm,
            scheme=scheme,
            to_kind=to_kind,
            to=to.strip(),
            to_name=name,
            language=language or spoken,
            text=request_text(
                alarm=alarm,
                legs=chosen,
                scheme=names[scheme],
                asking=signer(by.username, alarm.administration),
                to=name,
                language=language or spoken,
            ),
            by=by.username,
            at=now(),
        )
        request.legs.set(chosen)
        secret, code = make_door(request) if to_kind == "bank" else ("", "")
        alarm.state = states.MOVES["request"].get(alarm.state, alarm.state)
        acted(alarm, by, "state")
        happens(alarm=alarm, what="sent", by=by, note=name, request=request)
        record(
            by=by,
            deed="response.requested",
            ref=alarm.ref,
            version=alarm.version,
            detail={"scheme": scheme, "to": to_kind, "legs": len(chosen)},
        )
        if to_kind == NODE_OF:
            record(by=by, deed="response.node_asked", ref=request.ref)
        if to_kind == "administration":
            ring(ref=request.ref, deed="response.asked", administration=request.to, by=by)
    return request, secret, code


def _counterpart(to_kind: str, to: str, by: Actor) -> tuple[str, str]:
    """What the other side is called, and the language it reads. Raises `BadInput`."""
    said = to.strip()
    if to_kind == "bank" and 2 <= len(said) <= 200:
        return said, "en"
    if to_kind == "administration" and said != by.administration_code:
        home = Administration.objects.filter(code=said).first()
        if home is not None:
            return home.name, "en"
    if to_kind == NODE_OF and said in (reached := nodes_reached(FREEZE)):
        return reached[said], "en"
    if to_kind == "contact":
        point = ContactPoint.objects.filter(pk=said).first()
        if point is not None:
            return f"{point.name} ({point.country})", next(iter(point.languages), "en")
    raise BadInput(
        "to",
        _(
            "Say whom to ask: a bank's name, a contact point that is kept here, another administration, or one whose"
            " node is reached."
        ),
    )


def open_door(*, secret: str, code: str, desk: str) -> BankDoor:
    """Opens the door with the code that was told by another way; five wrong ones end the link.

    Raises `Missing` for a link that is no good, `BadInput` for a wrong code or no name of the desk.
    """
    with transaction.atomic():
        BankDoor.objects.select_for_update().get(pk=door_named(secret).pk)
        door = door_named(secret)  # once more, held: tries at the same moment are counted one after another
        if not 2 <= len(desk.strip()) <= 100:
            raise BadInput("desk", _("Say who you are: the bank and your desk."))
        said = "".join(sign for sign in code if sign.isdigit())
        fits = hmac.compare_digest(door.code_digest, secret_digest(f"{door.request_id} {said[:20]}"))
        if fits:
            if door.opened_at is None:
                door.opened_at, door.desk = now(), desk.strip()
                door.save(update_fields=["opened_at", "desk"])
                record(by=NODE, deed="response.door_opened", ref=door.request.alarm_id)
                _acknowledged(door.request, desk.strip(), NODE)
            return door
        door.tries += 1
        door.save(update_fields=["tries"])
        record(by=NODE, deed="response.door_refused", ref=door.request.alarm_id, detail={"tries": door.tries})
    raise BadInput("code", _("The code does not fit. It was told to you by telephone, not in the mail of the link."))


def _acknowledged(request: Request, who: str, by: Actor) -> None:
    request.acknowledged_at, request.acknowledged_by = now(), who
    fields = ["acknowledged_at", "acknowledged_by"]
    if request.state == states.GOING:
        request.state = states.ACKNOWLEDGED
        fields.append("state")
    request.save(update_fields=fields)
    happens(alarm=request.alarm, what="acknowledged", by=by, note=request.to_name, request=request)


def acknowledge_request(*, request: Request, by: Actor) -> Request:
    """Says that the other side has it: they themselves, or the desk that was told so by telephone."""
    with transaction.atomic():
        request = Request.objects.select_for_update().get(pk=request.pk)
        policy.may_answer(by, request)
        if request.acknowledged_at is None:
            _acknowledged(request, person_called(by.username), by)
            acknowledge_for(ref=request.ref, by=by)
            record(by=by, deed="response.acknowledged", ref=request.alarm_id)
            tell_node(request=request, by=by)
    return request


def tell_node(*, request: Request, by: Actor) -> None:
    """What stands of the request of another node goes back to it. Call in a transaction."""
    if request.node:
        record(by=by, deed="response.node_answered", ref=request.ref)


def pass_to_bank(*, request: Request, bank: str, by: Actor) -> tuple[Request, str, str]:
    """Asks a bank what another node has asked: what its desk answers goes back to that node at once. Gives the
    request to the bank, and the link's secret and code, both this once. Raises a refusal.
    """
    with transaction.atomic():
        alarm = held(request.alarm)
        asked = Request.objects.select_for_update(of=("self",)).select_related("alarm").get(pk=request.pk)
        policy.may_pass_on(by, asked)
        name, spoken = _counterpart("bank", bank, by)
        legs = list(asked.legs.order_by("number"))
        made = Request.objects.create(
            ref=new_ref("FR"),
            alarm=alarm,
            parent=asked,
            scheme=asked.scheme,
            to_kind="bank",
            to=name,
            to_name=name,
            language=spoken,
            text=request_text(
                alarm=alarm,
                legs=legs,
                scheme=scheme_names().get(asked.scheme, asked.scheme),
                asking=signer(by.username, by.administration_code),
                to=name,
                language=spoken,
            ),
            by=by.username,
            at=now(),
        )
        made.legs.set(legs)
        secret, code = make_door(made)
        if asked.acknowledged_at is None:
            _acknowledged(asked, person_called(by.username), by)
        acknowledge_for(ref=asked.ref, by=by)
        record(by=by, deed="response.passed_on", ref=asked.ref)
        tell_node(request=asked, by=by)
    return made, secret, code


def withdraw_request(*, request: Request, by: Actor) -> Request:
    """Takes a request back, its link too. Raises a refusal."""
    with transaction.atomic():
        alarm = held(request.alarm)
        request = Request.objects.select_for_update(of=("self",)).select_related("alarm").get(pk=request.pk)
        policy.may_withdraw(by, request)
        if request.state not in states.WAITING:
            raise Refusal("answered", _("The request is answered, or was withdrawn."))
        request.state = states.WITHDRAWN
        request.save(update_fields=["state"])
        acted(alarm, by)
        acknowledge_for(ref=request.ref, by=by, outcome="withdrawn")
        record(by=by, deed="response.request_withdrawn", ref=alarm.ref, version=alarm.version)
        if request.to_kind == NODE_OF:
            record(by=by, deed="response.node_asked", ref=request.ref)
    return request


def answer_request(*, request: Request, said: AnswerSaid, by: Actor) -> Answer:
    """Writes down what a counterpart of this node says, or what a bank said by telephone."""
    policy.may_answer(by, request)
    return _answer(request, said, by, person_called(by.username))


def answer_by_bank(*, door: BankDoor, said: AnswerSaid) -> Answer:
    """What the bank's own desk says, through its door. Raises `Missing` where the door was not opened by its code."""
    if door.opened_at is None:
        raise Missing("no_door", _("This link is not, or no longer, good. Ask who sent it for another."))
    return _answer(door.request, said, NODE, door.desk)


def answer_from_node(*, request: Request, said: AnswerSaid, by: Actor, who: str, number: int) -> Answer:
    """What the node that was asked answers. Of more than is open here, what is open is reckoned; what was said stands.

    Call in the transaction of the envelope. Raises `BadInput`, a refusal.
    """
    return _answer(request, said, by, who, number_there=number)


def _answer(request: Request, said: AnswerSaid, by: Actor, who: str, *, number_there: int | None = None) -> Answer:
    said = replace(said, kind=ANSWERS.reader()(said.kind))
    with transaction.atomic():
        alarm = held(request.alarm)
        request = Request.objects.select_for_update().get(pk=request.pk)
        if request.state == states.WITHDRAWN:
            raise Refusal("withdrawn", _("The request was withdrawn."))
        if said.seen is not None and request.answers.count() != said.seen:
            raise Outdated(
                "answered_meanwhile", _("An answer was written down meanwhile: look whether it was this one.")
            )
        leg = request.legs.filter(number=said.leg).first()
        if leg is None:
            raise BadInput("leg", _("The request is not about payment %(n)s.") % {"n": said.leg})
        if said.kind == "refused" and not said.reason.strip():
            raise BadInput("reason", _("Say why it is refused."))
        amount = _amount_of(leg, said, at_most=number_there is not None)
        answer = Answer(
            request=request, leg=leg, kind=said.kind, amount=amount, reason=read_text(said.reason), by=who, at=now()
        )
        answer.number_there = number_there
        if said.kind == states.CREDITED_ONWARD and said.onward and (said.onward.get("to_account") or "").strip():
            answer.onward = _onward(alarm, leg, amount, said.onward)
        answer.save()
        _reckon(leg, answer)
        request.state, request.answered_at = states.ANSWERED, now()
        if request.acknowledged_at is None:
            request.acknowledged_at, request.acknowledged_by = now(), who
        request.save(update_fields=["state", "answered_at", "acknowledged_at", "acknowledged_by"])
        if said.kind in (states.FROZEN_FULL, states.FROZEN_PART, states.RETURNED):
            alarm.state = states.MOVES["recover"].get(alarm.state, alarm.state)
        acted(alarm, by, "state")
        acknowledge_for(ref=request.ref, by=by)
        happens(alarm=alarm, what="answered", by=by, note=f"{request.to_name}: {said.kind}"[:300], request=request)
        record(by=by, deed="response.answered", ref=alarm.ref, version=alarm.version, detail={"kind": said.kind})
        tell_node(request=request, by=by)
        if request.parent is not None:
            _pass_back(request, request.parent, answer, by)
        elif by is NODE or number_there is not None:
            ring(
                ref=alarm.ref,
                deed="response.answered",
                administration=alarm.administration,
                by=by,
                named=[request.by],
            )
    return answer


def _pass_back(request: Request, parent: Request, answer: Answer, by: Actor) -> None:
    """What a bank said to the desk that another node had asked is the answer to that node."""
    Answer.objects.create(
        request=parent,
        leg=answer.leg,
        kind=answer.kind,
        amount=answer.amount,
        reason=answer.reason,
        onward=answer.onward,
        by=answer.by,
        at=answer.at,
    )
    parent.state, parent.answered_at = states.ANSWERED, answer.at
    parent.save(update_fields=["state", "answered_at"])
    tell_node(request=parent, by=by)
    ring(ref=parent.ref, deed="response.bank_answered", administration=parent.to, by=by, named=[request.by])


def _amount_of(leg: Leg, said: AnswerSaid, *, at_most: bool = False) -> Decimal:
    """Of how much the answer speaks; of all that is open where it names no amount and need not (with `at_most` also
    where it names more). Raises `BadInput`.
    """
    if said.kind in (states.NOT_FOUND, states.REFUSED):
        return Decimal(0)
    rest = leg.rest + (leg.frozen if said.kind == states.RETURNED else Decimal(0))
    if said.amount.strip():
        amount = read_money(said.amount)
    elif said.kind == states.FROZEN_PART:
        raise BadInput("amount", _("Say how much is frozen."))
    else:
        amount = rest
    if at_most:
        return min(amount, rest)
    if amount > rest:
        raise BadInput(
            "amount",
            _("Of this payment %(rest)s is open, not more.") % {"rest": f"{rest.normalize():,f} {leg.currency}"},
        )
    if amount <= 0:
        raise BadInput("amount", _("Of this payment nothing is open any more."))
    return amount


def _onward(alarm: Alarm, leg: Leg, amount: Decimal, said: dict[str, str]) -> Leg:
    """The payment that what has moved on became, in another currency where that is said. Raises `WrongFields`."""
    typed = {name: value for name, value in said.items() if value}
    fields = read_leg({"amount": f"{amount.normalize():f}", **typed}, alarm.zone, leg.currency)
    if fields["currency"] != leg.currency and "amount" not in typed:
        raise BadInput("onward", _("Say how much it became in %(currency)s.") % {"currency": fields["currency"]})
    if fields["currency"] == leg.currency and fields["amount"] > amount:
        raise BadInput("onward", _("More cannot have moved on than was there."))
    if alarm.legs.count() >= most("response_legs"):
        raise over("response_legs", _("Say of the rest in words where it went."))
    number = (alarm.legs.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    for name, of in (("from_bank", leg.to_bank), ("from_bic", leg.to_bic), ("from_country", leg.to_country)):
        fields[name] = fields[name] or of
    fields["from_account"] = fields["from_account"] or leg.to_account
    return Leg.objects.create(alarm=alarm, number=number, after=leg, digest=digest_of(fields["to_account"]), **fields)


def _reckon(leg: Leg, answer: Answer) -> None:
    """What the answer changes of the payment: frozen, returned (frozen money first), moved on, or gone where nobody
    could say whereto.
    """
    amount = answer.amount
    if answer.kind in (states.FROZEN_FULL, states.FROZEN_PART):
        leg.frozen += amount
    elif answer.kind == states.RETURNED:
        leg.frozen = max(Decimal(0), leg.frozen - amount)
        leg.returned += amount
    elif answer.kind == states.CREDITED_ONWARD and answer.onward is not None:
        leg.moved += amount
    elif answer.kind == states.CREDITED_ONWARD:
        leg.gone += amount
    leg.save(update_fields=["frozen", "returned", "moved", "gone"])
