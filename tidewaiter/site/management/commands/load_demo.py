"""Loads the demo story and the real sample file."""

from __future__ import annotations

from typing import Any

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.demo import load


class Command(DeedCommand):
    """`load_demo`."""

    help = "loads the demo story and the real sample file"

    def answer(self, **options: Any) -> dict[str, Any]:
        """What became of the real file."""
        return load(self.progress)
