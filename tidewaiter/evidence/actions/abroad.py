"""Deeds of evidence between countries: making an exhibit known, handing its custody over, asking for evidence, and the
answers. The nodes carry them under their agreements (`exchange`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.abroad import ANSWER, EXHIBIT, RECEIPT, REQUEST, TRANSFER, facts_of
from tidewaiter.evidence.actions.exhibits import seize
from tidewaiter.evidence.chain import event_content
from tidewaiter.evidence.keeping import append, held, told
from tidewaiter.evidence.models import Abroad, CustodyEvent, Exhibit
from tidewaiter.evidence.proof.boxes import canonical
from tidewaiter.evidence.queries import events_of, exhibit_named
from tidewaiter.evidence.typed import one_of, read_day, read_line, read_text
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.typed_fields import TypedFields
from tidewaiter.foundation.wire_kinds import Arriving
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Administration

DECISIONS = ("granted", "in_part", "refused")
_hex64 = re.compile(r"[0-9a-f]{64}")
MOST_EVENTS = 2000


def _country(said: str, by: Actor) -> str:
    code = said.strip().upper()
    if code == by.administration_code or not Administration.objects.filter(code=code).exclude(code="INT").exists():
        raise BadInput("country", _("Say to which other country."))
    return code


def _made(kind: str, country: str, body: Mapping[str, Any], by: Actor, **more: Any) -> Abroad:
    return Abroad.objects.create(
        ref=new_ref("EA"),
        administration=by.administration_code,
        kind=kind,
        country=country,
        body=dict(body),
        by=by.username,
        at=now(),
        **more,
    )


def send_abroad(*, exhibit: Exhibit, said: Mapping[str, Any], by: Actor) -> Abroad:
    """Makes an exhibit known to another country, or (`transfer`) hands its custody over with the whole chain.

    It is an event of the exhibit. Raises `BadInput`, `Refusal` for what is under hold.
    """
    policy.must_order(by)
    policy.must_be_open(exhibit)
    typed = TypedFields(said)
    typed.needed("authority", _("Say by which authority: an order, a treaty, an agreement."))
    kind = typed.read("kind", one_of((EXHIBIT, TRANSFER)), EXHIBIT)
    authority = typed.read("authority", read_line, "")
    purpose = typed.read("purpose", read_line, "")[:200]
    typed.done()
    country = _country(typed.text("country"), by)
    if kind == TRANSFER and exhibit.hold:
        raise Refusal("held", _("%(ref)s is under hold: it stays.") % {"ref": exhibit.reference})
    if kind == TRANSFER and (exhibit.restricted or exhibit.awaits):
        raise Refusal("state", _("What is restricted, or waits for its taker, is not handed over this way."))
    with transaction.atomic():
        exhibit = held(exhibit)
        under_way = Abroad.objects.filter(exhibit=exhibit, kind=TRANSFER, came=False, ended=False)
        if kind == TRANSFER and under_way.exists():
            raise Refusal("under_way", _("%(ref)s is on its way to a country.") % {"ref": exhibit.reference})
        ref = new_ref("EA")
        detail = {"abroad": country, "transfer": ref if kind == TRANSFER else "", "sent": ref}
        event = append(exhibit, states.EXPORT, by, authority=authority, note=purpose, detail=detail)
        body: dict[str, Any] = {"to": country, "from": by.administration_code, "authority": authority}
        body |= {"purpose": purpose, "exhibit": facts_of(exhibit)}
        if kind == TRANSFER:
            body["events"] = [
                {"content": event_content(one), "digest": one.digest} for one in events_of(exhibit)[:MOST_EVENTS]
            ]
        one = Abroad.objects.create(
            ref=ref,
            administration=by.administration_code,
            kind=kind,
            country=country,
            exhibit=exhibit,
            body=body,
            by=by.username,
            at=now(),
        )
        record(by=by, deed="evidence.exported", ref=exhibit.ref, version=event.sequence, detail=told(event))
        record(by=by, deed=f"evidence.sent_{kind}", ref=one.ref, detail={"country": country})
    return one


def ask_abroad(*, said: Mapping[str, Any], by: Actor) -> Abroad:
    """Asks another country for evidence: what, about which case, on which legal basis, until when."""
    policy.must_order(by)
    typed = TypedFields(said)
    for name, sentence in (
        ("subject", _("Say what it is about.")),
        ("text", _("Say what you ask for.")),
        ("legal_basis", _("Say on which legal basis.")),
    ):
        typed.needed(name, sentence)
    due = typed.read("due", read_day, None)
    body = {
        "subject": typed.read("subject", read_line, "")[:200],
        "text": typed.read("text", read_text, ""),
        "legal_basis": typed.read("legal_basis", read_text, ""),
        "case_reference": typed.read("case_reference", read_line, "")[:100],
        "due": due.isoformat() if due else "",
        "from": by.administration_code,
    }
    typed.done()
    country = body["to"] = _country(typed.text("country"), by)
    with transaction.atomic():
        one = _made(REQUEST, country, body, by)
        record(by=by, deed=f"evidence.sent_{REQUEST}", ref=one.ref, detail={"country": country})
    return one


def answer_abroad(*, one: Abroad, said: Mapping[str, Any], by: Actor) -> Abroad:
    """Answers another country's request: granted, in part, refused, and in words; exhibits by their references.

    Raises `Refusal` for what was answered already.
    """
    policy.must_order(by)
    typed = TypedFields(said)
    typed.needed("text", _("Say it in a sentence."))
    body: dict[str, Any] = {
        "answers": one.their_ref,
        "decision": typed.read("decision", one_of(DECISIONS), "granted"),
        "text": typed.read("text", read_text, ""),
        "from": by.administration_code,
    }
    typed.done()
    named = [exhibit_named(by, code) for code in typed.text("exhibits").replace(",", " ").split()]
    body["exhibits"] = [facts_of(each) for each in named]
    with transaction.atomic():
        one = _open(one, REQUEST)
        made = _made(ANSWER, one.country, body, by, node=one.node, peer=one.peer, answers=one)
        record(by=by, deed=f"evidence.sent_{ANSWER}", ref=made.ref, detail={"decision": body["decision"]})
    return made


def _open(one: Abroad, kind: str) -> Abroad:
    row = Abroad.objects.select_for_update().get(pk=one.pk)
    if row.kind != kind or not row.came or row.ended:
        raise Refusal("answered", _("This was answered already, or waits for no answer."))
    row.ended = True
    row.save(update_fields=["ended"])
    return row


def accept_transfer(*, one: Abroad, said: Mapping[str, Any], by: Actor) -> Exhibit:
    """Takes over an exhibit of another country: it gets a number here, whose first event binds the foreign chain; the
    other side hears of it.
    """
    policy.must_order(by)
    facts: dict[str, Any] = dict(one.body.get("exhibit") or {})
    with transaction.atomic():
        one = _open(one, TRANSFER)
        exhibit = seize(
            said={
                "description": str(facts.get("description", ""))[:9000],
                "quantity": facts.get("quantity") or "",
                "unit": facts.get("unit") or "",
                "place": str(said.get("place") or one.peer),
                "instrument": _("as told by %(node)s") % {"node": one.peer},
            },
            by=by,
        )
        exhibit = held(exhibit)
        detail = {"from": one.peer, "their_ref": one.their_ref, "their_reference": str(facts.get("reference", ""))}
        detail |= {"their_head": str(facts.get("head", "")), "transfer": one.ref}
        event = append(exhibit, states.MOVE, by, authority=str(one.body.get("authority", ""))[:300], detail=detail)
        record(by=by, deed="evidence.moved", ref=exhibit.ref, version=event.sequence, detail=told(event))
        Abroad.objects.filter(pk=one.pk).update(exhibit=exhibit)
        body = {"answers": one.their_ref, "their_reference": exhibit.reference, "digest": event.digest}
        body |= {"from": by.administration_code, "text": str(said.get("note") or "")[:1000]}
        made = _made(RECEIPT, one.country, body, by, node=one.node, peer=one.peer, answers=one, exhibit=exhibit)
        record(by=by, deed=f"evidence.sent_{RECEIPT}", ref=made.ref)
    return exhibit


def take_from_abroad(*, kind: str, came: Arriving) -> Abroad:
    """Keeps what has come from another country. Raises `Refusal` for a chain that does not hold, or an answer to
    nothing.
    """
    answered = _answered(kind, came)
    if kind == TRANSFER:
        _chain_must_hold(came.body)
    with transaction.atomic():
        one, new = Abroad.objects.update_or_create(
            node=came.node,
            their_ref=came.ref,
            kind=kind,
            came=True,
            defaults={"body": dict(came.body)},
            create_defaults={
                "ref": new_ref("EA"),
                "administration": answered.administration if answered else str(came.body["to"])[:3],
                "country": came.by.administration_code,
                "peer": came.peer[:100],
                "answers": answered,
                "body": dict(came.body),
                "ended": answered is not None,
                "by": came.by.username[:150],
                "at": now(),
            },
        )
        if answered is not None:
            Abroad.objects.filter(pk=answered.pk).update(ended=True)
            if kind == RECEIPT and new:
                _taken_abroad(answered, came)
        record(by=came.by, deed="evidence.came_from_abroad", ref=one.ref, detail={"kind": kind})
    return one


def _answered(kind: str, came: Arriving) -> Abroad | None:
    wanted = {ANSWER: REQUEST, RECEIPT: TRANSFER}.get(kind)
    if wanted is None:
        return None
    found = Abroad.objects.filter(pk=str(came.body.get("answers", "")), kind=wanted, came=False).first()
    if found is None or found.country != came.by.administration_code:
        raise Refusal("no_request", _("Nothing of this node is answered by it."))
    if found.ended and not found.answered_by.filter(node=came.node, their_ref=came.ref, kind=kind).exists():
        raise Refusal("answered", _("This was answered already, or waits for no answer."))
    return found


def _chain_must_hold(body: Mapping[str, Any]) -> None:
    """Reads a foreign chain link by link. Raises `Refusal` where it does not hold."""
    events, head = body.get("events"), (body.get("exhibit") or {}).get("head")
    last = ""
    for number, one in enumerate(events if isinstance(events, list) else [], start=1):
        content = one.get("content") if isinstance(one, dict) else None
        if not isinstance(content, dict) or (content.get("sequence"), content.get("previous")) != (number, last):
            raise _broken(number)
        last = hashlib.sha256(canonical(content)).hexdigest()
        if last != one.get("digest"):
            raise _broken(number)
    if not last or last != head:
        raise _broken(0)


def _broken(number: int) -> Refusal:
    return Refusal("chain_broken", _("The chain that came does not hold at event %(n)s.") % {"n": number})


def _taken_abroad(sent: Abroad, came: Arriving) -> None:
    """The other country has it: an event of the exhibit, which is out of our hands now."""
    if sent.exhibit_id is None:
        return
    exhibit = held(Exhibit.objects.get(pk=sent.exhibit_id))
    policy.must_be_open(exhibit)
    if exhibit.awaits:
        sentence = _("%(ref)s waits for its taker: nothing is done with it until then.")
        raise Refusal("awaited", sentence % {"ref": exhibit.reference})
    digest = str(came.body.get("digest", ""))
    detail = {"abroad": sent.country, "transfer": sent.ref, "their_ref": came.ref}
    detail |= {"their_reference": str(came.body.get("their_reference", ""))[:100]}
    detail |= {"their_digest": digest if _hex64.fullmatch(digest) else ""}
    answers = CustodyEvent.objects.filter(exhibit=exhibit, detail__sent=sent.ref).first()
    exhibit.holder_kind, exhibit.holder, exhibit.store, exhibit.shelf = "outside", came.peer[:150], None, ""
    exhibit.state, exhibit.since, exhibit.purpose = states.OUT, now(), "other"
    changed = ("holder_kind", "holder", "store", "shelf", "state", "since", "purpose")
    event = append(
        exhibit, states.TAKE, came.by, changed=changed, taker=came.peer[:150], answers=answers, detail=detail
    )
    record(by=came.by, deed="evidence.taken", ref=exhibit.ref, version=event.sequence, detail=told(event))
