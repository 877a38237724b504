"""From where a request comes, and whether the node can tell: behind an undeclared proxy everybody has one address.

A node that is reached by https stands behind whatever ends TLS. Where TIDEWAITER_PROXIES does not say so, the last
address in `X-Forwarded-For` is the one that the proxy itself saw; it is used, as nothing else than the proxy reaches
the node's port, but it is not relied on: pauses of a pair and of a source last seconds then, so that nobody is kept out
because another guesses. Those of an account last as long as elsewhere, as any sender can bring this state about.
"""

from __future__ import annotations

import ipaddress
import logging
import os
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

MARK = "proxy-undeclared"
_log = logging.getLogger("tidewaiter.people")


def _undeclared() -> bool:
    return settings.TIDEWAITER_URL.startswith("https://") and not settings.ALLAUTH_TRUSTED_PROXY_COUNT


def proxy_undeclared() -> bool:
    """Whether requests came through a proxy that TIDEWAITER_PROXIES does not count; until it does. Asked by /readyz."""
    return _undeclared() and (Path(settings.TIDEWAITER_HOME) / MARK).exists()


def look_at(request: HttpRequest) -> None:
    """Notes that a proxy speaks for others without being declared; the log says it once for the node."""
    if not _undeclared() or "X-Forwarded-For" not in request.headers:
        return
    mark = Path(settings.TIDEWAITER_HOME) / MARK
    if mark.exists():
        return
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return
    _log.warning(
        "Requests come through a proxy, and TIDEWAITER_PROXIES is 0: "
        "set it to the number of proxies, or all people seem to be one."
    )


def last_hop(request: HttpRequest) -> str:
    """The address that an undeclared proxy says it was asked from; nothing where there is none."""
    return last_hop_of(request.headers.get("X-Forwarded-For", ""))


def last_hop_of(forwarded: str) -> str:
    """The same, of what the header `X-Forwarded-For` says."""
    if not _undeclared():
        return ""
    try:
        return str(ipaddress.ip_address(forwarded.rpartition(",")[2].strip()))
    except ValueError:
        return ""
