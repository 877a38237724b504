"""The central shape put together: its addresses, its work, what is done when."""

from __future__ import annotations

from django.urls import include, path

from tidewaiter.intake.api import router as intake_api
from tidewaiter.intake.tasks import run_intake
from tidewaiter.library.api import router as library_api
from tidewaiter.library.views import found_panel
from tidewaiter.review.actions import remind_of_overdue
from tidewaiter.review.api import router as review_api
from tidewaiter.site.shapes import every
from tidewaiter.statistics.api import router as statistics_api
from tidewaiter.statistics.store import bring_up_to_date
from tidewaiter.trade.api import router as trade_api
from tidewaiter.trade.tasks import run_trade

URLS = [
    path("intake/", include("tidewaiter.intake.urls")),
    path("library/", include("tidewaiter.library.urls")),
    path("review/", include("tidewaiter.review.urls")),
    path("statistics/", include("tidewaiter.statistics.urls")),
    path("trade/", include("tidewaiter.trade.urls")),
]
API = [intake_api, library_api, review_api, statistics_api, trade_api]
TASKS = {"run_intake": run_intake, "run_trade": run_trade}
SCHEDULE = {**every.SCHEDULE, "statistics follow": (5, bring_up_to_date), "overdue": (1800, remind_of_overdue)}
"""What is done, and after how many seconds again."""
PANELS = {**every.PANELS, "search": (found_panel,)}
"""What rooms show on the pages of others (site/panels.py)."""
