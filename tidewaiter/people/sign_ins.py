"""What is kept of sign-ins and refused tries, and what is known from them about a source."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from django.conf import settings

from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Officer, SignIn

SIGNED_IN, WRONG_PASSWORD, WRONG_SECOND, WRONG_CODE, CLOSED = "signed_in", "password", "second_factor", "code", "closed"
NOT_LET_IN = "provider"
"""A provider knows the person, and the node has no role for them."""
OUTCOMES = (SIGNED_IN, WRONG_PASSWORD, WRONG_SECOND, WRONG_CODE, CLOSED, NOT_LET_IN)
KNOWN_FOR = timedelta(days=30)
"""How long a sign-in speaks for its source (backoff.py)."""


def keyed(*parts: str) -> str:
    """A digest that only this node can make: what is not to be read back is kept so."""
    return hmac.new(settings.SECRET_KEY.encode(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def networks_of(source: str) -> list[tuple[str, int]]:
    """As what an address counts, each with how often the bound of one desk it may take: the source itself comes first.

    A subscriber to IPv6 has a network of 64 bits at the least and often of 56 or 48 (RFC 6177): all of its
    2^64 addresses are one source. Wider networks may be many subscribers and bear more. An IPv4 address in
    the clothes of IPv6 is that address.
    """
    try:
        address = ipaddress.ip_address(source.partition("%")[0])
    except ValueError:
        return [(source, 1)]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return [(str(address.ipv4_mapped), 1)]
        return [(str(ipaddress.ip_network(f"{address}/{bits}", strict=False)), times) for bits, times in _BITS]
    return [(str(address), 1)]


_BITS = ((64, 1), (56, 4), (48, 16))


def source_key(source: str) -> str:
    """What is kept of an address to know it again; of one of IPv6, of its network of 64 bits."""
    return keyed("sign-in source", networks_of(source)[0][0])


def network_of(source: str) -> str:
    """What is shown of an address: its network (IPv4: 24 bits, IPv6: 48); nothing for what is no address."""
    try:
        address = ipaddress.ip_address(networks_of(source)[0][0].partition("/")[0])
    except ValueError:
        return ""
    bits = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


def note(*, username: str, source: str, outcome: str, method: str = "", device_known: bool = False) -> SignIn:
    """Keeps one sign-in or refused try. A name that no account has is kept as a keyed digest."""
    officer = Officer.objects.filter(username=username).first()
    return SignIn.objects.create(
        at=now(),
        officer=officer,
        name_key="" if officer else keyed("sign-in name", username),
        source_key=source_key(source),
        network=network_of(source),
        outcome=outcome,
        method=method,
        device_known=device_known,
    )


def signed_in_from(source: str, username: str = "") -> bool:
    """Whether somebody (with `username`: this account) has signed in from the source in the last thirty days."""
    found = SignIn.objects.filter(source_key=source_key(source), outcome=SIGNED_IN, at__gt=now() - KNOWN_FOR)
    return (found.filter(officer__username=username) if username else found).exists()
