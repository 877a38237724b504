"""Does the work that waits and what is due by the clock; `serve` runs it beside the web processes."""

from __future__ import annotations

import threading
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.work import run_clock, run_worker, take_up_lost_jobs


class Command(DeedCommand):
    """`work [--once]`."""

    help = "does the work that waits (serve does this too)"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once`: what waits now, then end."""
        super().add_arguments(parser)
        parser.add_argument("--once", action="store_true")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Works until stopped."""
        if options["once"]:
            take_up_lost_jobs()
            run_worker(batch=True)
            return {"done": True}
        stopping = threading.Event()
        threading.Thread(target=run_clock, args=(stopping,), daemon=True).start()
        try:
            run_worker(batch=False)
        finally:
            stopping.set()
        return {"done": True}
