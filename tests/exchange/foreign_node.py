"""A node that is written from docs/wire/ alone: no line of Tidewaiter's own code, another library for the curves' keys.

It signs and seals with `cryptography` and the standard library, so that what it understands is what is written down.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

DAY = 86400


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def canonical(said: Any) -> bytes:
    """JSON with sorted keys and no white space."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(said: Any) -> str:
    """The digest of a document."""
    return hashlib.sha256(canonical(said)).hexdigest()


def _derived(secret: bytes) -> bytes:
    """The key of A256GCM from an agreed secret (RFC 7518, 4.6: one round of the Concat KDF)."""
    alg = b"A256GCM"
    said = len(alg).to_bytes(4, "big") + alg + b"\0" * 8 + (256).to_bytes(4, "big")
    return hashlib.sha256((1).to_bytes(4, "big") + secret + said).digest()


class ForeignNode:
    """A national node of another make."""

    def __init__(self, name: str = "kenya", administration: str = "KE", shape: str = "national") -> None:
        self.name, self.administration, self.shape = name, administration, shape
        self.node = f"NODE-{os.urandom(13).hex().upper()}"
        self.sign_key, self.seal_key = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.ledger_key = Ed25519PrivateKey.generate()
        self.calls = 0
        self.head = {"seq": 1, "hash": "00" * 32}

    @property
    def x(self) -> str:
        return b64(self.sign_key.public_key().public_bytes_raw())

    @property
    def kid(self) -> str:
        return hashlib.sha256(self.x.encode()).hexdigest()[:16]

    def jws(self, said: Any, typ: str, **header: Any) -> str:
        """A compact JWS."""
        head = {"alg": "Ed25519", "kid": self.kid, "typ": typ, **header}
        payload = said if isinstance(said, bytes) else canonical(said)
        signing = f"{b64(canonical(head))}.{b64(payload)}"
        return f"{signing}.{b64(self.sign_key.sign(signing.encode()))}"

    def card(self, **more: Any) -> str:
        """The node's card as a file."""
        seal_x = b64(self.seal_key.public_key().public_bytes_raw())
        said = {
            "card": 1,
            "node": self.node,
            "name": self.name,
            "title": self.name.title(),
            "shape": self.shape,
            "administration": self.administration,
            "url": "",
            "keys": [
                {"kid": self.kid, "use": "sig", "kty": "OKP", "crv": "Ed25519", "x": self.x},
                {
                    "kid": hashlib.sha256(seal_x.encode()).hexdigest()[:16],
                    "use": "enc",
                    "kty": "OKP",
                    "crv": "X25519",
                    "x": seal_x,
                },
            ],
            "ledger": self.ledger_key.public_key().public_bytes_raw().hex(),
            "kinds": {"case": 1},
            "at": datetime.now(UTC).isoformat(),
            **more,
        }
        return json.dumps({"card": self.jws(said, "tw-card")})

    def signed_head(self, seq: int, digest: str) -> dict[str, Any]:
        """A head of the node's ledger, signed by the ledger's key."""
        text = f"tidewaiter head 1\n2026-11-30\n{seq}\n{digest}\n".encode()
        public, signature = self.ledger_key.public_key().public_bytes_raw().hex(), self.ledger_key.sign(text).hex()
        said = {"day": "2026-11-30", "node": self.node, "seq": seq, "hash": digest}
        return {**said, "public_key": public, "signature": signature}

    def said(self, to: dict[str, Any], kind: str, body: dict[str, Any], /, **changes: Any) -> dict[str, Any]:
        """The inside of an envelope."""
        moment = int(time.time())
        return {
            "v": 1,
            "id": f"XE-{os.urandom(10).hex()}",
            "from": self.node,
            "to": to["node"],
            "kind": kind,
            "kv": 1,
            "op": "put",
            "record": "TW-FOREIGN-1",
            "version": 1,
            "seq": 1,
            "agreement": "KE-CEN",
            "epoch": 1,
            "purpose": "global seizure statistics",
            "handling": "",
            "iat": moment,
            "exp": moment + 30 * DAY,
            "body": body,
            **changes,
        } | ({} if "digest" in changes else {"digest": sha256(changes.get("body", body))})

    def envelope(self, to: dict[str, Any], said: dict[str, Any], /, **outside: Any) -> str:
        """The envelope of an inside, sealed for the node of that card."""
        return self.sealed(to, self.jws(said, "tw-said").encode(), said, **outside)

    def sealed(self, to: dict[str, Any], inside: bytes, said: dict[str, Any], /, **outside: Any) -> str:
        """A compact JWE (ECDH-ES, A256GCM) of some bytes."""
        key = next(one for one in to["keys"] if one["use"] == "enc" and not one.get("until"))
        once = X25519PrivateKey.generate()
        secret = once.exchange(X25519PublicKey.from_public_bytes(unb64(key["x"])))
        header = {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "typ": "tw-envelope",
            "kid": key["kid"],
            "epk": {"kty": "OKP", "crv": "X25519", "x": b64(once.public_key().public_bytes_raw())},
            **{name: said.get(name) for name in ("id", "from", "to", "agreement", "epoch", "exp")},
            **outside,
        }
        head, iv = b64(canonical(header)), os.urandom(12)
        sealed = AESGCM(_derived(secret)).encrypt(iv, inside, head.encode())
        return f"{head}..{b64(iv)}.{b64(sealed[:-16])}.{b64(sealed[-16:])}"

    def opened(self, envelope: str, card: dict[str, Any]) -> dict[str, Any]:
        """The inside of an envelope for this node; its signature must fit the card."""
        head, key, iv, text, tag = envelope.split(".")
        assert key == ""
        header = json.loads(unb64(head))
        assert (header["alg"], header["enc"]) == ("ECDH-ES", "A256GCM")
        secret = self.seal_key.exchange(X25519PublicKey.from_public_bytes(unb64(header["epk"]["x"])))
        inside = AESGCM(_derived(secret)).decrypt(unb64(iv), unb64(text) + unb64(tag), head.encode())
        return self.verified(inside.decode(), card)

    @staticmethod
    def verified(token: str, card: dict[str, Any]) -> dict[str, Any]:
        """What a JWS says that a node of that card has signed."""
        head, payload, signature = token.split(".")
        kid = json.loads(unb64(head))["kid"]
        key = next(one for one in card["keys"] if one["kid"] == kid)
        Ed25519PublicKey.from_public_bytes(unb64(key["x"])).verify(unb64(signature), f"{head}.{payload}".encode())
        said: dict[str, Any] = json.loads(unb64(payload))
        return said

    def call(self, to: dict[str, Any], **parts: Any) -> str:
        """A signed call."""
        self.calls += 1
        said = {
            "v": 1,
            "from": self.node,
            "to": to["node"],
            "nonce": os.urandom(16).hex(),
            "at": datetime.now(UTC).isoformat(),
            "envelopes": [],
            "have": [],
            "head": self.head,
            **parts,
        }
        return self.jws(said, "tw-call")
