"""Deeds of requests: sending one, acknowledging and answering it; the way in for a bank's fraud desk."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.notices.ringing import acknowledge_for, ring
from tidewaiter.people.called import office_called, person_called
from tidewaiter.people.models import Administration, ContactPoint
from tidewaiter.response import policy, states
from tidewaiter.response.actions.alarms import acted, happens, held
from tidewaiter.response.letters.text import request_text
from tidewaiter.response.models import Alarm, Answer, BankDoor, Leg, Request
from tidewaiter.response.payments.schemes import scheme_names
from tidewaiter.response.queries import digest_of
from tidewaiter.response.written import read_leg, read_money, read_text

DOOR_DAYS, MOST_TRIES = 3, 5
_SIGNS = "23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSaid:
    """What a counterpart says of a payment: as typed."""

    leg: int
    kind: str
    amount: str = ""
    reason: str = ""
    onward: dict[str, str] | None = None
    """Of what has moved on: the payment that it became (`to_account`, `amount`, …)."""


def request_freeze(
    *, alarm: Alarm, legs: Sequence[int], scheme: str, to_kind: str, to: str, by: Actor, language: str = ""
) -> tuple[Request, str, str]:
    """Asks that the accounts of some payments be frozen; gives the request, and for a bank its link's secret and code.

    `to`: the name of a bank, the ref of a contact point, the code of an administration of this node. Both secrets are
    given once. Raises a refusal.
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
                asking=f"{person_called(by.username)}, {office_called(alarm.administration)}",
                to=name,
                language=language or spoken,
            ),
            by=by.username,
            at=now(),
        )
        request.legs.set(chosen)
        secret, code = _open_door(request) if to_kind == "bank" else ("", "")
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
    if to_kind == "contact":
        point = ContactPoint.objects.filter(pk=said).first()
        if point is not None:
            return f"{point.name} ({point.country})", next(iter(point.languages), "en")
    raise BadInput(
        "to", _("Say whom to ask: a bank's name, a contact point that is kept here, or another administration.")
    )


def _open_door(request: Request) -> tuple[str, str]:
    """A link's secret and the code that is told by another way; both are kept as digests."""
    secret, code = secrets.token_urlsafe(32), "".join(secrets.choice(_SIGNS) for _sign in range(8))
    BankDoor.objects.create(
        request=request,
        digest=_digest(secret),
        code_digest=_digest(f"{request.ref} {code}"),
        made_at=now(),
        expires_at=now() + timedelta(days=DOOR_DAYS),
    )
    return secret, code


def _digest(text: str) -> str:
    return sha256(b"tidewaiter bank door" + text.encode()).hexdigest()


def door_named(secret: str) -> BankDoor:
    """The door of a link that has not run out. Raises `Missing`, the same for all others."""
    found = BankDoor.objects.filter(digest=_digest(secret[:100]), expires_at__gt=now(), tries__lt=MOST_TRIES)
    door = found.exclude(request__state=states.WITHDRAWN).select_related("request__alarm").first()
    if door is None:
        raise Missing("no_door", _("This link is not, or no longer, good. Ask who sent it for another."))
    return door


def open_door(*, secret: str, code: str, desk: str) -> BankDoor:
    """Opens the door with the code that was told by another way; five wrong ones end the link.

    Raises `Missing` for a link that is no good, `BadInput` for a wrong code or no name of the desk.
    """
    with transaction.atomic():
        door = BankDoor.objects.select_for_update().get(pk=door_named(secret).pk)
        if not 2 <= len(desk.strip()) <= 100:
            raise BadInput("desk", _("Say who you are: the bank and your desk."))
        said = "".join(sign for sign in code if sign.isdigit())
        fits = hmac.compare_digest(door.code_digest, _digest(f"{door.request_id} {said[:20]}"))
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
    return request


def withdraw_request(*, request: Request, by: Actor) -> Request:
    """Takes a request back, its link too. Raises a refusal."""
    with transaction.atomic():
        alarm = held(request.alarm)
        policy.may_act(by, alarm)
        request = Request.objects.select_for_update().get(pk=request.pk)
        if request.state not in (states.GOING, states.ACKNOWLEDGED):
            raise Refusal("answered", _("The request is answered, or was withdrawn."))
        request.state = states.WITHDRAWN
        request.save(update_fields=["state"])
        acted(alarm, by)
        acknowledge_for(ref=request.ref, by=by, outcome="withdrawn")
        record(by=by, deed="response.request_withdrawn", ref=alarm.ref, version=alarm.version)
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


def _answer(request: Request, said: AnswerSaid, by: Actor, who: str) -> Answer:
    if said.kind not in states.ANSWERS:
        raise BadInput("kind", _("Say one of %(all)s.") % {"all": ", ".join(states.ANSWERS)})
    with transaction.atomic():
        alarm = held(request.alarm)
        request = Request.objects.select_for_update().get(pk=request.pk)
        if request.state == states.WITHDRAWN:
            raise Refusal("withdrawn", _("The request was withdrawn."))
        leg = request.legs.filter(number=said.leg).first()
        if leg is None:
            raise BadInput("leg", _("The request is not about payment %(n)s.") % {"n": said.leg})
        if said.kind == "refused" and not said.reason.strip():
            raise BadInput("reason", _("Say why it is refused."))
        amount = _amount_of(leg, said)
        answer = Answer(
            request=request, leg=leg, kind=said.kind, amount=amount, reason=read_text(said.reason), by=who, at=now()
        )
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
        if by is NODE:
            ring(
                ref=alarm.ref,
                deed="response.answered",
                administration=alarm.administration,
                by=NODE,
                named=[request.by],
            )
    return answer


def _amount_of(leg: Leg, said: AnswerSaid) -> Decimal:
    """Of how much the answer speaks; of all that is open where it names no amount and need not. Raises `BadInput`."""
    if said.kind in (states.NOT_FOUND, states.REFUSED):
        return Decimal(0)
    rest = leg.rest + (leg.frozen if said.kind == states.RETURNED else Decimal(0))
    if said.amount.strip():
        amount = read_money(said.amount)
    elif said.kind == states.FROZEN_PART:
        raise BadInput("amount", _("Say how much is frozen."))
    else:
        amount = rest
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
