"""The figures of one national node, in the clear or encrypted as its settings say: for bench/encrypting.py."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scratch import HOME, prepared  # before anything of Tidewaiter

from django.core.management import call_command  # isort: skip
from django.conf import settings  # isort: skip
from django.db import connection  # isort: skip
from django.test import Client  # isort: skip
from files import made_file  # isort: skip

from tidewaiter.foundation.actors import NODE
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.jobs.actions import Progress
from tidewaiter.people.actions import add_officer
from tidewaiter.vault.actions import keep, read

PAGES = 40
VAULT_BYTES = 64 * 1024**2


def p95(work: Callable[[], object], times: int = PAGES) -> float:
    """Processor seconds that all but one in twenty take."""
    took = []
    for _ in range(times):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return sorted(took)[int(len(took) * 0.95) - 1]


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds that it takes, with its children: others use the machine too."""
    began = sum(os.times()[:4])
    work()
    return sum(os.times()[:4]) - began


def figures(rows: int) -> dict[str, float]:
    """The figures of a node of its own; its settings say whether it is encrypted."""
    prepared()
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("demand_second_factor", nobody=True)
    settings.ALLOWED_HOSTS.append("testserver")
    by = add_officer(username="bench.ke", administration="KE", role="contact", password="a-long-passphrase-1", by=NODE)
    path = made_file(rows, HOME)

    def taken_in() -> None:
        options = {"channel": "csv", "submit": False}
        receipt = receive(path=path, name=path.name, mapping_text="", mapping_name="", options=options, by=by)
        take_in(receipt=receipt, by=by, progress=Progress(None))
        receipt.refresh_from_db()
        if receipt.accepted != rows:
            raise SystemExit(f"{receipt.accepted} of {rows} rows were taken")

    found = {"import_seconds": seconds(taken_in)}
    browser = Client()
    browser.force_login(by)
    for address in ("/cases/", "/search/?q=pistol"):
        if browser.get(address).status_code != 200:
            raise SystemExit(f"{address} is not shown")
    found["list_p95"] = p95(lambda: browser.get("/cases/"))
    found["search_p95"] = p95(lambda: browser.get("/search/?q=pistol"))

    def opened() -> None:
        connection.close()
        connection.ensure_connection()

    found["open_seconds"] = p95(opened)
    kept: list[str] = []

    def keep_one() -> None:
        content = os.urandom(VAULT_BYTES)
        kept.append(keep(content=content, media_type="application/octet-stream", by=by, bounded=False).digest)

    found["keep_seconds"] = min(seconds(keep_one) for _ in range(3))
    found["read_seconds"] = min(seconds(lambda: read(kept[-1])) for _ in range(3))
    command = [sys.executable, "-m", "tidewaiter", "forms", "--format", "json"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "check": True}
    found["command_seconds"] = min(seconds(lambda: subprocess.run(command, **quiet)) for _ in range(3))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found["bytes"] = float(Path(connection.settings_dict["NAME"]).stat().st_size)
    return found


if __name__ == "__main__":
    print(json.dumps(figures(int(sys.argv[1]))))
