"""The central shape: the cards of its rooms, the uppermost first."""

from __future__ import annotations

from tidewaiter.advisories.room import ROOM as ADVISORIES
from tidewaiter.cases.room import ROOM as CASES
from tidewaiter.codelists.room import ROOM as CODELISTS
from tidewaiter.exchange.room import ROOM as EXCHANGE
from tidewaiter.experts.room import ROOM as EXPERTS
from tidewaiter.forms.room import ROOM as FORMS
from tidewaiter.intake.room import ROOM as INTAKE
from tidewaiter.jobs.room import ROOM as JOBS
from tidewaiter.ledger.room import ROOM as LEDGER
from tidewaiter.library.room import ROOM as LIBRARY
from tidewaiter.notices.room import ROOM as NOTICES
from tidewaiter.people.room import ROOM as PEOPLE
from tidewaiter.review.room import ROOM as REVIEW
from tidewaiter.search.room import ROOM as SEARCH
from tidewaiter.site.room import ROOM as SITE
from tidewaiter.statistics.room import ROOM as STATISTICS
from tidewaiter.threads.room import ROOM as THREADS
from tidewaiter.trade.room import ROOM as TRADE
from tidewaiter.vault.room import ROOM as VAULT

ROOMS = (
    SITE,
    EXCHANGE,
    TRADE,
    STATISTICS,
    EXPERTS,
    SEARCH,
    INTAKE,
    REVIEW,
    ADVISORIES,
    LIBRARY,
    CASES,
    FORMS,
    THREADS,
    NOTICES,
    PEOPLE,
    VAULT,
    CODELISTS,
    JOBS,
    LEDGER,
)
