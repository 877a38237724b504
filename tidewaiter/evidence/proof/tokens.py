"""Time stamps by RFC 3161, verified at the time at which they were made.

Part of the verifier of one file (`one_file.py`): standard library and `cryptography` alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

HASHES = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512),
}
"""Digests that a stamp may use, by their number."""
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, PSS = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.1.10"
SEQUENCE, SET, OCTETS, OID = 0x30, 0x31, 0x04, 0x06
DEEPEST_CHAIN = 8
HARMLESS = {"unspecified", "affiliation_changed", "superseded", "cessation_of_operation"}
"""Reasons for which a certificate may be revoked later without what it signed before being in doubt (RFC 3161 §4)."""


class WrongToken(Exception):
    """What does not hold of a stamp, in a sentence."""


@dataclass(frozen=True)
class Part:
    """One value of DER: its tag, what it holds, and all its bytes."""

    tag: int
    value: bytes
    whole: bytes


def parts(data: bytes) -> list[Part]:
    """The values that stand one after another in `data`. Raises `WrongToken` for what is not DER."""
    found, at = [], 0
    while at < len(data):
        if len(data) - at < 2 or data[at] & 0x1F == 0x1F:
            raise WrongToken("the token is not DER")
        length, start = data[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            written = data[start : start + octets]
            length, start = int.from_bytes(written, "big"), start + octets
            if not 0 < octets <= 4 or len(written) < octets or length < 0x80 or not written[0]:
                raise WrongToken("the token is not DER")
        if start + length > len(data):
            raise WrongToken("the token is cut off")
        found.append(Part(data[at], data[start : start + length], data[at : start + length]))
        at = start + length
    return found


def inside(part: Part, tag: int = SEQUENCE) -> list[Part]:
    """What a value of this tag holds."""
    if part.tag != tag:
        raise WrongToken("the token is not built as RFC 3161 says")
    return parts(part.value)


def oid(part: Part) -> str:
    """An object identifier in figures with dots."""
    if part.tag != OID or not part.value:
        raise WrongToken("the token is not built as RFC 3161 says")
    numbers, number = [], 0
    for byte in part.value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(str(one) for one in (first, numbers[0] - 40 * first, *numbers[1:]))


def moment(part: Part) -> datetime:
    """A GeneralizedTime, which DER writes in UTC."""
    text = part.value.decode("ascii", "replace")
    whole, _dot, share = text.rstrip("Z").partition(".")
    try:
        read = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return read.replace(microsecond=int((share + "000000")[:6])) if share else read
    except ValueError as error:
        raise WrongToken("the time of the stamp cannot be read") from error


@dataclass(frozen=True)
class Token:
    """What a time-stamp token says, and what it is signed with."""

    at: datetime
    policy: str
    serial: int
    algorithm: str
    imprint: bytes
    content: bytes
    certificates: list[x509.Certificate] = field(repr=False)
    signer: tuple[bytes, int] = field(repr=False)
    """The issuer's name as DER, and the certificate's number."""
    digest_algorithm: str = ""
    attributes: bytes = field(default=b"", repr=False)
    """What is signed: the signed attributes as a SET."""
    signature_algorithm: str = ""
    signature: bytes = field(default=b"", repr=False)

    @property
    def signing_certificate(self) -> x509.Certificate:
        """The one that the signer names. Raises `WrongToken` where the token does not hold it."""
        for one in self.certificates:
            if (one.issuer.public_bytes(), one.serial_number) == self.signer:
                return one
        raise WrongToken("the token does not hold the certificate that signed it")


def read_token(token: bytes) -> Token:
    """A TimeStampToken (RFC 3161 §2.4.2), read and not yet verified. Raises `WrongToken`."""
    try:
        return _read(token)
    except (IndexError, ValueError) as error:
        raise WrongToken("the token is not built as RFC 3161 says") from error


def _read(token: bytes) -> Token:
    [info] = parts(token)
    kind, wrapped = inside(info)
    if oid(kind) != SIGNED_DATA:
        raise WrongToken("the token is no signed message")
    [signed] = inside(wrapped, 0xA0)
    fields = inside(signed)
    encapsulated, signers = inside(fields[2]), inside(fields[-1], SET)
    if oid(encapsulated[0]) != TST_INFO or len(signers) != 1:
        raise WrongToken("the token is no time stamp of one signer")
    [octets] = inside(encapsulated[1], 0xA0)
    held = next((one for one in fields[3:-1] if one.tag == 0xA0), None)
    [content] = parts(octets.value)
    said = inside(content)
    imprint = inside(said[2])
    signer = inside(signers[0])
    issuer = inside(signer[1])
    return Token(
        at=moment(said[4]),
        policy=oid(said[1]),
        serial=int.from_bytes(said[3].value, "big", signed=True),
        algorithm=oid(inside(imprint[0])[0]),
        imprint=imprint[1].value,
        content=octets.value,
        certificates=[x509.load_der_x509_certificate(one.whole) for one in parts(held.value)] if held else [],
        signer=(issuer[0].whole, int.from_bytes(issuer[1].value, "big", signed=True)),
        digest_algorithm=oid(inside(signer[2])[0]),
        attributes=bytes([SET]) + signer[3].whole[1:] if signer[3].tag == 0xA0 else b"",
        signature_algorithm=oid(inside(signer[4])[0]),
        signature=signer[5].value,
    )


def _attributes(token: Token) -> dict[str, Part]:
    if not token.attributes:
        raise WrongToken("the token has no signed attributes")
    [listed] = parts(token.attributes)
    found = {}
    for one in inside(listed, SET):
        name, values = inside(one)
        [found[oid(name)]] = inside(values, SET)
    return found


def _must_be_signed(token: Token) -> x509.Certificate:
    """The certificate by which the token is signed. Raises `WrongToken` where it is not."""
    if token.digest_algorithm not in HASHES:
        raise WrongToken("the token is signed over a digest that is not trusted")
    name, algorithm = HASHES[token.digest_algorithm]
    said, certificate = _attributes(token), token.signing_certificate
    kind, digest, named = said.get(CONTENT_TYPE), said.get(MESSAGE_DIGEST), said.get(SIGNING_CERTIFICATE)
    if kind is None or oid(kind) != TST_INFO or digest is None:
        raise WrongToken("the token's signed attributes are not those of a time stamp")
    if digest.value != hashlib.new(name, token.content).digest():
        raise WrongToken("the time that the token says is not the one that was signed")
    _must_name(named, certificate)
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(algorithm()), padding.PSS.AUTO)
            way = pss if token.signature_algorithm == PSS else padding.PKCS1v15()
            key.verify(token.signature, token.attributes, way, algorithm())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(token.signature, token.attributes, ec.ECDSA(algorithm()))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(token.signature, token.attributes)
        else:
            raise WrongToken("the token is signed by a kind of key that is not known")
    except InvalidSignature as error:
        raise WrongToken("the token's signature does not fit") from error
    return certificate


def _must_name(named: Part | None, certificate: x509.Certificate) -> None:
    """The signed attributes must say which certificate signs (RFC 5816): none can be put in its place."""
    if named is None:
        raise WrongToken("the token does not say which certificate signed it (RFC 5816)")
    first = inside(inside(inside(named)[0])[0])
    algorithm = oid(inside(first[0])[0]) if first[0].tag == SEQUENCE else "2.16.840.1.101.3.4.2.1"
    if algorithm not in HASHES:
        raise WrongToken("the token names its certificate by a digest that is not trusted")
    digest = next(one.value for one in first if one.tag == OCTETS)
    if digest != certificate.fingerprint(HASHES[algorithm][1]()):
        raise WrongToken("the token was signed by another certificate than it names")


def _must_stamp(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise WrongToken("the certificate is not one for time stamps") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise WrongToken("the certificate is not one for time stamps alone")


def chain_of(token: Token, more: list[x509.Certificate], roots: list[x509.Certificate]) -> list[x509.Certificate]:
    """The token's certificate, those above it, and at last one of `roots`; all good at the stamp's time."""
    chain = [token.signing_certificate]
    known = [*roots, *more, *token.certificates]
    while len(chain) <= DEEPEST_CHAIN:
        last = chain[-1]
        if not last.not_valid_before_utc <= token.at <= last.not_valid_after_utc:
            raise WrongToken("a certificate was not valid when the stamp was made")
        if last in roots:
            return chain
        above = next((one for one in known if one not in chain and _issued(last, one)), None)
        if above is None:
            break
        chain.append(above)
    raise WrongToken("the certificates do not lead to a root that is trusted")


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
        return bool(by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False


def _unrevoked(
    certificate: x509.Certificate, by: x509.Certificate, lists: list[x509.CertificateRevocationList], at: datetime
) -> bool:
    """Whether a kept list of the issuer says that it was not revoked; false where none is kept. Raises `WrongToken`."""
    told = False
    for one in lists:
        if one.issuer != certificate.issuer or not one.is_signature_valid(by.public_key()):  # type: ignore[arg-type]
            continue
        told = True
        entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None:
            reason = "unspecified"
            for extension in entry.extensions:
                if isinstance(extension.value, x509.CRLReason):
                    reason = extension.value.reason.name
            if entry.revocation_date_utc <= at or reason not in HARMLESS:
                raise WrongToken(f"a certificate was revoked ({reason}) when the stamp was made, or is in doubt since")
    return told


@dataclass(frozen=True)
class Stamped:
    """What a verified stamp shows."""

    at: datetime
    authority: str
    policy: str
    good_until: datetime
    """When the first of its certificates ends: renewed before, the stamp is good beyond it."""
    unrevoked: bool
    """Whether kept lists say, for every certificate below the root, that it was not revoked."""


def verified(
    token: Token,
    digest: str,
    *,
    roots: list[x509.Certificate],
    more: list[x509.Certificate],
    lists: list[x509.CertificateRevocationList],
) -> Stamped:
    """A token over a SHA-256 (hex), verified at the time it says. Raises `WrongToken`."""
    if HASHES.get(token.algorithm, ("",))[0] != "sha256" or token.imprint.hex() != digest:
        raise WrongToken("the stamp was made over something else")
    certificate = _must_be_signed(token)
    _must_stamp(certificate)
    chain = chain_of(token, more, roots)
    told = [_unrevoked(one, above, lists, token.at) for one, above in pairwise(chain)]
    return Stamped(
        at=token.at,
        authority=certificate.subject.rfc4514_string(),
        policy=token.policy,
        good_until=min(one.not_valid_after_utc for one in chain),
        unrevoked=all(told),
    )
