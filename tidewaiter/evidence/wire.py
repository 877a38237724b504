"""Evidence on the wire: an exhibit made known, custody handed over between countries, a request for evidence and its
answer. Custody and requests name people: they go to nodes that hold names alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.evidence.abroad import ANSWER, EXHIBIT, RECEIPT, REQUEST, TRANSFER
from tidewaiter.evidence.actions.abroad import take_from_abroad
from tidewaiter.evidence.models import Abroad
from tidewaiter.foundation.wire_kinds import PUT, Arriving, Leaving, Taken, Terms, WireKind

FIELDS = {
    EXHIBIT: ("to", "from", "authority", "purpose", "exhibit"),
    TRANSFER: ("to", "from", "authority", "purpose", "exhibit", "events"),
    REQUEST: ("to", "subject", "text", "legal_basis", "case_reference", "due", "from"),
    ANSWER: ("answers", "decision", "text", "exhibits", "from"),
    RECEIPT: ("answers", "their_reference", "digest", "text", "from"),
}


def leaving_abroad(kind: str, ref: str, _terms: Terms) -> Leaving | None:
    """What this node has to say to one other country."""
    one = Abroad.objects.filter(pk=ref, kind=kind, came=False).first()
    if one is None:
        return None
    facts = one.body.get("exhibit") or {}
    called = str(facts.get("reference") or one.body.get("subject") or one.body.get("their_reference") or ref)
    handling = str(facts.get("handling") or "AMBER")
    return Leaving(
        ref=ref,
        version=1,
        body=one.body,
        called=called,
        handling=handling,
        to=one.node,
        home="" if one.node else one.country,
    )


def over_abroad(kind: str, body: Mapping[str, Any], _terms: Terms) -> Sequence[str]:
    """What such a thing does not say."""
    return sorted(set(body) - set(FIELDS[kind]))


def take_abroad(kind: str, came: Arriving) -> Taken:
    """Keeps what has come; what is called back ends here. Raises a refusal."""
    if came.op != PUT:
        Abroad.objects.filter(node=came.node, their_ref=came.ref, kind=kind, came=True).update(ended=True)
        return Taken(came.ref, "erased")
    return Taken(take_from_abroad(kind=kind, came=came).ref)


_TEXT = {"type": "string"}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_EXHIBIT = {
    "type": "object",
    "required": ["reference", "description"],
    "properties": {
        **dict.fromkeys(("reference", "kind", "material", "unit", "quantity", "case_reference", "seal"), _TEXT),
        "description": {"type": "string", "maxLength": 10000},
        "handling": _TEXT,
        "found_at": _TEXT,
        "head": _DIGEST,
    },
}
_OF = {
    "exhibit": _EXHIBIT,
    "events": {
        "type": "array",
        "maxItems": 2000,
        "items": {
            "type": "object",
            "required": ["content", "digest"],
            "properties": {"content": {"type": "object"}, "digest": _DIGEST},
        },
    },
    "exhibits": {"type": "array", "maxItems": 1000, "items": _EXHIBIT},
    "digest": _DIGEST,
    "decision": {"enum": ["granted", "in_part", "refused"]},
    "subject": {"type": "string", "maxLength": 200},
}
_NEEDS = {
    EXHIBIT: ["to", "exhibit"],
    TRANSFER: ["to", "exhibit", "events", "authority"],
    REQUEST: ["to", "subject", "text", "legal_basis"],
    ANSWER: ["answers", "decision", "text"],
    RECEIPT: ["answers", "their_reference", "digest"],
}
_TITLES = {
    "to": _("For"),
    "from": _("From"),
    "authority": _("Authority"),
    "purpose": _("Purpose"),
    "exhibit": _("Exhibit"),
    "exhibits": _("Exhibits"),
    "events": _("Events of custody"),
    "subject": _("Subject"),
    "text": _("Text"),
    "legal_basis": _("Legal basis"),
    "case_reference": _("Case"),
    "due": _("Due"),
    "answers": _("Answers"),
    "decision": _("Decision"),
    "their_reference": _("Number there"),
    "digest": _("Digest"),
}


def _kind(name: str, word: Any, *, nominal: bool = True, answers: str = "") -> WireKind:
    return WireKind(
        name=name,
        word=word,
        nominal=nominal,
        answers=answers,
        follows=(f"evidence.sent_{name}",),
        leaving=partial(leaving_abroad, name),
        take=partial(take_abroad, name),
        over=partial(over_abroad, name),
        schema={
            "type": "object",
            "required": _NEEDS[name],
            "additionalProperties": False,
            "properties": {field: _OF.get(field, _TEXT) for field in FIELDS[name]},
        },
        titles={field: _TITLES[field] for field in FIELDS[name]},
    )


KINDS = (
    _kind(EXHIBIT, p("kind on the wire", "exhibit"), nominal=False),
    _kind(TRANSFER, p("kind on the wire", "hand-over of custody")),
    _kind(RECEIPT, p("kind on the wire", "receipt of custody"), answers=TRANSFER),
    _kind(REQUEST, p("kind on the wire", "request for evidence")),
    _kind(ANSWER, p("kind on the wire", "answer to a request for evidence"), answers=REQUEST),
)
"""What of evidence goes to other nodes."""
