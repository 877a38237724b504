"""What a person's node answers, without what differs from request to request: to hold two answers to each other."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.people.actions import make_token

_PASSING = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'"X-CSRFToken": ?"[^"]*"'),
    re.compile(rb'nonce="[^"]*"'),
    re.compile(rb"\d+\xc2\xa0(?:minute|hour|day)s?"),  # «3 minutes» since something happened
)


class Outsider:
    """A person at the pages and at the JSON door."""

    def __init__(self, person: Any) -> None:
        self.person = person
        self._pages, self._programs = Client(), Client()
        assert self._pages.login(username=person.username, password=PASSWORD)
        _row, self._token = make_token(officer=person, name="t", scope="write", days=1, by=person)

    def asks(self, address: str, **said: Any) -> tuple[int, bytes]:
        """Status and content of an address; with `said` it is posted to."""
        if address.startswith("/api/"):
            headers = {"authorization": f"Bearer {self._token}"}
            if said:
                answer = self._programs.post(address, said, content_type="application/json", headers=headers)
            else:
                answer = self._programs.get(address, headers=headers)
        else:
            answer = self._pages.post(address, said) if said else self._pages.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kept = {name: answer[name] for name in ("Content-Type", "Location", "ETag", "Link") if answer.has_header(name)}
        return answer.status_code, repr(sorted(kept.items())).encode() + b"\n" + lasting(content)


def lasting(content: bytes) -> bytes:
    """Content without tokens of forms, nonces, how long ago, and the moment at which a workbook was made."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            members = [name for name in sorted(book.namelist()) if name != "docProps/core.xml"]
            return b"\n".join(name.encode() + book.read(name) for name in members)
    for passing in _PASSING:
        content = passing.sub(b"-", content)
    return content
