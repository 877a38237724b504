"""Deeds of requests for information: asking another node in words, and replying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.exchange.models import Inquiry, Peer
from tidewaiter.exchange.peers import peer_named
from tidewaiter.exchange.policy import may_ask
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.wire_kinds import Arriving, Taken
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

PREFIX = "XI"
LONGEST_SUBJECT, LONGEST_TEXT = 200, 20_000
_hour = timedelta(hours=1)
SAID = ("subject", "text", "concerns", "due")


def inquire(*, said: dict[str, Any], by: Actor) -> Inquiry:
    """Asks a peer for information: `{"to", "subject", "text", "concerns", "due"}`, the last two as one likes.

    It leaves under an agreement that lets requests go. Investigators and contact points. Raises a refusal.
    """
    may_ask(by)
    if not settings.HOLDS_NAMES:
        raise Refusal("nominal", _("This node holds no names, and sends no requests for information."))
    if unknown := sorted(set(said) - {"to", *SAID}):
        raise BadInput("unknown_field", _("A request has no «%(name)s».") % {"name": str(unknown[0])[:40]})
    peer = peer_named(str(said.get("to", "")))
    if peer.revoked_at is not None:
        raise Refusal("revoked", _("The peer was revoked."))
    with transaction.atomic():
        made = Inquiry.objects.create(
            ref=new_ref(PREFIX), peer=peer, came=False, by=by.username, at=now(), **_read(said)
        )
        record(by=by, deed="exchange.inquired", ref=made.ref, detail={"to": peer.name})
    return made


def _read(said: dict[str, Any]) -> dict[str, Any]:
    subject, text = (str(said.get(name) or "").strip() for name in ("subject", "text"))
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise BadInput("subject", _("Say in a line what it is about (subject, 200 signs at most)."))
    if not text or len(text) > LONGEST_TEXT:
        raise BadInput("text", _("Say what is asked (text, 20,000 signs at most)."))
    due = str(said.get("due") or "").strip()
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise BadInput("due", _("«%(name)s» is no day (YYYY-MM-DD).") % {"name": "due"}) from error
    concerns = str(said.get("concerns") or "").strip()
    if len(concerns) > 64:
        raise BadInput("concerns", _("A reference has 64 signs at most (concerns)."))
    return {"subject": subject, "text": text, "concerns": concerns, "due": day}


def reply_to_inquiry(*, ref: str, text: str, by: Actor) -> Inquiry:
    """Replies to a request of another node; said anew it is corrected there. Raises a refusal."""
    may_ask(by)
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise BadInput("text", _("Say what is replied (text, 20,000 signs at most)."))
    with transaction.atomic():
        held = Inquiry.objects.select_for_update().filter(ref=ref, came=True).first()
        if held is None:
            raise Missing("no_inquiry", _("There is no such request."))
        held.reply, held.replied_by, held.replied_at = text, by.username, now()
        held.save(update_fields=["reply", "replied_by", "replied_at"])
        record(by=by, deed="exchange.inquiry_replied", ref=held.ref)
    return held


def take_inquiry(*, came: Arriving, peer: Peer) -> Taken:
    """Keeps a request of another node; whoever may reply is told. Call in the transaction of the envelope."""
    fields = _taken(came)
    held = Inquiry.objects.select_for_update().filter(ref=came.ref).first()
    if held is not None and (not held.came or held.peer_id != peer.pk):
        raise Refusal("not_theirs", _("The request is another node's: it is not written over."))
    hour = Inquiry.objects.filter(peer=peer, came=True, at__gt=now() - _hour)
    if held is None and hour.count() >= most("questions_hour"):
        raise Refusal("too_often", _("The peer asks too often: try again in an hour."))
    said = {"peer": peer, "came": True, "by": came.by.username, "at": now(), **fields}
    Inquiry.objects.update_or_create(ref=came.ref, defaults=said)
    record(by=came.by, deed="exchange.inquiry_came", ref=came.ref)
    people = Officer.objects.filter(is_active=True, grants__role__in=("contact", "investigator")).distinct()
    names = people.values_list("username", flat=True)
    tell(to=[(name, came.ref, 1) for name in names], deed="exchange.inquiry_came", by=came.by)
    return Taken(came.ref)


def _taken(came: Arriving) -> dict[str, Any]:
    try:
        return _read(dict(came.body))
    except BadInput as error:
        raise Refusal(error.code, error.sentence) from error


def take_reply(*, came: Arriving, peer: Peer) -> Taken:
    """Keeps the reply to a request of this node; whoever asked is told. Call in the transaction of the envelope."""
    held = Inquiry.objects.select_for_update().filter(ref=came.ref, came=False, peer=peer).first()
    text = came.body.get("text")
    if held is None or not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Refusal("not_asked", _("The reply is to no request of this node."))
    held.reply, held.replied_by, held.replied_at = text, came.by.username, now()
    held.save(update_fields=["reply", "replied_by", "replied_at"])
    record(by=came.by, deed="exchange.inquiry_answered", ref=held.ref)
    tell(to=[(held.by, held.ref, 1)], deed="exchange.inquiry_answered", by=came.by)
    return Taken(held.ref)


def forget_inquiry(*, came: Arriving, peer: Peer) -> Taken:
    """Erases a request that its node calls back. Call in the transaction of the envelope."""
    gone, _rows = Inquiry.objects.filter(ref=came.ref, came=True, peer=peer).delete()
    if gone:
        record(by=came.by, deed="exchange.inquiry_erased", ref=came.ref)
    return Taken(came.ref, "erased")


def read_inquiries(*, rows: Sequence[Inquiry], by: Actor) -> None:
    """Keeps that somebody has read requests and replies: names may stand in them."""
    if rows:
        with transaction.atomic():
            record_many(by=by, deed="exchange.inquiries_read", things=[(row.ref, 1) for row in rows])
