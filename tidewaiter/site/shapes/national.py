"""The national shape put together: its addresses, its work, what is done when."""

from __future__ import annotations

from functools import partial

from django.urls import include, path

from tidewaiter.intake.api import router as intake_api
from tidewaiter.intake.claims import CLAIMS as INTAKE_CLAIMS
from tidewaiter.intake.queries import incoming_things
from tidewaiter.intake.sweeping import SCHEDULE as INTAKE_SCHEDULE
from tidewaiter.intake.tasks import INTAKE
from tidewaiter.library.api import router as library_api
from tidewaiter.library.claims import CLAIMS as LIBRARY
from tidewaiter.library.views import found_panel
from tidewaiter.review import tasks as review_tasks
from tidewaiter.review.actions import remind_of_overdue
from tidewaiter.review.api import router as review_api
from tidewaiter.review.claims import CLAIMS as REVIEW
from tidewaiter.site.shapes import every
from tidewaiter.site.stored import count_all
from tidewaiter.statistics import tasks as statistics_tasks
from tidewaiter.statistics.api import router as statistics_api
from tidewaiter.statistics.claims import CLAIMS as STATISTICS
from tidewaiter.statistics.store import bring_up_to_date
from tidewaiter.trade import tasks as trade_tasks
from tidewaiter.trade.api import router as trade_api
from tidewaiter.trade.claims import CLAIMS as TRADE
from tidewaiter.trade.files import brought_things, run_things
from tidewaiter.trade.referral_api import router as referral_api

URLS = [
    path("intake/", include("tidewaiter.intake.urls")),
    path("library/", include("tidewaiter.library.urls")),
    path("review/", include("tidewaiter.review.urls")),
    path("statistics/", include("tidewaiter.statistics.urls")),
    path("trade/", include("tidewaiter.trade.urls")),
]
API = [intake_api, library_api, review_api, statistics_api, trade_api, referral_api]
TASKS = {**every.TASKS, "run_intake": INTAKE, **trade_tasks.KINDS, **review_tasks.KINDS, **statistics_tasks.KINDS}
"""The kinds of work, by the name of their task; it says in which lane it waits."""
COUNTED = {**every.COUNTED, "incoming": incoming_things, "trade_file": brought_things, "trade_run": run_things}
"""What takes space, by kind."""
SCHEDULE = {
    **every.SCHEDULE,
    **INTAKE_SCHEDULE,
    "statistics_follow": (5, bring_up_to_date),
    "overdue_reminders": (1800, remind_of_overdue),
    "stored_counted": (86400, partial(count_all, COUNTED)),
}
"""What is done, and after how many seconds again."""
FOLLOWERS = {**every.FOLLOWERS, "statistics": "statistics_follow"}
"""Who follows the ledger, and the deed of the schedule that does it."""
PANELS = {**every.PANELS, "search": (found_panel,)}
"""What rooms show on the pages of others (site/panels.py)."""
CLAIMS = (*every.CLAIMS, *INTAKE_CLAIMS, *LIBRARY, *REVIEW, *STATISTICS, *TRADE)
"""What must stand in the ledger beside the records (ledger/claims.py)."""
