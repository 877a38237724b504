"""Run in a process of its own: `python -m tests.ledger.flip COUNT SEED` flips single
bits of ledger rows on disk, one at a time.

Prints how many were flipped and where `verify` saw nothing.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from tidewaiter.ledger.queries import verify  # noqa: E402

HASH = 64


def main() -> None:
    """Flips, verifies, mends."""
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    path = Path(settings.DATABASES["default"]["NAME"])
    whole = path.read_bytes()
    row = re.compile(
        rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z[a-z.]+people\.(?:added|granted)officer:[^\x00-\x1f]*?[0-9a-f]{64}"
    )
    rows = [match.span() for match in row.finditer(whole)]
    chance = random.Random(seed)
    unseen = []
    for _ in range(count):
        start, end = chance.choice(rows)
        at, bit = chance.randrange(start, end), chance.randrange(8)
        changed = bytearray(whole)
        changed[at] ^= 1 << bit
        path.write_bytes(changed)
        if verify()["intact"]:
            unseen.append([at - start, bit])
        connection.close()
    path.write_bytes(whole)
    print(json.dumps({"rows": len(rows), "flipped": count, "unseen": unseen, "intact_after": verify()["intact"]}))


if __name__ == "__main__":
    main()
