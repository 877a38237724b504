"""The time-stamp authority: one question by HTTP (RFC 3161), and the lists by which its certificates can be judged
later. What comes is believed when it is verified, and not before.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from tidewaiter.evidence.proof.tokens import Stamped, WrongToken, chain_of, read_token, verified
from tidewaiter.foundation.limits import most

SECONDS = 20.0
QUERY = "application/timestamp-query"


class AuthorityAway(Exception):
    """There is no stamp now; `why` is a code: what waits is stamped when the authority is back."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Kept:
    """A stamp with everything by which it can be verified when its certificates have ended."""

    token: bytes
    chain: str
    """Certificates from the authority's own to the root, PEM."""
    lists: str
    """Revocation lists as they stood, PEM."""
    shown: Stamped


def is_named() -> bool:
    """Whether this node has an authority."""
    return bool(settings.TIMESTAMP_URL)


def trusted_roots() -> list[x509.Certificate]:
    """The certificates that the node's steward trusts. Raises `AuthorityAway` where their file cannot be read."""
    try:
        with Path(settings.TIMESTAMP_ROOTS).open("rb") as file:
            return x509.load_pem_x509_certificates(file.read(most("key_file_bytes")))
    except (OSError, ValueError) as error:
        raise AuthorityAway("no_roots") from error


def stamp_of(document: bytes) -> Kept:
    """Lets the authority stamp a document, verifies what it gave, and fetches what shows that it was good then.

    Raises `AuthorityAway`.
    """
    roots = trusted_roots()
    asked = TimestampRequestBuilder().data(document).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
    question = asked.cert_request(cert_request=True).build()
    try:
        answer = decode_timestamp_response(_call("POST", settings.TIMESTAMP_URL, question.as_bytes()))
        builder = VerifierBuilder.from_request(question)
        for root in roots:
            builder = builder.add_root_certificate(root)
        for one in _others(answer.signed_data.certificates, roots):
            builder = builder.add_intermediate_certificate(one)
        builder.build().verify_message(answer, document)
        token = answer.time_stamp_token()
        return kept(token, hashlib.sha256(document).hexdigest(), roots)
    except (ValueError, VerificationError, WrongToken) as error:
        raise AuthorityAway("answer") from error


def kept(token: bytes, digest: str, roots: list[x509.Certificate]) -> Kept:
    """A token with its chain and the lists of now. Raises `WrongToken`."""
    read = read_token(token)
    chain = chain_of(read, [], roots)
    lists = [found for one in chain[:-1] if (found := _list_of(one)) is not None]
    shown = verified(read, digest, roots=roots, more=chain, lists=lists)
    return Kept(
        token,
        "".join(one.public_bytes(Encoding.PEM).decode() for one in chain),
        "".join(one.public_bytes(Encoding.PEM).decode() for one in lists),
        shown,
    )


def _others(certificates: Iterable[bytes], roots: list[x509.Certificate]) -> list[x509.Certificate]:
    found = [x509.load_der_x509_certificate(one) for one in certificates]
    return [one for one in found if one not in roots]


def _list_of(certificate: x509.Certificate) -> x509.CertificateRevocationList | None:
    """The revocation list that a certificate names; nothing where none is to be had now: that is said of the stamp."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return None
    for point in points:
        for name in point.full_name or ():
            try:
                return _loaded(_call("GET", str(name.value), b""))
            except (AuthorityAway, ValueError):
                continue
    return None


def _loaded(content: bytes) -> x509.CertificateRevocationList:
    if content.startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(content)
    return x509.load_der_x509_crl(content)


def _call(method: str, url: str, body: bytes) -> bytes:
    """The body of an answer; plain HTTP will do, for what comes is signed. Raises `AuthorityAway`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AuthorityAway("address")
    most_bytes = most("authority_answer_bytes")
    try:
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
        try:
            where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, where, body or None, {"Content-Type": QUERY} if body else {})
            answer = connection.getresponse()
            content = answer.read(most_bytes + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AuthorityAway("timeout" if isinstance(error, TimeoutError) else "no_line") from error
    if answer.status != 200:
        raise AuthorityAway("refused")
    if len(content) > most_bytes:
        raise AuthorityAway("answer")
    return content
