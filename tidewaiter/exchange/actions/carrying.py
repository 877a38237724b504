"""Deeds of the line: answering a call, keeping sealed envelopes for others, calling the peers that are reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE
from tidewaiter.exchange.actions.receiving import take_in
from tidewaiter.exchange.agreements import in_force
from tidewaiter.exchange.calls import ANSWER, AT_ONCE, CALL, LARGEST, Call, note_peer, read_call, said_call, use_once
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.envelopes import Outside, outside_of
from tidewaiter.exchange.jose import NotOurs
from tidewaiter.exchange.lines import LineDown, post
from tidewaiter.exchange.models import Agreement, Outgoing, Parcel, Passed, Peer, Seen
from tidewaiter.exchange.outgoing import due, envelope_of
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger.actions import record

LATER = ("full", "unknown_peer")
"""Why a relay may refuse what it takes later."""
SEEN_FOR = timedelta(days=3)


def answer(*, token: str) -> str:
    """Answers a peer's call: takes what it brings, gives what lies here for it. Raises `NotOurs`, `Refusal`."""
    peer, call = read_call(token, CALL)
    use_once(peer, call)
    note_peer(peer, call)
    taken, refused = _take(peer, call.envelopes)
    with transaction.atomic():
        _let_go(peer, call.have)
        envelopes, more = _for_peer(peer)
    said, _call = said_call(peer, call.nonce, taken=taken, refused=refused, envelopes=envelopes, more=more)
    return said


def _take(peer: Peer, envelopes: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """What of the envelopes was kept, and why others were not."""
    taken: list[str] = []
    refused: dict[str, str] = {}
    for token in envelopes[:AT_ONCE]:
        try:
            outside = outside_of(token)
        except NotOurs:
            continue
        if outside.sender != peer.node:
            why = "sender"
        elif outside.receiver == own_node():
            _ref, why = take_in(token=token)
        else:
            why = carry(token=token, outside=outside, sender=peer)
        if why:
            refused[outside.id] = why
        else:
            taken.append(outside.id)
    return taken, refused


def carry(*, token: str, outside: Outside, sender: Peer) -> str:
    """Keeps a sealed envelope for another node; gives why not. The agreement and its epoch are held to as they stand
    now, whatever held when it was sent.
    """
    recipient = Peer.objects.filter(node=outside.receiver).first()
    if recipient is None or recipient.revoked_at is not None:
        return "revoked" if recipient else "unknown_peer"
    between = [
        one
        for one in Agreement.objects.filter(status=states.AGREED)
        if set(one.parties) == {sender.node, recipient.node} and in_force(one)
    ]
    named = next((one for one in between if one.code == outside.agreement), None)
    if not between or (outside.agreement and named is None):
        return "agreement"
    if named is not None and named.epoch != outside.epoch:
        return "epoch"
    if outside.expires_at < now():
        return "expired"
    waiting = Parcel.objects.filter(recipient=recipient)
    if waiting.count() >= most("parcels_waiting") or (waiting.aggregate(n=Sum("size"))["n"] or 0) > most(
        "parcels_bytes"
    ):
        return "full"
    with transaction.atomic():
        _row, fresh = Parcel.objects.get_or_create(
            sender=sender,
            ref=outside.id,
            defaults={
                "recipient": recipient,
                "agreement": outside.agreement,
                "epoch": outside.epoch,
                "expires_at": outside.expires_at,
                "size": len(token),
                "sealed": token,
                "came_at": now(),
            },
        )
        if fresh:
            day: dict[str, Any] = {"day": now().date(), "sender": sender.node, "recipient": recipient.node}
            Passed.objects.get_or_create(**day)
            Passed.objects.filter(**day).update(envelopes=F("envelopes") + 1, size=F("size") + len(token))
            record(by=NODE, deed="exchange.carried", ref=outside.id[:64], detail={"bytes": len(token)})
    return ""


def _let_go(peer: Peer, have: Sequence[tuple[str, str]]) -> None:
    """What the peer has safely is not kept for it any more."""
    own = own_node()
    mine = [ref for sender, ref in have if sender == own]
    for ref in mine:
        _on_the_way(Outgoing.objects.filter(peer=peer, ref=ref, status=states.READY))
    for sender, ref in have:
        if sender != own:
            Parcel.objects.filter(recipient=peer, sender_id=sender, ref=ref).delete()


def _on_the_way(rows: QuerySet[Outgoing]) -> None:
    """Of a note nothing is heard again: it has arrived."""
    rows.filter(op=NOTE).update(status=states.ARRIVED, sent_at=now(), answered_at=now(), body={})
    rows.filter(status__in=(states.READY, states.ON_THE_WAY)).exclude(op=NOTE).update(
        status=states.ON_THE_WAY, sent_at=now(), tries=F("tries") + 1
    )


def _for_peer(peer: Peer) -> tuple[list[str], bool]:
    """What lies here for a peer that calls: this node's own envelopes first, recalls before all else, then others'."""
    found: list[str] = []
    size = 0
    for token in _waiting_for(peer):
        if len(found) == AT_ONCE or size + len(token) > LARGEST:
            return found, True
        found.append(token)
        size += len(token)
    return found, False


def _waiting_for(peer: Peer) -> Iterator[str]:
    for row in due(Outgoing.objects.filter(peer=peer))[: AT_ONCE + 1]:
        yield envelope_of(row)
    parcels = Parcel.objects.filter(recipient=peer, expires_at__gt=now(), sender__revoked_at=None).order_by("pk")
    for parcel in parcels[: AT_ONCE + 1]:
        if _still_agreed(parcel):
            yield parcel.sealed


def _still_agreed(parcel: Parcel) -> bool:
    """Whether what lies here may still be handed on: the epoch may have gone on since."""
    if not parcel.agreement:
        return True
    named = Agreement.objects.filter(code=parcel.agreement, epoch=parcel.epoch, status=states.AGREED).first()
    if named is not None and in_force(named):
        return True
    with transaction.atomic():
        record(by=NODE, deed="exchange.not_carried", ref=parcel.ref, detail={"reason": "epoch"})
        parcel.delete()
    return False


def call_all() -> dict[str, str]:
    """Calls each peer that is reached, until there is nothing to bring or fetch; gives by name why one was not."""
    failed: dict[str, str] = {}
    if not Peer.objects.exists():
        return failed
    _forget_old_calls()
    for peer in Peer.objects.filter(revoked_at=None).exclude(url="").order_by("name"):
        if why := call_peer(peer=peer):
            failed[peer.name] = why
    return failed


def call_peer(*, peer: Peer) -> str:
    """One conversation with a peer: calls until neither has more to bring. Gives why it failed, as a code."""
    have: list[tuple[str, str]] = []
    while True:
        rows = _outward(peer)
        try:
            brought, again = _one_call(peer, rows, have)
        except (LineDown, Refusal) as error:
            why = error.why if isinstance(error, LineDown) else error.code
            Peer.objects.filter(pk=peer.pk).update(failed=why[:100], failed_since=peer.failed_since or now())
            return why
        if not again and not brought and len(rows) < AT_ONCE:
            return ""
        have = brought


def _outward(peer: Peer) -> list[Outgoing]:
    """What goes over this peer's line: what is for it, and through the centre what is for a node without an address."""
    to = Q(peer=peer)
    if peer.shape == "central":
        to |= Q(peer__url="", peer__revoked_at=None)
    return list(due(Outgoing.objects.filter(to))[:AT_ONCE])


def _one_call(peer: Peer, rows: list[Outgoing], have: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], bool]:
    """Brings and fetches once; gives what was fetched and is kept, and whether the peer has more."""
    envelopes: list[str] = []
    size = 0
    sent: list[Outgoing] = []
    for row in rows:
        token = envelope_of(row)
        if size + len(token) > LARGEST and sent:
            break
        envelopes.append(token)
        sent.append(row)
        size += len(token)
    token, call = said_call(peer, envelopes=envelopes, have=have)
    began = now()
    back = post(peer.url, token)
    answered, told = read_call(back, ANSWER, nonce=call.nonce)
    if answered.pk != peer.pk:
        raise Refusal("sender", "")
    note_peer(peer, told, began)
    _sent(sent, told)
    fetched = []
    for one in told.envelopes[:AT_ONCE]:
        ref, _why = take_in(token=one)
        if ref:
            fetched.append((outside_of(one).sender, ref))
    return fetched, told.more


def _sent(rows: list[Outgoing], told: Call) -> None:
    """What became of what was brought."""
    taken = set(told.taken)
    with transaction.atomic():
        for row in rows:
            mine = Outgoing.objects.filter(pk=row.pk)
            if row.ref in taken:
                _on_the_way(mine)
            elif (why := told.refused.get(row.ref, "full")) in LATER:
                mine.update(sent_at=now(), reason=why[:40])
            else:
                mine.filter(status__in=(states.READY, states.ON_THE_WAY)).update(
                    status=states.REFUSED, reason=why[:40], answered_at=now(), body={}
                )
                record(by=NODE, deed="exchange.refused", ref=row.ref, version=row.version, detail={"reason": why[:40]})


def _forget_old_calls() -> None:
    """Numbers of calls that nobody could use again any more are forgotten; envelopes that nobody fetched in time go."""
    Seen.objects.filter(at__lt=now() - SEEN_FOR).delete()
    Parcel.objects.filter(expires_at__lt=now()).delete()
