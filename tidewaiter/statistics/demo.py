"""The demo's figures."""

from __future__ import annotations

from collections.abc import Callable

from tidewaiter.statistics.store import bring_up_to_date


def count_story(say: Callable[[str], None]) -> None:
    """Brings the figures up to date, so that the first page shows them."""
    say("Bringing the figures up to date")
    bring_up_to_date()
