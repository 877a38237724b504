"""Deeds of the line: answering a call, keeping sealed envelopes for others, calling the peers that are reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTE
from tidewaiter.exchange.actions.receiving import take_in_many
from tidewaiter.exchange.actions.resending import has_not_heard, put_anew
from tidewaiter.exchange.agreements import in_force
from tidewaiter.exchange.calls import (
    ANSWER,
    AT_ONCE,
    CALL,
    LARGEST,
    REWRITTEN,
    Call,
    hear_heads,
    note_peer,
    read_call,
    said_call,
    use_once,
)
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
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer

LATER = ("full", "unknown_peer")
"""Why a relay may refuse what it takes later."""
SEEN_FOR = timedelta(days=3)
ENDED_LATELY = timedelta(days=60)


def answer(*, token: str) -> str:
    """Answers a peer's call: takes what it brings, gives what lies here for it. Raises `NotOurs`, `Refusal`."""
    peer, call = read_call(token, CALL)
    use_once(peer, call)
    _noted(peer, call)
    taken, refused = _take(peer, call.envelopes)
    with transaction.atomic():
        _let_go(peer, call.have)
        envelopes, more = _for_peer(peer)
    said, _call = said_call(peer, call.nonce, taken=taken, refused=refused, envelopes=envelopes, more=more)
    return said


def _noted(peer: Peer, call: Call, began: datetime | None = None) -> None:
    """Keeps what a call shows; whoever has shown two histories is told of in the ledger, and to the stewards."""
    was = peer.history
    told = [peer] if note_peer(peer, call, began) == REWRITTEN and was != REWRITTEN else []
    told += hear_heads(peer, call)
    for one in told:
        with transaction.atomic():
            record(by=NODE, deed="exchange.rewritten", ref=one.node, detail={"shown_by": peer.name})
            stewards = Officer.objects.filter(is_active=True, grants__role="steward").values_list("username", flat=True)
            tell(to=[(name, one.node, 1) for name in sorted(set(stewards))], deed="exchange.rewritten", by=NODE)


def _take(peer: Peer, envelopes: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """What of the envelopes was kept, and why others were not."""
    taken: list[str] = []
    refused: dict[str, str] = {}
    mine: list[tuple[Outside, str]] = []
    own = own_node()
    for token in envelopes[:AT_ONCE]:
        try:
            outside = outside_of(token)
        except NotOurs:
            continue
        if outside.sender != peer.node:
            refused[outside.id] = "sender"
        elif outside.receiver == own:
            mine.append((outside, token))
        elif why := carry(token=token, outside=outside, sender=peer):
            refused[outside.id] = why
        else:
            taken.append(outside.id)
    take_in_many(peer=peer, envelopes=mine)
    return [*taken, *(outside.id for outside, _token in mine)], refused


def carry(*, token: str, outside: Outside, sender: Peer) -> str:
    """Keeps a sealed envelope for another node; gives why not. The agreement and its epoch are held to as they stand
    now, whatever held when it was sent.
    """
    recipient = Peer.objects.filter(node=outside.receiver).first()
    if recipient is None or recipient.revoked_at is not None:
        return "revoked" if recipient else "unknown_peer"
    named, any_of_them = _between(sender, recipient, outside.agreement)
    if named is None and (outside.agreement or not any_of_them):
        return "agreement"
    if named is not None and named.epoch != outside.epoch:
        return "epoch"
    if outside.expires_at < now():
        return "expired"
    waiting = Parcel.objects.filter(recipient=recipient, sender=sender)  # one sender's many stop no other's
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


def _between(sender: Peer, recipient: Peer, code: str) -> tuple[Agreement | None, bool]:
    """The agreement of that code that is in force between two nodes, and whether there is any, or was one lately: what
    they say to each other of its end is carried.
    """
    both = {sender.node, recipient.node}
    known = [one for one in Agreement.objects.all() if set(one.parties) == both]
    named = next((one for one in known if one.code == code and one.status == states.AGREED and in_force(one)), None)
    lately = now() - ENDED_LATELY
    return named, any(in_force(one) or (one.status == states.ENDED and one.changed_at > lately) for one in known)


def _let_go(peer: Peer, have: Sequence[tuple[str, str]]) -> None:
    """What the peer has safely is not kept for it any more."""
    own = own_node()
    by_sender: dict[str, list[str]] = {}
    for sender, ref in have[: 4 * AT_ONCE]:
        by_sender.setdefault(sender, []).append(ref)
    for sender, refs in by_sender.items():
        if sender == own:
            _on_the_way(Outgoing.objects.filter(peer=peer, ref__in=refs, status=states.READY))
        else:
            Parcel.objects.filter(recipient=peer, sender_id=sender, ref__in=refs).delete()


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
    for row in due([peer.node], AT_ONCE + 1):
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
    nodes = [peer.node]
    if peer.shape == "central":
        nodes += Peer.objects.filter(url="", revoked_at=None).exclude(pk=peer.pk).values_list("pk", flat=True)
    return due(nodes, AT_ONCE)


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
    _noted(peer, told, began)
    _sent(sent, told)
    return _fetched(told.envelopes[:AT_ONCE]), told.more


def _fetched(envelopes: Sequence[str]) -> list[tuple[str, str]]:
    """Sender and id of what was fetched and is kept now: from whichever node it comes."""
    by_sender: dict[str, list[tuple[Outside, str]]] = {}
    fetched: list[tuple[str, str]] = []
    for one in envelopes:
        try:
            outside = outside_of(one)
        except NotOurs:
            continue
        by_sender.setdefault(outside.sender, []).append((outside, one))
        fetched.append((outside.sender, outside.id))
    peers = {peer.node: peer for peer in Peer.objects.filter(node__in=by_sender, revoked_at=None)}
    for sender, some in by_sender.items():
        if sender in peers:
            take_in_many(peer=peers[sender], envelopes=some)
    return fetched


def _sent(rows: list[Outgoing], told: Call) -> None:
    """What became of what was brought."""
    taken = set(told.taken)
    later: dict[str, list[int]] = {}
    refused: list[tuple[Outgoing, str]] = []
    for row in rows:
        if row.ref not in taken:
            why = told.refused.get(row.ref, "full")[:40]
            if why in LATER or has_not_heard(row, why):
                later.setdefault(why, []).append(row.pk)
            else:
                refused.append((row, why))
    with transaction.atomic():
        _on_the_way(Outgoing.objects.filter(pk__in=[row.pk for row in rows if row.ref in taken]))
        for why, keys in later.items():
            Outgoing.objects.filter(pk__in=keys).update(sent_at=now(), reason=why)
        for row, why in refused:
            Outgoing.objects.filter(pk=row.pk, status__in=(states.READY, states.ON_THE_WAY)).update(
                status=states.REFUSED, reason=why, answered_at=now(), body={}
            )
            record(by=NODE, deed="exchange.refused", ref=row.ref, version=row.version, detail={"reason": why})
        put_anew(refused=refused)


def _forget_old_calls() -> None:
    """Numbers of calls that nobody could use again any more are forgotten; envelopes that nobody fetched in time go."""
    Seen.objects.filter(at__lt=now() - SEEN_FOR).delete()
    Parcel.objects.filter(expires_at__lt=now()).delete()
