"""The line to a foreign TAXII server: one bounded question at a time, to an address that a steward wrote down; nothing
is followed, and an answer is a document and nothing else.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tidewaiter.advisories.taxii.answers import MEDIA
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

SECONDS = 30.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WHY = {401: "not_known", 403: "not_allowed", 404: "missing", 406: "no_taxii", 429: "full", 503: "busy"}


class LineDown(Exception):
    """The server cannot be reached or does not answer as TAXII does; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Told:
    """One page as a server gave it."""

    objects: list[Any]
    next: str
    more: bool
    last: str
    """`X-TAXII-Date-Added-Last`."""


def is_address(said: str) -> bool:
    """Whether something is the address of a collection that may be asked: https, or this machine itself."""
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or parts.query or parts.fragment or parts.username or port == 0:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def fetch(address: str, authorization: str, **query: str) -> Told:
    """A page of the objects of a collection. Raises `LineDown`."""
    if not is_address(address):
        raise LineDown("address")
    parts = urlsplit(address)
    path = f"{parts.path.rstrip('/')}/objects/"
    target = f"{path}?{urlencode(query)}" if query else path
    headers = {"Accept": MEDIA, "Authorization": authorization, "User-Agent": "tidewaiter"}
    try:
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
        try:
            connection.request("GET", target, headers={name: said for name, said in headers.items() if said})
            answer = connection.getresponse()
            body = answer.read(most("json_body_bytes") + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise LineDown("timeout" if isinstance(error, TimeoutError) else "no_line") from error
    if answer.status != 200:
        raise LineDown(_WHY.get(answer.status, "refused"))
    return _told(body, str(answer.headers.get("X-TAXII-Date-Added-Last") or ""))


def _told(body: bytes, last: str) -> Told:
    try:
        document = read_json(body)
    except BadInput as error:
        raise LineDown("answer") from error
    objects = document.get("objects", []) if isinstance(document, dict) else None
    if not isinstance(objects, list):
        raise LineDown("answer")
    following = document.get("next")
    return Told(
        objects,
        following if isinstance(following, str) and len(following) < 8000 else "",
        document.get("more") is True,
        last[:40],
    )
