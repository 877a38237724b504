"""The operation shape put together: its addresses, its work, what is done when."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver

from tidewaiter.ledger.schedule import sign_yesterday

URLS: list[URLPattern | URLResolver] = []
TASKS: dict[str, Any] = {}
SCHEDULE = {"sign the day's head": (600, sign_yesterday)}
"""What is done, and after how many seconds again."""
