"""A time-stamp authority of the tests' own: real tokens (RFC 3161), certificates, a revocation list, over HTTP."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256 = "2.16.840.1.101.3.4.2.1"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
POLICY = "1.3.6.1.4.1.99999.1"


def der(tag: int, *values: bytes) -> bytes:
    """One value of DER."""
    content = b"".join(values)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def oid(text: str) -> bytes:
    """An object identifier."""
    first, second, *more = (int(one) for one in text.split("."))
    out = bytearray()
    for number in (first * 40 + second, *more):
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(number & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return der(6, bytes(out))


def integer(number: int) -> bytes:
    """A whole number."""
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def sequence(*values: bytes) -> bytes:
    """A sequence."""
    return der(0x30, *values)


def name(words: str) -> x509.Name:
    """A name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


class Authority:
    """A root, and a certificate for time stamps below it."""

    def __init__(
        self,
        *,
        valid: timedelta = timedelta(days=365),
        began: datetime | None = None,
        at: datetime | None = None,
        address: str = "http://127.0.0.1:1",
    ) -> None:
        self.at, self.serial, self.asked, self.away = at, 0, 0, False
        self.address = address
        begins = began or datetime(2026, 1, 1, tzinfo=UTC)
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certified(
            "Harbour Root (invented)",
            "Harbour Root (invented)",
            self.root_key.public_key(),
            begins,
            timedelta(days=7300),
            x509.BasicConstraints(ca=True, path_length=None),
        )
        self.begins, self.valid = begins, valid
        self.certificate = self._leaf()
        self.revoked: list[x509.RevokedCertificate] = []

    def _leaf(self) -> x509.Certificate:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return self._certified(
            "Harbour Time Authority (invented)",
            "Harbour Root (invented)",
            self.key.public_key(),
            self.begins,
            self.valid,
            usage,
        )

    def move_to(self, address: str) -> None:
        """Says where the authority answers: its certificate names its revocation list there."""
        self.address = address
        self.certificate = self._leaf()

    def _certified(
        self, subject: str, issuer: str, key: Any, begins: datetime, valid: timedelta, about: x509.ExtensionType
    ) -> x509.Certificate:
        where = [x509.UniformResourceIdentifier(f"{self.address}/crl")]
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + valid)
            .add_extension(about, critical=True)
            .add_extension(
                x509.CRLDistributionPoints([x509.DistributionPoint(where, None, None, None)]), critical=False
            )
        )
        return builder.sign(self.root_key, hashes.SHA256())

    def crl(self) -> bytes:
        """The revocation list, DER."""
        moment = self.at or datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(moment).next_update(moment + timedelta(days=7))
        for one in self.revoked:
            builder = builder.add_revoked_certificate(one)
        return builder.sign(self.root_key, hashes.SHA256()).public_bytes(Encoding.DER)

    def revoke(self, at: datetime, reason: x509.ReasonFlags) -> None:
        """Takes the certificate back."""
        builder = x509.RevokedCertificateBuilder().serial_number(self.certificate.serial_number).revocation_date(at)
        self.revoked.append(builder.add_extension(x509.CRLReason(reason), critical=False).build())

    def token(self, imprint: bytes, nonce: int | None = None) -> bytes:
        """A TimeStampToken over a SHA-256."""
        self.serial += 1
        moment = (self.at or datetime.now(UTC)).strftime("%Y%m%d%H%M%SZ").encode()
        algorithm = sequence(oid(SHA256))
        said = [integer(1), oid(POLICY), sequence(algorithm, der(4, imprint)), integer(self.serial), der(0x18, moment)]
        content = sequence(*said, *([integer(nonce)] if nonce is not None else []))
        certificate = self.certificate.public_bytes(Encoding.DER)
        named = sequence(sequence(sequence(der(4, hashlib.sha256(certificate).digest()))))
        attributes = sorted(
            (
                sequence(oid("1.2.840.113549.1.9.3"), der(0x31, oid("1.2.840.113549.1.9.16.1.4"))),
                sequence(oid("1.2.840.113549.1.9.4"), der(0x31, der(4, hashlib.sha256(content).digest()))),
                sequence(oid("1.2.840.113549.1.9.16.2.47"), der(0x31, named)),
            )
        )
        signature = self.key.sign(der(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        signer = sequence(
            integer(1),
            sequence(self.certificate.issuer.public_bytes(), integer(self.certificate.serial_number)),
            algorithm,
            der(0xA0, *attributes),
            sequence(oid(ECDSA_SHA256)),
            der(4, signature),
        )
        signed = sequence(
            integer(3),
            der(0x31, algorithm),
            sequence(oid("1.2.840.113549.1.9.16.1.4"), der(0xA0, der(4, content))),
            der(0xA0, certificate),
            der(0x31, signer),
        )
        return sequence(oid("1.2.840.113549.1.7.2"), der(0xA0, signed))

    def answer(self, asked: bytes) -> bytes:
        """A TimeStampResp to a TimeStampReq."""
        from tidewaiter.evidence.proof.tokens import parts

        [request] = parts(asked)
        fields = parts(request.value)
        imprint = parts(fields[1].value)[1].value
        nonce = next((int.from_bytes(one.value, "big") for one in fields[2:] if one.tag == 2), None)
        return sequence(sequence(integer(0)), self.token(imprint, nonce))


class _Door(BaseHTTPRequestHandler):
    authority: Authority

    def do_POST(self) -> None:
        """Stamps, unless the authority is away."""
        self.authority.asked += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.authority.away:
            self.send_error(503)
            return
        self._say(self.authority.answer(body), "application/timestamp-reply")

    def do_GET(self) -> None:
        """The revocation list."""
        self._say(self.authority.crl(), "application/pkix-crl")

    def _say(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_said: Any) -> None:
        """Says nothing."""


@contextmanager
def served(authority: Authority) -> Iterator[str]:
    """The authority at an address of this machine."""
    door = type("Door", (_Door,), {"authority": authority})
    server = HTTPServer(("127.0.0.1", 0), door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        authority.move_to(address)
        yield address
    finally:
        server.shutdown()
        server.server_close()
