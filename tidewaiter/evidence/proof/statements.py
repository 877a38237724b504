"""What of evidence is stamped: a statement over a tree of heads, and the way from a head to its root."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from tidewaiter.evidence.models import StampBatch, StampLeaf
from tidewaiter.evidence.proof.boxes import canonical, leaf_of, levels_of, path_in
from tidewaiter.foundation.moments import stamp

FORMAT = "tidewaiter evidence stamp 1"


def leaf_said(leaf: StampLeaf) -> dict[str, Any]:
    """What a leaf says: which event an exhibit ended with, or which token is renewed."""
    if leaf.exhibit_id:
        return {"exhibit": leaf.exhibit_id, "sequence": leaf.sequence, "digest": leaf.digest}
    return {"stamp": leaf.renews_id, "digest": leaf.digest}


def root_of(leaves: Sequence[StampLeaf]) -> str:
    """The root over leaves in their order."""
    return levels_of([leaf_of(leaf_said(one)) for one in leaves])[-1][0].hex()


def statement_of(batch: StampBatch, node: str) -> dict[str, Any]:
    """What is stamped."""
    return {
        "format": FORMAT,
        "batch": batch.number,
        "node": node,
        "at": stamp(batch.at),
        "previous": batch.previous,
        "root": batch.root,
        "count": batch.count,
        "ledger": {"seq": batch.ledger_seq, "hash": batch.ledger_hash},
    }


def statement_bytes(batch: StampBatch, node: str) -> bytes:
    """The same as it is stamped and exported."""
    return canonical(statement_of(batch, node))


def digest_of_statement(batch: StampBatch, node: str) -> str:
    """SHA-256 of it, in hex."""
    return hashlib.sha256(statement_bytes(batch, node)).hexdigest()


def paths_of(batch: StampBatch, wanted: Sequence[StampLeaf]) -> list[dict[str, Any]]:
    """Of some leaves of a batch, what leads from each to the root."""
    every = list(batch.leaves.order_by("place"))
    levels = levels_of([leaf_of(leaf_said(one)) for one in every])
    return [
        leaf_said(one) | {"batch": batch.number, "place": one.place, "path": path_in(levels, one.place)}
        for one in wanted
    ]
