"""Words that were taken back leave the pages of the index too.

FTS5 marks what is deleted and keeps it, with the mark, until the parts of its index are merged; so a name that was
masked lies in the file, where no search finds it and an editor of bytes does. After each masking all parts are merged
into one, some pages a transaction, so that who writes is not kept waiting. SQLite's `secure_delete` overwrites the
pages that were let go, and the write-ahead file is emptied. The `secure-delete` of FTS5 itself is not used: SQLite
below 3.42 cannot read an index after it, and a backup may be restored on one.

PostgreSQL keeps deleted rows until VACUUM: docs/decisions/0039.
"""

from __future__ import annotations

from django.db import connection, transaction

from tidewaiter.cases.search_index import merge_pages
from tidewaiter.ledger.queries import advance, any_since, ledger_end, position

NAME = "words_swept"
_PAGES = 500
"""Pages that are merged in one transaction."""
_MOST_STEPS = 100_000


def sweep_words() -> int:
    """Takes words of maskings since last time out of the index's pages; gives in how many
    steps, 0 where there is nothing to do.
    """
    since = position(NAME)
    if not any_since(since, [("cases.masked", 0)]):
        return 0
    reached = ledger_end()
    steps = sweep_pages()
    with transaction.atomic():
        advance(NAME, reached)
    return steps


def sweep_pages() -> int:
    """Merges the index into one part, and empties the write-ahead file; gives in how many steps. Nothing but on SQLite.

    A transaction that reads meanwhile keeps the write-ahead file: what is in it goes when it is emptied next.
    """
    if connection.vendor != "sqlite":
        return 0
    steps = 0
    while steps < _MOST_STEPS and merge_pages(_PAGES):
        steps += 1
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return steps + 1
