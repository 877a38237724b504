"""What the node signs of evidence: seals of exports, receipts of hand-overs."""

from __future__ import annotations

from typing import Any

from tidewaiter.evidence.proof.boxes import canonical, signed_text
from tidewaiter.ledger.keys import node_key, public_key_hex, second_key


def signed(said: dict[str, Any]) -> dict[str, Any]:
    """The statement with both of the node's signatures: ML-DSA-65 over it, Ed25519 over it and the former.

    Raises `Refusal` where the node's key is not there.
    """
    second = second_key()
    public, signature = (second[1], second[0].sign(signed_text(said)).hex()) if second else ("", "")
    whole = said | {"ml_dsa_key": public, "ml_dsa_signature": signature}
    return whole | {"public_key": public_key_hex(), "signature": node_key().sign(canonical(whole)).hex()}
