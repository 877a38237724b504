"""The operation shape put together: its addresses, its work, what is done when."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver
from ninja import Router

from tidewaiter.site.shapes import every

URLS: list[URLPattern | URLResolver] = []
API: list[Router] = []
TASKS: dict[str, Any] = {}
SCHEDULE = {**every.SCHEDULE}
"""What is done, and after how many seconds again."""
PANELS = {**every.PANELS}
"""What rooms show on the pages of others (site/panels.py)."""
