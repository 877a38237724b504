"""What every shape does by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tidewaiter.cases import tasks as cases_tasks
from tidewaiter.cases.actions import forget_requests
from tidewaiter.cases.claims import CLAIMS as CASES
from tidewaiter.cases.words import bring_up_to_date
from tidewaiter.codelists.claims import CLAIMS as CODELISTS
from tidewaiter.forms.claims import CLAIMS as FORMS
from tidewaiter.foundation import uploads
from tidewaiter.foundation.scratch import sweep
from tidewaiter.jobs.kinds import Kind
from tidewaiter.ledger.schedule import sign_yesterday
from tidewaiter.notices.actions import forget_old_notices, send_digests, tell_about_people
from tidewaiter.notices.documents import end_results, result_things
from tidewaiter.people.actions import close_unused, forget_sessions, forget_sign_ins, warn_of_guessing
from tidewaiter.people.backoff import forget_old
from tidewaiter.people.claims import CLAIMS as PEOPLE
from tidewaiter.search.actions import look_for_watchers
from tidewaiter.search.views import linked_panel, similar_panel
from tidewaiter.site import ledger_away
from tidewaiter.site.heads_away import send_heads
from tidewaiter.site.stored import things_of_each
from tidewaiter.threads.claims import CLAIMS as THREADS
from tidewaiter.vault.actions import hash_pictures
from tidewaiter.vault.claims import CLAIMS as VAULT
from tidewaiter.vault.storage import Thing
from tidewaiter.vault.tasks import THUMBNAIL

SCHEDULE = {
    "heads_signed": (600, sign_yesterday),
    "heads_sent": (60, send_heads),
    "unused_accounts": (3600, close_unused),
    "search_follows": (3, bring_up_to_date),
    "notices_follow": (5, tell_about_people),
    "old_notices": (3600, forget_old_notices),
    "digests": (900, send_digests),
    "old_requests": (3600, forget_requests),
    "old_previews": (3600, uploads.forget_old),
    "old_failures": (3600, forget_old),
    "guessed_passwords": (60, warn_of_guessing),
    "old_sessions": (3600, forget_sessions),
    "old_sign_ins": (3600, forget_sign_ins),
    "watches_follow": (5, look_for_watchers),
    "old_results": (900, end_results),
    "scratch_swept": (300, sweep),
    "photos_hashed": (20, hash_pictures),
}
"""What is done, and after how many seconds again. The names stand in site/words.py for people."""
FOLLOWERS = {"words": "search_follows", "notices": "notices_follow", "watches": "watches_follow"}
"""Who follows the ledger, and the deed of the schedule that does it."""
TASKS: dict[str, Kind] = {"make_thumbnail": THUMBNAIL, **cases_tasks.KINDS, **ledger_away.KINDS}
"""The kinds of work, by the name of their task."""
COUNTED: dict[str, Callable[[], Iterable[Thing]]] = {"vault": things_of_each, "result": result_things}
"""What takes space, by kind, for the daily count of what each administration has stored."""
PANELS = {"case": (linked_panel, similar_panel), "review": (linked_panel, similar_panel)}
"""What rooms show on the pages of others (site/panels.py): by page, functions of the request and its thing."""
CLAIMS = (*PEOPLE, *CODELISTS, *FORMS, *CASES, *VAULT, *THREADS)
"""What must stand in the ledger beside the records (ledger/claims.py)."""
