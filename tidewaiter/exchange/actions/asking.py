"""Deeds of questions: asking another node whether it knows somebody, answering hit or no hit, sending what was hit."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.queueing import queue
from tidewaiter.exchange.digests import keyed
from tidewaiter.exchange.models import Outgoing, Question
from tidewaiter.exchange.peers import peer_named
from tidewaiter.exchange.policy import may_ask, may_release
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.foundation.text import fold
from tidewaiter.foundation.wire_kinds import Arriving, Taken
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

SOUGHT = ("person", "company", "vessel", "vehicle", "aircraft", "container", "account")
PREFIX = "XQ"
HOUR = timedelta(hours=1)


def ask(*, said: dict[str, Any], by: Actor) -> Question:
    """Asks a peer for hit or no hit: `{"to", "kind", "name" and/or "number", "text"}`. Of the name a keyed digest
    leaves. Investigators and contact points. Raises a refusal.
    """
    may_ask(by)
    if unknown := sorted(set(said) - {"to", "kind", "name", "number", "text"}):
        raise BadInput("unknown_field", _("A question has no «%(name)s».") % {"name": str(unknown[0])[:40]})
    peer = peer_named(str(said.get("to", "")))
    sought = str(said.get("kind", ""))
    if sought not in SOUGHT:
        raise BadInput("kind", _("Say what is sought: %(kinds)s.") % {"kinds": ", ".join(SOUGHT)})
    names, numbers = _texts(said.get("name")), _texts(said.get("number"))
    wanted = [" ".join(sorted(fold(one).split())) for one in names] + [_number(one) for one in numbers]
    wanted = [one for one in wanted if len(one) >= 3]
    if not wanted or len(wanted) > 20:
        raise BadInput("name", _("Say a name or a number that is sought (name, number)."))
    text = str(said.get("text", "")).strip()
    if not text:
        raise BadInput("text", _("Say why it is asked (text): the colleagues on the other side need it."))
    secret = secrets.token_hex(32)
    with transaction.atomic():
        made = Question.objects.create(
            ref=new_ref(PREFIX),
            peer=peer,
            came=False,
            sought=sought,
            secret=secret,
            digests=[keyed(secret, one) for one in wanted],
            called="; ".join([*names, *numbers])[:200],
            text=text[:2000],
            by=by.username,
            at=now(),
        )
        record(by=by, deed="exchange.asked", ref=made.ref, detail={"to": peer.name, "kind": sought})
    return made


def _texts(said: Any) -> list[str]:
    values = said if isinstance(said, list) else [said] if said else []
    return [str(one).strip()[:200] for one in values if str(one).strip()]


def _number(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def answer_question(*, came: Arriving, peer: Any) -> Taken:
    """Looks for what a peer asks among what this node holds itself: the peer is told how many, the people here what.

    No more than so many an hour of one peer. Call in the transaction of the envelope.
    """
    lately = Question.objects.filter(peer=peer, came=True, at__gt=now() - HOUR).count()
    if lately >= most("questions_hour"):
        raise Refusal("too_often", _("The peer asks too often: try again in an hour."))
    if Question.objects.filter(ref=came.ref).exists():
        raise Refusal("not_theirs", _("There is a question of that name already: a question is asked once."))
    body = came.body
    secret, digests = str(body.get("secret", "")), set(map(str, body.get("digests", ())))
    if len(secret) != 64 or not all(sign in "0123456789abcdef" for sign in secret) or not 0 < len(digests) <= 20:
        raise Refusal("question", _("The question cannot be read."))
    sought = str(body.get("sought", ""))
    found = dict.fromkeys(
        ref
        for room in rooms_of_node()
        if room.values_sought is not None
        for ref, value in room.values_sought(sought)
        if len(value) >= 3 and keyed(secret, value) in digests
    )
    Question.objects.create(
        ref=came.ref,
        peer=peer,
        came=True,
        sought=sought[:16],
        secret=secret,
        digests=sorted(digests),
        text=str(body.get("text", ""))[:2000],
        matched=list(found)[:50],
        hits=len(found),
        by=came.by.username,
        at=now(),
        answered_at=now(),
    )
    record(by=came.by, deed="exchange.answered", ref=came.ref, detail={"hits": len(found), "kind": sought[:16]})
    if found:
        contacts = Officer.objects.filter(is_active=True, grants__role="contact").distinct()
        tell(
            to=[(one, came.ref, 1) for one in contacts.values_list("username", flat=True)],
            deed="exchange.answered",
            by=came.by,
        )
    return Taken(came.ref)


def take_answer(*, came: Arriving) -> Taken:
    """Keeps how many hits another node has; whoever asked is told. Call in the transaction of the envelope."""
    held = Question.objects.select_for_update().filter(ref=came.ref, came=False).first()
    hits = came.body.get("hits")
    if held is None or type(hits) is not int or hits < 0:
        raise Refusal("question", _("The answer is to no question of this node."))
    held.hits, held.answered_at = hits, now()
    held.save(update_fields=["hits", "answered_at"])
    record(by=came.by, deed="exchange.answer_came", ref=held.ref, detail={"hits": hits})
    tell(to=[(held.by, held.ref, 1)], deed="exchange.answer_came", by=came.by)
    return Taken(held.ref)


def reply(*, ref: str, by: Actor) -> list[Outgoing]:
    """Sends what a question has hit, as far as the agreement lets it go: the contact point's release of it."""
    may_release(by)
    held = Question.objects.filter(ref=ref, came=True, hits__gt=0).first()
    if held is None:
        raise Missing("no_question", _("There is no such question, or it has hit nothing."))
    kind = "conveyance" if held.sought in ("vessel", "vehicle", "aircraft", "container") else held.sought
    with transaction.atomic():
        for one in held.matched:
            queue(kind=kind, ref=str(one), by=by, to=held.peer_id)
        gone = (states.WAITS, states.READY, states.ON_THE_WAY, states.ARRIVED)
        sent = Outgoing.objects.filter(peer=held.peer, kind=kind, record__in=held.matched, status__in=gone)
        rows = list(sent.select_related("peer"))
        held.replied_by, held.replied_at = by.username, now()
        held.save(update_fields=["replied_by", "replied_at"])
        sent.filter(status=states.WAITS).update(status=states.READY)
        record(by=by, deed="exchange.replied", ref=held.ref, detail={"records": len(rows)})
    if not rows:
        raise Refusal("nothing_agreed", _("The agreement lets nothing of it go."))
    return rows
