"""The line to a peer: one signed call by HTTP, its signed answer, nothing followed and nothing believed."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

from tidewaiter.exchange.calls import LARGEST

PATH = "/exchange/v1/sync"
TYPE = "application/jose"
SECONDS = 30.0
_WHY = {401: "not_known", 403: "not_known", 404: "no_exchange", 413: "too_large", 429: "full", 503: "busy"}


class LineDown(Exception):
    """The peer cannot be reached; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def post(url: str, token: str) -> str:
    """Brings a call to the node at that address and gives its answer. Raises `LineDown`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LineDown("address")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise LineDown("not_secure")
    try:
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
        try:
            connection.request("POST", f"{parts.path.rstrip('/')}{PATH}", token.encode(), {"Content-Type": TYPE})
            answer = connection.getresponse()
            body = answer.read(4 * LARGEST)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise LineDown("timeout" if isinstance(error, TimeoutError) else "no_line") from error
    if answer.status != 200:
        raise LineDown(_WHY.get(answer.status, "refused"))
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise LineDown("answer") from error
