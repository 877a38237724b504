"""What is to be seen of the exchange: what waits and why, who has not confirmed, how peers do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils.timesince import timesince
from django.utils.translation import gettext, gettext_lazy

from tidewaiter.exchange import states
from tidewaiter.exchange.actions.notes import NOTES
from tidewaiter.exchange.actions.queueing import peers_of
from tidewaiter.exchange.agreements import agreed_kind, in_force
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.keys import has_keys
from tidewaiter.exchange.models import Agreement, Incoming, Outgoing, Peer, Question
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.wire_kinds import RECALL

WHY: dict[str, Any] = {
    "": gettext_lazy("it was just made"),
    "handling": gettext_lazy("its handling mark is narrower than the agreement lets go"),
    "person": gettext_lazy("somebody holds it"),
    "needs": gettext_lazy("what it ties has not been received there yet"),
    "recalled": gettext_lazy("it was called back before: release it where it is to go again"),
    "full": gettext_lazy("the relay is full: it is tried again"),
    "unknown_peer": gettext_lazy("the relay does not know the receiver"),
    "revoked": gettext_lazy("the peer was revoked"),
    "agreement": gettext_lazy("there is no such agreement"),
    "agreement_over": gettext_lazy("the agreement is not in force"),
    "epoch": gettext_lazy("the agreement has a newer epoch"),
    "expired": gettext_lazy("it has expired"),
    "over_field": gettext_lazy("it says more than was agreed"),
    "shape": gettext_lazy("what it says is of another shape than its kind has"),
    "kind_not_agreed": gettext_lazy("its kind was not agreed"),
    "unknown_kind": gettext_lazy("the receiver's release does not know its kind: it waits there, sealed"),
    "purpose": gettext_lazy("its purpose was not agreed"),
    "nominal": gettext_lazy("the receiver takes no names"),
    "form": gettext_lazy("the receiver's form does not read it"),
    "findings": gettext_lazy("the receiver's checks stop it"),
    "conflict": gettext_lazy("the receiver has another record under this reference"),
    "not_theirs": gettext_lazy("the record is another node's"),
    "not_your_country": gettext_lazy("the case is of another country"),
    "signature": gettext_lazy("its signature does not fit"),
    "seal": gettext_lazy("it cannot be opened"),
    "clock": gettext_lazy("a clock is wrong by more than a day"),
    "processed": gettext_lazy("signed, digest agrees"),
    "unchanged": gettext_lazy("sent twice, processed once"),
    "overtaken": gettext_lazy("a later one was there already"),
    "withdrawn": gettext_lazy("withdrawn there too"),
    "erased": gettext_lazy("erased, signed"),
}
"""Codes of reasons and outcomes, in words."""
LINES: dict[str, Any] = {
    "no_line": gettext_lazy("no line"),
    "timeout": gettext_lazy("no answer in time"),
    "not_known": gettext_lazy("does not know this node"),
    "no_exchange": gettext_lazy("takes part in no exchange"),
    "not_secure": gettext_lazy("its address is not https"),
    "busy": gettext_lazy("busy"),
}
RULES: dict[str, Any] = {
    "nominal": gettext_lazy("names somebody, or could"),
    "masked": gettext_lazy("a name in it is hidden"),
    "agreement": gettext_lazy("not in the agreement's fields"),
    "pictures": gettext_lazy("pictures stay here unless the agreement names them"),
    "size": gettext_lazy("too large for one envelope"),
    "gone": gettext_lazy("the file is not in the vault"),
    "graded": gettext_lazy("its handling mark is narrower than the agreement lets go"),
}
"""By which rule a field stays, in words."""
_WAITING = (states.WAITS, states.READY, states.ON_THE_WAY, states.HELD)


def why_said(code: str) -> str:
    """A reason in words; the code itself where there are none."""
    return str(WHY.get(code, code.replace("_", " ")))


def outbox(by: Actor) -> QuerySet[Outgoing]:
    """What waits and is on its way, for whoever sees the exchange: what a person must do first."""
    rows = Outgoing.objects.filter(status__in=_WAITING).exclude(kind__in=NOTES)
    return rows.select_related("peer").order_by("pk") if by else rows.none()


def unconfirmed() -> list[dict[str, Any]]:
    """Recalls with who has confirmed and who has not, the newest first."""
    rows = Outgoing.objects.filter(op=RECALL).select_related("peer").order_by("-made_at", "peer__name")
    found: dict[str, dict[str, Any]] = {}
    for row in rows[:500]:
        one = found.setdefault(row.record, {"record": row.record, "row": row, "at": row.made_at, "peers": []})
        one["peers"].append({"peer": row.peer, "done": row.status == states.ARRIVED, "row": row})
    for one in found.values():
        one["peers"].sort(key=lambda peer: peer["done"])
        one["done"] = sum(peer["done"] for peer in one["peers"])
    return list(found.values())


def questions() -> list[dict[str, Any]]:
    """Questions, the last first: what was asked, and how many were known."""
    rows = Question.objects.select_related("peer").order_by("-at")[:100]
    return [
        {
            "ref": row.ref,
            "peer": row.peer.name,
            "came": row.came,
            "kind": row.sought,
            "hits": row.hits,
            "replied": row.replied_at is not None,
        }
        for row in rows
    ]


def _since(moment: datetime | None) -> str:
    return timesince(moment, now()) if moment else ""


def status() -> dict[str, Any]:
    """`{"outbox", "inbox", "peers", "agreements", "unconfirmed", "words"}`."""
    waiting = (
        Outgoing.objects.filter(status__in=_WAITING)
        .exclude(kind__in=NOTES)
        .values("peer__name", "status", "reason")
        .annotate(n=Count("pk"), since=Min("made_at"))
        .order_by("peer__name", "status", "reason")
    )
    outbox_rows = [
        {
            "to": row["peer__name"],
            "status": row["status"],
            "why": row["reason"],
            "envelopes": row["n"],
            "since": row["since"].isoformat(timespec="seconds"),
        }
        for row in waiting
    ]
    inbox = {
        row["status"]: row["n"] for row in Incoming.objects.values("status").annotate(n=Count("pk")).order_by("status")
    }
    set_aside = [
        {"ref": row.ref, "from": row.peer.name, "kind": row.kind, "why": row.reason}
        for row in Incoming.objects.filter(status=states.QUARANTINED).select_related("peer").order_by("-pk")[:100]
    ]
    peers = [_peer(peer) for peer in Peer.objects.order_by("name")]
    agreements = [
        {"code": one.code, "epoch": one.epoch, "status": one.status, "until": one.ends.isoformat()}
        for one in Agreement.objects.order_by("code")
    ]
    open_recalls = [
        {"record": one["record"], "peer": peer["peer"].name, "since": peer["row"].made_at.isoformat(timespec="seconds")}
        for one in unconfirmed()
        for peer in one["peers"]
        if not peer["done"]
    ]
    told = {
        "outbox": outbox_rows,
        "inbox": inbox,
        "quarantine": set_aside,
        "peers": peers,
        "agreements": agreements,
        "unconfirmed": open_recalls,
        "questions": questions(),
    }
    return {**told, "words": _words(told)}


def _peer(peer: Peer) -> dict[str, Any]:
    return {
        "name": peer.name,
        "node": peer.node,
        "revoked": peer.revoked_at is not None,
        "seen": peer.seen_at.isoformat(timespec="seconds") if peer.seen_at else None,
        "line": peer.failed or ("up" if peer.seen_at else "none yet"),
        "clock_ahead": round(peer.clock_ahead, 1) if peer.clock_ahead is not None else None,
        "history": peer.history or "not known yet",
    }


def _words(told: Mapping[str, Any]) -> list[str]:
    """The same as sentences."""
    lines = [
        gettext("%(n)s for %(to)s: %(state)s for %(time)s, %(why)s")
        % {
            "n": row["envelopes"],
            "to": row["to"],
            "state": states.WORDS[row["status"]],
            "time": _since(datetime.fromisoformat(row["since"])),
            "why": why_said(row["why"]),
        }
        for row in told["outbox"]
    ]
    if not lines:
        lines.append(gettext("Nothing waits to be sent."))
    lines += [
        gettext("%(ref)s from %(peer)s was set aside: %(why)s")
        % {"ref": row["ref"], "peer": row["from"], "why": why_said(row["why"])}
        for row in told["quarantine"]
    ]
    lines += [gettext("%(record)s is not confirmed erased by %(peer)s") % row for row in told["unconfirmed"]]
    lines += [
        gettext("%(peer)s: %(line)s")
        % {
            "peer": peer["name"],
            "line": gettext("revoked") if peer["revoked"] else LINES.get(peer["line"], peer["line"]),
        }
        for peer in told["peers"]
    ]
    return lines


def reached_for(kind: str) -> dict[str, str]:
    """By administration what its node is called, of those for which a kind of thing may leave today."""
    if not has_keys():
        return {}
    own = own_node()
    agreements = [one for one in Agreement.objects.filter(status=states.AGREED) if in_force(one) and own in one.parties]
    with_peers = peers_of(agreements, own)
    return {peer.administration: peer.title for one, peer in with_peers if agreed_kind(one, kind, own) is not None}
