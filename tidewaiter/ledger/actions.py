"""Deeds of the ledger: recording, and signing the day's head."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import insert_rows
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.ledger import chain
from tidewaiter.ledger.keys import node_key, public_key_hex, second_key
from tidewaiter.ledger.models import ChainEnd, Entry, Head

COLUMNS = ("seq", "at", "by", "deed", "ref", "version", "detail", "hash")

TABLE_TAKEN = "ledger.table_taken"


def take_table(*, rows: int, by: Actor) -> None:
    """Writes down that so many entries leave the node as a table: what one steward takes in a day is counted."""
    with transaction.atomic():
        record(by=by, deed=TABLE_TAKEN, ref="ledger", detail={"rows": rows})


def record(*, by: Actor, deed: str, ref: str, version: int = 0, detail: dict[str, Any] | None = None) -> None:
    """Writes one entry. `detail` holds codes and counts, never content of a record."""
    record_many(by=by, deed=deed, things=[(ref, version)], detail=detail)


def record_many(
    *,
    by: Actor,
    deed: str,
    things: Iterable[tuple[str, int]],
    detail: dict[str, Any] | None = None,
    details: Iterable[dict[str, Any]] | None = None,
) -> int:
    """Writes an entry for each (ref, version) of `things`, as one batch; gives back how many. What each says is
    `detail`, or its own of `details`, which are as many as the things.

    Takes the chain's end under a lock until the transaction ends, so entries stand in the order of commits.
    Raises `Refusal` outside a transaction: a deed and its entry stand or fall together.
    """
    if not connection.in_atomic_block:
        raise Refusal("no_transaction", gettext("A deed is recorded inside its own transaction."))
    end = _end_held()
    at = stamp(now())
    texts = (_text(one, by) for one in details) if details is not None else repeat(_text(detail or {}, by))
    seq, before = end.seq, end.hash
    shared = b"".join(chain.framed(said.encode()) for said in (at, by.username, deed))
    frame = chain.framed
    rows = []
    for (ref, version), (text, told) in zip(things, texts, strict=details is not None):
        seq += 1
        own = (frame(ref.encode()), frame(b"%d" % version))
        before = chain.link_framed(before, frame(b"%d" % seq), shared, *own, told)
        rows.append((seq, at, by.username, deed, ref, version, text, before))
    if not rows:
        return 0
    insert_rows(Entry, COLUMNS, rows)
    end.seq, end.hash = seq, before
    end.save()
    return len(rows)


def _text(detail: dict[str, Any], by: Actor) -> tuple[str, bytes]:
    """What an entry says, and the same framed for the chain."""
    if by.door.partition(":")[0] in ("shell", "token"):  # who sat there, which token: beside the name it spoke for
        detail = {**detail, "door": by.door}
    text = canonical(detail).decode() if detail else ""
    return text, chain.framed(text.encode())


def _end_held() -> ChainEnd:
    """The chain's end, locked until the transaction ends; where there is none yet, a new node's."""
    end = ChainEnd.objects.select_for_update().first()
    if end is None:
        node = new_ref("NODE")
        end = ChainEnd(node=node, hash=chain.genesis(node), seq=0)
    return end


def bind_chain(*, shape: str, by: Actor) -> str:
    """Says in the database of which shape its node is, once for all; gives the node's ref. Call it in a transaction."""
    end = _end_held()
    if not end.shape:
        end.shape = shape
        end.save()
        record(by=by, deed="ledger.bound", ref="node", detail={"shape": shape})
    return end.node


def sign_head(*, day: str) -> Head | None:
    """Signs the last entry of `day` (ISO date, UTC) as the day's head; a day already signed is left as it is.

    Gives nothing where there is no entry up to the end of that day.
    """
    with transaction.atomic():
        ChainEnd.objects.select_for_update().first()
        known = Head.objects.filter(day=day).first()
        if known is not None:
            return known
        last = (
            Entry.objects.filter(at__lt=f"{day}U").order_by("-seq").first()
        )  # «U» sorts right after the «T» of a moment
        if last is None or Head.objects.filter(seq=last.seq).exists():
            return None
        return Head.objects.create(day=day, **signed(day, last.seq, last.hash))


def signed(day: str, seq: int, hash_: str) -> dict[str, Any]:
    """The signed statement that the chain stood at `seq` with `hash_`."""
    text = chain.head_text(day, seq, hash_)
    signature, second = node_key().sign(text).hex(), second_key()
    too = {"ml_dsa_key": second[1], "ml_dsa_signature": second[0].sign(text).hex()} if second else {}
    return {
        "seq": seq,
        "hash": hash_,
        "signed_at": stamp(now()),
        "public_key": public_key_hex(),
        "signature": signature,
        **too,
    }
