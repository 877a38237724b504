"""The response on the wire: a request to freeze and its answers, a request that data be kept and what became of it.

What leaves of an alarm is what the other side needs to freeze: the payments, their accounts and times. The victim, the
papers and the other requests of the alarm stay at its node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.wire_kinds import PUT, RECALL, WITHDRAW, Arriving, Held, Leaving, Taken, Terms, WireKind
from tidewaiter.people.called import office_called
from tidewaiter.response import states
from tidewaiter.response.actions.nodes import (
    ONWARD,
    take_answers,
    take_back_preservation,
    take_back_request,
    take_preservation,
    take_preservation_answer,
    take_request,
)
from tidewaiter.response.actions.preserving import PRESERVE
from tidewaiter.response.actions.requests import FREEZE, NODE_OF
from tidewaiter.response.letters.text import plain
from tidewaiter.response.models import Answer, Leg, Preservation, Request

FREEZE_ANSWER, PRESERVE_ANSWER = "freeze_answer", "preservation_answer"
_NEEDED = ("to", "alarm", "year", "number", "currency", "amount", "reported_at", "legs")
_HEAD = ("scheme", "kind", "language", "text", "asking", "zone", "transferred_at", "recall_at", "victim_country")
_LEG_NEEDED = ("number", "to_account", "currency", "amount")
_LEG = (
    *("method", "from_bank", "from_bic", "from_country", "via_bic", "to_bank", "to_bic", "to_country", "to_name"),
    *("sent_at", "uetr"),
)
_PARTS = ("authority", "offence", "data", "custodian", "necessity", "mla_intended")
_KEPT = ("to", "reference", "basis", *_PARTS, "to_name", "confidential", "urgent", "days", "ordered_on", "expires_on")
_LATER = ("parent", "mla_reference")


def said_at(moment: datetime | None) -> str:
    """A moment as an envelope has it."""
    return moment.isoformat() if moment else ""


def _leg_said(leg: Leg) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(leg, name) for name in ("number", "to_account", "currency", *_LEG[:-3])}
    said |= {"amount": plain(leg.amount), "to_name": leg.to_party.get("name", "")}
    return said | {"sent_at": said_at(leg.sent_at), "uetr": leg.uetr}


def _agreed(said: dict[str, Any], needed: Sequence[str], terms: Terms, begins: str = "") -> dict[str, Any]:
    """What of a part is needed, and what the agreement lets go besides, where it has something to say."""
    let = None if terms.fields is None else {*needed, *terms.fields}
    return {name: value for name, value in said.items() if value != "" and (let is None or name in let)}


def leaving_freeze(ref: str, terms: Terms) -> Leaving | None:
    """A request that this node puts to another one, for that one alone."""
    asked = Request.objects.filter(pk=ref, to_kind=NODE_OF, node="").select_related("alarm").first()
    if asked is None:
        return None
    alarm = asked.alarm
    if asked.state == states.WITHDRAWN:
        return Leaving(
            ref=ref, version=1, op=WITHDRAW, body={"reason": "withdrawn"}, called=alarm.reference, home=asked.to
        )
    head = {
        "to": asked.to,
        "alarm": alarm.ref,
        **{name: getattr(alarm, name) for name in ("year", "number", "currency", "kind", "zone", "victim_country")},
        "amount": plain(alarm.amount),
        **{name: said_at(getattr(alarm, name)) for name in ("reported_at", "transferred_at", "recall_at")},
        **{name: getattr(asked, name) for name in ("scheme", "language", "text")},
        "asking": office_called(alarm.administration),
    }
    legs = [_leg_said(leg) for leg in asked.legs.order_by("number")]
    body = _agreed(head, _NEEDED, terms) | {"legs": [_agreed(leg, _LEG_NEEDED, terms) for leg in legs]}
    stays = {name for name, value in head.items() if value != ""} - set(body)
    stays |= {f"legs.{name}" for leg in legs for name, value in leg.items() if value != ""} - {
        f"legs.{name}" for leg in body["legs"] for name in leg
    }
    held = tuple(Held(path, "agreement") for path in sorted(stays))
    return Leaving(ref=ref, version=1, body=body, called=alarm.reference, home=asked.to, held=held)


def over_freeze(body: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    """What of a request was not agreed, or is no part of one."""
    head = {*_NEEDED, *(_HEAD if terms.fields is None else set(_HEAD) & set(terms.fields))}
    leg = {*_LEG_NEEDED, *(_LEG if terms.fields is None else set(_LEG) & set(terms.fields))}
    legs = body.get("legs")
    named = {name for one in legs if isinstance(one, dict) for name in one} if isinstance(legs, list) else set()
    return sorted({*(set(body) - head), *(f"legs.{name}" for name in named - leg)})


def take_freeze(came: Arriving) -> Taken:
    """Keeps a request, or what became of it."""
    return take_request(came=came) if came.op == PUT else take_back_request(came=came, erase=came.op == RECALL)


def leaving_freeze_answer(ref: str, _terms: Terms) -> Leaving | None:
    """All that was answered here to a request of another node, for that node."""
    asked = Request.objects.filter(pk=ref).exclude(node="").select_related("alarm").first()
    if asked is None or asked.acknowledged_at is None:
        return None
    given = asked.answers.select_related("leg", "onward").order_by("pk")
    body = {
        "acknowledged": True,
        "acknowledged_by": asked.acknowledged_by,
        "answers": [_answer_said(one) for one in given],
    }
    return Leaving(ref=ref, version=1, body=body, called=asked.alarm.reference, to=asked.node, origin=ref)


def _answer_said(one: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {
        "leg": one.leg.number_there,
        "kind": one.kind,
        "amount": plain(one.amount) if one.amount else "",
        "reason": one.reason,
        "by": one.by,
        "at": said_at(one.at),
    }
    if one.onward is not None:
        there = {name: getattr(one.onward, name) for name in ONWARD if name != "amount"}
        said["onward"] = {name: value for name, value in there.items() if value}
        said["onward"]["amount"] = plain(one.onward.amount)
    return said


def take_freeze_answer(came: Arriving) -> Taken:
    """Takes the answers that were not here yet."""
    return take_answers(came=came)


def leaving_preservation(ref: str, terms: Terms) -> Leaving | None:
    """A request that data be kept, for the node of its country; then the request for assistance, or its end."""
    one = Preservation.objects.filter(pk=ref, by_node=True, node="").exclude(ordered_on=None).first()
    if one is None:
        return None
    if one.state == states.ENDED:
        ended = {"reason": "ended"}
        return Leaving(ref=ref, version=1, op=WITHDRAW, body=ended, called=one.reference, home=one.to_country)
    said = {
        "to": one.to_country,
        **{name: getattr(one, name) for name in ("reference", "basis", *_PARTS, "to_name", "confidential", "urgent")},
        "days": str(one.days),
        "ordered_on": one.ordered_on.isoformat() if one.ordered_on else "",
        "expires_on": one.expires_on.isoformat() if one.expires_on else "",
        "parent": one.parent_id or "",
        "mla_reference": one.mla_reference,
    }
    body = _agreed(said, (*_KEPT, *_LATER), terms)
    return Leaving(ref=ref, version=2 if one.mla_on else 1, body=body, called=one.reference, home=one.to_country)


def over_preservation(body: Mapping[str, Any], _terms: Terms) -> Sequence[str]:
    """What such a request does not say."""
    return sorted(set(body) - {*_KEPT, *_LATER})


def take_preserve(came: Arriving) -> Taken:
    """Keeps a request that data be kept, or what became of it."""
    if came.op == PUT:
        return take_preservation(came=came)
    return take_back_preservation(came=came, erase=came.op == RECALL)


def leaving_preservation_answer(ref: str, _terms: Terms) -> Leaving | None:
    """What was answered here to a request of another node, for that node."""
    one = Preservation.objects.filter(pk=ref, incoming=True).exclude(node="").first()
    if one is None or one.state not in (states.PRESERVED, states.NOT_PRESERVED, states.DISCLOSED):
        return None
    body = {"kind": one.state, "text": one.answer} | ({"ground": one.ground} if one.ground else {})
    return Leaving(ref=ref, version=1, body=body, called=one.their_reference, to=one.node, origin=ref)


def take_preserve_answer(came: Arriving) -> Taken:
    """Takes what they answered."""
    return take_preservation_answer(came=came)


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer", "minimum": 1}
_TITLES = {
    "text": _("Text"),
    "legs": _("Payments"),
    "to_account": _("Account or wallet it went to"),
    "to_name": _("In whose name"),
    "asking": _("Who asks"),
    "amount": _("Amount"),
    "scheme": _("Scheme"),
}
_KEPT_TITLES = {"offence": _("Offence"), "data": _("Data"), "custodian": _("Custodian"), "authority": _("Authority")}
KINDS = (
    WireKind(
        name=FREEZE,
        word=p("kind on the wire", "request to freeze"),
        nominal=True,
        follows=("response.node_asked",),
        leaving=leaving_freeze,
        take=take_freeze,
        over=over_freeze,
        titles=_TITLES,
        schema={
            "type": "object",
            "required": list(_NEEDED),
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys((*_NEEDED, *_HEAD), _TEXT),
                **dict.fromkeys(("year", "number"), _NUMBER),
                "legs": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": list(_LEG_NEEDED),
                        "additionalProperties": False,
                        "properties": {**dict.fromkeys((*_LEG_NEEDED, *_LEG), _TEXT), "number": _NUMBER},
                    },
                },
            },
        },
    ),
    WireKind(
        name=FREEZE_ANSWER,
        word=p("kind on the wire", "answer to a request to freeze"),
        nominal=True,
        answers=FREEZE,
        follows=("response.node_answered",),
        leaving=leaving_freeze_answer,
        take=take_freeze_answer,
        titles={"answers": _("Answers"), "acknowledged_by": _("Who has it")},
        schema={
            "type": "object",
            "required": ["acknowledged"],
            "properties": {
                "acknowledged": {"type": "boolean"},
                "acknowledged_by": _TEXT,
                "answers": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["leg", "kind"],
                        "properties": {
                            "leg": _NUMBER,
                            "kind": {"enum": list(states.ANSWERS)},
                            **dict.fromkeys(("amount", "reason", "by", "at"), _TEXT),
                            "onward": {"type": "object", "properties": dict.fromkeys(ONWARD, _TEXT)},
                        },
                    },
                },
            },
        },
    ),
    WireKind(
        name=PRESERVE,
        word=p("kind on the wire", "request that data be kept"),
        nominal=True,
        follows=("response.preservation_asked", "response.assistance_asked", "response.preservation_ended"),
        leaving=leaving_preservation,
        take=take_preserve,
        over=over_preservation,
        titles=_KEPT_TITLES,
        schema={
            "type": "object",
            "required": ["to", "basis", "ordered_on", "expires_on"],
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys((*_KEPT, *_LATER), _TEXT),
                **{name: {"type": "boolean"} for name in ("mla_intended", "confidential", "urgent")},
            },
        },
    ),
    WireKind(
        name=PRESERVE_ANSWER,
        word=p("kind on the wire", "answer to a request that data be kept"),
        nominal=True,
        answers=PRESERVE,
        follows=("response.preservation_answered",),
        leaving=leaving_preservation_answer,
        take=take_preserve_answer,
        titles={"kind": _("Answer"), "text": _("Text"), "ground": _("Ground")},
        schema={
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"enum": [states.PRESERVED, states.NOT_PRESERVED, states.DISCLOSED]},
                "text": _TEXT,
                "ground": {"enum": list(states.GROUNDS)},
            },
        },
    ),
)
"""What of the response goes to other nodes."""
