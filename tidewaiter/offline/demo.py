"""The story of the off-line desk on a demo node: a phone at a post without a line, what it sent, what waits.

It speaks the same protocol as a device (docs/wire/offline.md): the node cannot tell it from one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import OKPKey
from PIL import Image

from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.cases.validate_record import check_record
from tidewaiter.exchange.jose import seal, sign
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.moments import now
from tidewaiter.offline import wire
from tidewaiter.offline.actions.arriving import announce, receive
from tidewaiter.offline.actions.devices import end_device, enrol, greet
from tidewaiter.offline.keys import newest
from tidewaiter.offline.models import Device
from tidewaiter.people.models import Officer

POST = "Phone of the Vanga post"


class Phone:
    """A device, as the protocol knows one."""

    def __init__(self, officer: Officer, name: str) -> None:
        self.signing, self.key = OKPKey.generate_key("Ed25519"), os.urandom(wire.KEY)
        public = str(self.signing.as_dict(private=False)["x"])
        recovery = newest("enc")
        self.wrap = seal(self.key, recovery.key, {"kid": recovery.kid})
        self.ref = ""
        proof = self._signed({"username": officer.username, "key": public}, wire.ENROL)
        self.device: Device = enrol(name=name, public_key=public, proof=proof, by=officer)
        self.ref = self.device.ref

    def _signed(self, said: dict[str, Any], typ: str) -> str:
        return sign(canonical(said), self.signing, self.ref, typ=typ)

    def sent(self, kind: str, plain: bytes, at: timedelta, ref: str = "", **more: Any) -> str:
        """Freezes something some time ago, and sends it now; its number."""
        ref = ref or str(uuid.uuid4())
        nonce = os.urandom(wire.IV)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, plain, ref.encode())
        head = {
            "v": 1,
            "id": ref,
            "device": self.ref,
            "kind": kind,
            "digest": hashlib.sha256(sealed).hexdigest(),
            "size": len(sealed),
            "at": (now() - at).isoformat(),
            "sealed": wire.SEALED_WITH,
            "wrap": self.wrap,
            "of": "",
            "after": "",
            "ahead": 4.0,
            **more,
        }
        item = announce(head=self._signed(head, wire.HEAD))
        receive(ref=item.ref, start=0, chunk=sealed)
        return ref

    def case(self, record: dict[str, Any], at: timedelta, photos: int = 0) -> None:
        """A case with photos."""
        numbers = [str(uuid.uuid4()) for _n in range(photos)]
        content = {"record": record, "named": {}, "photos": numbers, "submit": True}
        of = self.sent("case", json.dumps(content).encode(), at)
        for n, number in enumerate(numbers):
            data = _picture(n)
            said = {"caption": "", "shows": "goods", "sha256": hashlib.sha256(data).hexdigest()}
            text = json.dumps(said).encode()
            self.sent("photo", len(text).to_bytes(4, "big") + text + data, at, number, of=of)

    def correction(self, case: Case, base: dict[str, Any], record: dict[str, Any], at: timedelta) -> None:
        """What the officer wrote over a case as it was read: by now the office has written too."""
        read = {"ref": case.ref, "version": case.version, "digest": case.digest, "record": base}
        content = {"record": record, "named": {}, "photos": [], "submit": True, "base": read}
        self.sent("correction", json.dumps(content).encode(), at)

    def hello(self, waiting: int, oldest: timedelta) -> None:
        """Says how it stands."""
        said = {
            "device": self.ref,
            "at": now().isoformat(),
            "waiting": waiting,
            "oldest": (now() - oldest).isoformat(),
            "version": "",
            "persisted": True,
        }
        greet(token=self._signed(said, wire.HELLO))


def _picture(n: int) -> bytes:
    picture = Image.effect_mandelbrot((480, 360), (-2.2 + n / 5, -1.5, 1.0, 1.5), 40).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _record(number: str, days: int, **more: Any) -> dict[str, Any]:
    return {
        "form": "CIT",
        "national_ref": number,
        "date": (now() - timedelta(days=days)).date().isoformat(),
        "country": "KE",
        "location_type": "land_border",
        "direction": "export",
        "lines": [{"subtype": "TUS", "quantity": "12", "unit": "H87", "fields": {"species": "Loxodonta africana"}}],
        **more,
    }


def fill_offline(say: Callable[[str], None]) -> dict[str, Any] | None:
    """Two cases taken, one to be settled, two versions of another; a second device was lost."""
    officer = Officer.objects.filter(grants__role="officer", administration="KE", is_active=True).order_by("pk").first()
    office = Officer.objects.filter(grants__role="contact", administration="KE", is_active=True).order_by("pk").first()
    if officer is None or office is None or Device.objects.exists():
        return None
    say("A phone of a post without a line: four entries came, two of them wait for somebody.")
    phone = Phone(officer, POST)
    standing = _record("KE-OFF-0402", 9)
    _by_page(standing, officer)
    read = Case.objects.get(national_ref="KE-OFF-0402", latest=True)
    base = {**read.header, "lines": [line.document for line in read.lines.order_by("number")]}
    theirs = {"subtype": "TUS", "quantity": "12", "unit": "H87", "value": "37000", "currency": "KES"}
    _by_page({**standing, "lines": [theirs], "conveyance": {"mode": "3"}, "direction": "transit"}, office)
    mine = {**standing["lines"][0], "quantity": "14"}
    phone.correction(read, base, {**standing, "lines": [mine], "direction": "import"}, timedelta(days=2, hours=6))
    phone.case(_record("KE-OFF-0403", 2), timedelta(days=2, hours=5), photos=2)
    phone.case(_record("KE-OFF-0404", 1), timedelta(days=1, hours=3))
    phone.case(_record("KE-OFF-0402", 1, narrative="Counted at the post."), timedelta(hours=20))
    phone.hello(3, timedelta(hours=5))
    lost = Phone(officer, "Old phone of the Vanga post")
    end_device(device=lost.device, lost=True, reason="Fell into the harbour", by=officer)
    return None


def _by_page(record: dict[str, Any], by: Officer) -> None:
    checked, _problems = check_record(record)
    if checked is not None:
        draft(cases=[checked], by=by, channel="page")
