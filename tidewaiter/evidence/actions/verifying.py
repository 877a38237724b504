"""Deeds of proof for one exhibit: looking whether its chain and its stamps hold, and giving a receipt of an event."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import transaction

from tidewaiter.evidence.chain import Break, first_break
from tidewaiter.evidence.models import CustodyEvent, Exhibit, StampBatch, StampLeaf
from tidewaiter.evidence.proof import statements
from tidewaiter.evidence.proof.authority import AuthorityAway, trusted_roots
from tidewaiter.evidence.proof.boxes import leaf_of, root_from
from tidewaiter.evidence.proof.signing import signed
from tidewaiter.evidence.proof.tokens import WrongToken, read_token, verified
from tidewaiter.evidence.queries import events_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.queries import current_head

RECEIPT = "tidewaiter custody receipt 1"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at an exhibit's proof has shown."""

    events: int
    broken: Break | None
    stamped: int
    """Events that a stamp covers which holds."""
    stamped_at: datetime | None
    """Of the last one that holds."""
    wrong: str
    """The first stamp that does not hold, and why."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None and not self.wrong


def check_exhibit(*, exhibit: Exhibit, by: Actor) -> Checked:
    """Reads the whole chain and every stamp over it, and writes down what was found."""
    events = events_of(exhibit)
    broken = first_break(events, exhibit.head, exhibit.events_count)
    digests = {one.sequence: one.digest for one in events}
    stamped, at, wrong = 0, None, ""
    leaves = StampLeaf.objects.filter(exhibit=exhibit).select_related("batch").order_by("batch_id")
    node = current_head()["node"]
    for leaf in leaves:
        try:
            _must_hold(leaf, digests, node)
        except WrongToken as error:
            wrong = wrong or f"{leaf.batch_id}: {error}"
            continue
        if leaf.batch.stamped_at is not None:
            stamped, at = max(stamped, leaf.sequence), leaf.batch.stamped_at
    found = Checked(len(events), broken, stamped, at, wrong)
    with transaction.atomic():
        detail = {"intact": found.holds, "stamped": stamped}
        record(by=by, deed="evidence.checked", ref=exhibit.ref, version=exhibit.events_count, detail=detail)
    return found


def _must_hold(leaf: StampLeaf, digests: dict[int, str], node: str) -> None:
    batch = leaf.batch
    if digests.get(leaf.sequence) != leaf.digest:
        raise WrongToken("the event is not the one that was stamped")
    [path] = statements.paths_of(batch, [leaf])
    if root_from(leaf_of(statements.leaf_said(leaf)), path["place"], path["path"]) != batch.root:
        raise WrongToken("the event is not in the batch that was stamped")
    if batch.token:
        _token_must_hold(batch, node)


def _token_must_hold(batch: StampBatch, node: str) -> None:
    """Raises `WrongToken` unless the stamp of a batch holds, at the time at which it was made."""
    chain = x509.load_pem_x509_certificates(batch.chain.encode())
    lists = [
        x509.load_pem_x509_crl(f"{one}-----END X509 CRL-----\n".encode())
        for one in batch.lists.split("-----END X509 CRL-----")
        if one.strip()
    ]
    try:
        roots = trusted_roots()
    except AuthorityAway:
        roots = chain[-1:]
    token = read_token(base64.b64decode(batch.token))
    verified(token, statements.digest_of_statement(batch, node), roots=[*roots, *chain[-1:]], more=chain, lists=lists)


def give_receipt(*, event: CustodyEvent, by: Actor) -> dict[str, Any]:
    """What somebody takes away of an event: signed by the node, it shows later that the event is still the same."""
    head = current_head()
    said = {
        "format": RECEIPT,
        "node": head["node"],
        "node_name": settings.NODE_NAME,
        "exhibit": event.exhibit_id,
        "reference": event.exhibit.reference,
        "sequence": event.sequence,
        "kind": event.kind,
        "digest": event.digest,
        "recorded_at": stamp(event.recorded_at),
        "given_to": by.username,
        "at": stamp(now()),
        "ledger": {"seq": head["seq"], "hash": head["hash"]},
    }
    with transaction.atomic():
        record(by=by, deed="evidence.receipt_given", ref=event.exhibit_id, version=event.sequence)
    return signed(said)
