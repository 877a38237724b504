"""Does the work that waits and what is due by the clock; `serve` runs it beside the web processes, a process a lane."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.modes import must_be_shut
from tidewaiter.foundation.scratch import sweep
from tidewaiter.jobs.kinds import LANES, PROMPT
from tidewaiter.site.clock import start_clock
from tidewaiter.site.keyring import must_be_shut_too
from tidewaiter.site.work import run_batch, run_lanes


class Command(DeedCommand):
    """`work [--lane prompt|heavy] [--once]`."""

    help = "does the work that waits (serve does this too)"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--lane`: one lane alone. `--once`: what waits now, then end."""
        super().add_arguments(parser)
        parser.add_argument("--lane", choices=LANES, help="the work of one lane; without it of all")
        parser.add_argument("--once", action="store_true", help="what waits now, then end")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Works until stopped. Whoever does prompt work keeps the clock too: there is one."""
        must_be_shut(Path(settings.TIDEWAITER_HOME))
        must_be_shut_too()
        sweep()
        lanes = [options["lane"]] if options["lane"] else list(LANES)
        if options["once"]:
            run_batch(lanes)
            return {"done": True}
        stopping = threading.Event()
        if PROMPT in lanes:
            start_clock(stopping)
        try:
            run_lanes(lanes, stopping)
        finally:
            stopping.set()
        return {"done": True}
