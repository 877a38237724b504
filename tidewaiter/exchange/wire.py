"""The exchange's own kinds: a question of hit or no hit and its answer, a request for information and its reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.exchange.actions.asking import answer_question, take_answer
from tidewaiter.exchange.actions.inquiring import SAID, forget_inquiry, take_inquiry, take_reply
from tidewaiter.exchange.models import Inquiry, Peer, Question
from tidewaiter.foundation.wire_kinds import PUT, Arriving, Leaving, Taken, Terms, WireKind

_SAID = ("sought", "secret", "digests", "text")


def leaving_question(ref: str, _terms: Terms) -> Leaving | None:
    """A question of this node, for the one peer that it is put to: of the name a keyed digest leaves."""
    held = Question.objects.filter(ref=ref, came=False).first()
    if held is None:
        return None
    body = {"sought": held.sought, "secret": held.secret, "digests": held.digests, "text": held.text}
    return Leaving(ref=ref, version=1, body=body, called=held.called, to=held.peer_id)


def over_question(body: Mapping[str, Any], _terms: Terms) -> Sequence[str]:
    """What a question does not say."""
    return sorted(set(body) - set(_SAID))


def take_question(came: Arriving) -> Taken:
    """Answers what is asked; nothing is done for what is withdrawn."""
    if came.op != PUT:
        Question.objects.filter(ref=came.ref, came=True, peer=came.node).delete()
        return Taken(came.ref, "erased")
    return answer_question(came=came, peer=Peer.objects.get(node=came.node))


def leaving_answer(ref: str, _terms: Terms) -> Leaving | None:
    """How many this node knows of what a peer has asked for."""
    held = Question.objects.filter(ref=ref, came=True).first()
    if held is None or held.hits is None:
        return None
    return Leaving(ref=ref, version=1, body={"hits": held.hits}, to=held.peer_id)


def take_answer_of(came: Arriving) -> Taken:
    """Keeps the answer."""
    return take_answer(came=came)


def leaving_inquiry(ref: str, _terms: Terms) -> Leaving | None:
    """A request of this node in words, for the one peer that it is put to."""
    held = Inquiry.objects.filter(ref=ref, came=False).first()
    if held is None:
        return None
    due = held.due.isoformat() if held.due else ""
    body = {"subject": held.subject, "text": held.text, "concerns": held.concerns, "due": due}
    return Leaving(ref=ref, version=1, body=body, called=held.subject, to=held.peer_id)


def over_inquiry(body: Mapping[str, Any], _terms: Terms) -> Sequence[str]:
    """What a request does not say."""
    return sorted(set(body) - set(SAID))


def take_inquiry_of(came: Arriving) -> Taken:
    """Keeps a request, or erases it again."""
    peer = Peer.objects.get(node=came.node)
    return take_inquiry(came=came, peer=peer) if came.op == PUT else forget_inquiry(came=came, peer=peer)


def leaving_reply(ref: str, _terms: Terms) -> Leaving | None:
    """The reply to a request of another node, for that node."""
    held = Inquiry.objects.filter(ref=ref, came=True).exclude(reply="").first()
    if held is None:
        return None
    return Leaving(ref=ref, version=1, body={"text": held.reply}, called=held.subject, to=held.peer_id)


def take_reply_of(came: Arriving) -> Taken:
    """Keeps the reply."""
    return take_reply(came=came, peer=Peer.objects.get(node=came.node))


_TEXT = {"type": "string"}
KINDS = (
    WireKind(
        name="question",
        word=p("kind on the wire", "question"),
        nominal=True,
        follows=("exchange.asked",),
        leaving=leaving_question,
        take=take_question,
        over=over_question,
        schema={
            "type": "object",
            "required": list(_SAID),
            "additionalProperties": False,
            "properties": {
                "sought": _TEXT,
                "secret": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "digests": {"type": "array", "maxItems": 20, "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
                "text": _TEXT,
            },
        },
    ),
    WireKind(
        name="answer",
        word=p("kind on the wire", "answer"),
        answers="question",
        follows=("exchange.answered",),
        leaving=leaving_answer,
        take=take_answer_of,
        schema={"type": "object", "required": ["hits"], "properties": {"hits": {"type": "integer", "minimum": 0}}},
    ),
    WireKind(
        name="request",
        word=p("kind on the wire", "request for information"),
        nominal=True,
        follows=("exchange.inquired",),
        leaving=leaving_inquiry,
        take=take_inquiry_of,
        over=over_inquiry,
        titles={"subject": _("Subject"), "text": _("Text"), "concerns": _("Concerns"), "due": _("Due")},
        schema={
            "type": "object",
            "required": ["subject", "text"],
            "additionalProperties": False,
            "properties": {
                "subject": {"type": "string", "maxLength": 200},
                "text": {"type": "string", "maxLength": 20000},
                "concerns": {"type": "string", "maxLength": 64},
                "due": _TEXT,
            },
        },
    ),
    WireKind(
        name="reply",
        word=p("kind on the wire", "reply"),
        nominal=True,
        answers="request",
        follows=("exchange.inquiry_replied",),
        leaving=leaving_reply,
        take=take_reply_of,
        titles={"text": _("Text")},
        schema={
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string", "maxLength": 20000}},
        },
    ),
)
"""What of the exchange itself goes to other nodes under an agreement."""
