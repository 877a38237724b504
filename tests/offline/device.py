"""A device of another make than the browser's: it speaks docs/wire/offline.md and nothing else of the house."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.test import Client


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """And back."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _raw(key: Any) -> bytes:
    raw: bytes = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw


class DeviceOf:
    """One officer's device."""

    def __init__(self, officer: Any, name: str = "phone of the Vanga post") -> None:
        self.page = Client()
        self.page.force_login(officer)
        self.line = Client()
        self.officer = officer
        index = self.page.get("/offline/packs/").json()
        self.keys = index["keys"]
        self.key, self.signing = os.urandom(32), Ed25519PrivateKey.generate()
        self.public = b64(_raw(self.signing.public_key()))
        self.wrap = self._wrapped()
        self.ref = ""
        said = {"username": officer.username, "key": self.public}
        posted = {"name": name, "public_key": self.public, "proof": self.jws(said, "tw-offline-enrol")}
        answer = self.page.post("/offline/enrol/", posted)
        assert answer.status_code == 201, answer.content
        self.ref = answer.json()["device"]

    def _wrapped(self) -> str:
        node = next(one for one in self.keys if one["use"] == "enc")
        own = X25519PrivateKey.generate()
        shared = own.exchange(X25519PublicKey.from_public_bytes(unb64(node["x"])))
        number = (1).to_bytes(4, "big")
        about = (7).to_bytes(4, "big") + b"A256GCM" + bytes(4) + bytes(4) + (256).to_bytes(4, "big")
        key = hashlib.sha256(number + shared + about).digest()
        epk = {"kty": "OKP", "crv": "X25519", "x": b64(_raw(own.public_key()))}
        head = b64(json.dumps({"alg": "ECDH-ES", "enc": "A256GCM", "kid": node["kid"], "epk": epk}).encode())
        iv = os.urandom(12)
        sealed = AESGCM(key).encrypt(iv, self.key, head.encode())
        return ".".join([head, "", b64(iv), b64(sealed[:-16]), b64(sealed[-16:])])

    def jws(self, said: dict[str, Any], typ: str) -> str:
        """Signed by the device."""
        head = {"alg": "Ed25519", "kid": self.ref, "typ": typ}
        text = ".".join(b64(json.dumps(part).encode()) for part in (head, said))
        return f"{text}.{b64(self.signing.sign(text.encode()))}"

    def item(self, kind: str, plain: bytes, ref: str = "", **more: Any) -> tuple[str, str, bytes]:
        """(number, head, sealed bytes) of a frozen item."""
        ref = ref or str(uuid.uuid4())
        iv = os.urandom(12)
        sealed = iv + AESGCM(self.key).encrypt(iv, plain, ref.encode())
        said = {
            "v": 1,
            "id": ref,
            "device": self.ref,
            "kind": kind,
            "digest": hashlib.sha256(sealed).hexdigest(),
            "size": len(sealed),
            "at": datetime.now(UTC).isoformat(),
            "sealed": "A256GCM",
            "wrap": self.wrap,
            "of": "",
            "after": "",
            "ahead": None,
            **more,
        }
        return ref, self.jws(said, "tw-offline-item"), sealed

    def case(self, record: dict[str, Any], **more: Any) -> tuple[str, str, bytes]:
        """A case."""
        content = {"record": record, "named": {}, "photos": [], "submit": True, **more}
        return self.item("case", json.dumps(content).encode())

    def photo(self, data: bytes, of: str, ref: str, caption: str = "") -> tuple[str, str, bytes]:
        """A photo of a case."""
        said = json.dumps({"caption": caption, "shows": "", "sha256": hashlib.sha256(data).hexdigest()}).encode()
        return self.item("photo", len(said).to_bytes(4, "big") + said + data, ref, of=of)

    def correction(self, case: Any, said: dict[str, Any], after: str = "", **base: Any) -> tuple[str, str, bytes]:
        """A correction of a case as it was read."""
        read = {"ref": case.ref, "version": case.version, "digest": case.digest, **base}
        content = {"record": said, "named": {}, "photos": [], "submit": True, "base": read}
        return self.item("correction", json.dumps(content).encode(), after=after)

    def head(self, head: str) -> Any:
        """Announces an item."""
        return self.line.post("/offline/v1/items", head, content_type="application/jose")

    def piece(self, ref: str, start: int, data: bytes) -> Any:
        """Sends a piece of one."""
        address = f"/offline/v1/items/{ref}?from={start}"
        return self.line.post(address, data, content_type="application/octet-stream")

    def send(self, item: tuple[str, str, bytes]) -> dict[str, Any]:
        """Sends an item whole; what the node's receipt says."""
        ref, head, sealed = item
        said = self.head(head).json()
        while not said["receipt"]:
            said = self.piece(ref, said["got"], sealed[said["got"] : said["got"] + 65_536]).json()
        return self.read(said["receipt"])

    def read(self, token: str) -> dict[str, Any]:
        """What the node has signed; fails where it has not."""
        head, body, signature = token.split(".")
        kid = json.loads(unb64(head))["kid"]
        key = next(one for one in self.keys if one["kid"] == kid and one["use"] == "sig")
        Ed25519PublicKey.from_public_bytes(unb64(key["x"])).verify(unb64(signature), f"{head}.{body}".encode())
        said: dict[str, Any] = json.loads(unb64(body))
        return said

    def bundle(self, path: Path, *items: tuple[str, str, bytes]) -> Path:
        """The queue saved to a file."""
        lines = [json.dumps({"tw_offline_bundle": 1, "items": len(items)}, separators=(",", ":")).encode() + b"\n"]
        for _ref, head, sealed in items:
            lines += [f"{head}\n{len(sealed)}\n".encode(), sealed, b"\n"]
        path.write_bytes(b"".join(lines))
        return path


def record(national_ref: str = "KE-OFF-1", **more: Any) -> dict[str, Any]:
    """A case record that has nothing to settle."""
    return {
        "form": "CIT",
        "form_version": 3,
        "national_ref": national_ref,
        "date": "2026-11-25",
        "country": "KE",
        "location_type": "land_border",
        "place": "KEMBA",
        "lines": [{"subtype": "TUS", "quantity": "12", "unit": "pieces", "fields": {"species": "Loxodonta africana"}}],
        **more,
    }


def picture(shade: int = 90, side: int = 320) -> bytes:
    """A JPEG."""
    import io

    from PIL import Image

    image = Image.effect_noise((side, side), 40).point(lambda point: (point + shade) % 256)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
