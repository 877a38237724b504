"""The index of words made anew."""

from __future__ import annotations

from typing import Any

from tidewaiter.cases.search_index import rebuild
from tidewaiter.foundation.commands import DeedCommand


class Command(DeedCommand):
    """`rebuild_search`."""

    help = "writes the index that cases are searched by anew from the record"

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases"}`: how many versions of cases were indexed."""
        return {"cases": rebuild()}
