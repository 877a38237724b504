"""What every shape does by the clock."""

from __future__ import annotations

from tidewaiter.cases.actions import forget_requests
from tidewaiter.cases.words import bring_up_to_date
from tidewaiter.foundation import uploads
from tidewaiter.ledger.schedule import sign_yesterday
from tidewaiter.notices.actions import send_digests, tell_about_people
from tidewaiter.people.actions import close_unused
from tidewaiter.people.backoff import forget_old
from tidewaiter.search.actions import look_for_watchers
from tidewaiter.search.views import linked_panel, similar_panel
from tidewaiter.vault.actions import hash_pictures

SCHEDULE = {
    "sign the day's head": (600, sign_yesterday),
    "unused accounts": (3600, close_unused),
    "search follows": (3, bring_up_to_date),
    "notices follow": (5, tell_about_people),
    "digests": (900, send_digests),
    "old requests": (3600, forget_requests),
    "old previews": (3600, uploads.forget_old),
    "old failures": (3600, forget_old),
    "watches follow": (5, look_for_watchers),
    "photos are hashed": (20, hash_pictures),
}
"""What is done, and after how many seconds again."""
PANELS = {"case": (linked_panel, similar_panel), "review": (linked_panel, similar_panel)}
"""What rooms show on the pages of others (site/panels.py): by page, functions of the request and its thing."""
