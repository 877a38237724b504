"""Answers that go on: what a page has answered so far is sent, then whatever happens, until its reader leaves.

A view puts what goes on into the request's environment under `LIVE`; the front (`site.front`), which holds no thread
for it, carries it. Where there is no front, as in tests, the answer ends with what the view itself has said: whoever
listens comes again with the last number they have.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from django.http import HttpRequest

LIVE = "tidewaiter.live"


class Live(Protocol):
    """What goes on."""

    def blocks(self) -> AsyncIterator[bytes]:
        """Each block as it comes; one at least in every quarter of a minute. It ends where there is no more to say."""

    def stop(self) -> None:
        """The node stops: there is no more to say here, and its reader comes again."""

    def end(self) -> None:
        """Its reader has left, or all is said."""


def goes_on(request: HttpRequest, live: Live) -> None:
    """Says that the answer of this request goes on."""
    request.META[LIVE] = live
