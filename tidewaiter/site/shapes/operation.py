"""The operation shape put together: its addresses, its work, what is done when."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern, URLResolver
from ninja import Router

from tidewaiter.site.shapes import every
from tidewaiter.site.stored import count_all

URLS: list[URLPattern | URLResolver] = []
API: list[Router] = []
TASKS = {**every.TASKS}
COUNTED = {**every.COUNTED}
"""What takes space, by kind."""
SCHEDULE = {**every.SCHEDULE, "stored_counted": (86400, partial(count_all, COUNTED))}
"""What is done, and after how many seconds again."""
FOLLOWERS = {**every.FOLLOWERS}
"""Who follows the ledger, and the deed of the schedule that does it."""
PANELS = {**every.PANELS}
"""What rooms show on the pages of others (site/panels.py)."""
CLAIMS = every.CLAIMS
"""What must stand in the ledger beside the records (ledger/claims.py)."""
