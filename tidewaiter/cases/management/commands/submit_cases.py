"""The deed «submit» in bulk."""

from __future__ import annotations

from typing import Any

from tidewaiter.cases.actions import submit
from tidewaiter.cases.commands import CasesCommand


class Command(CasesCommand):
    """`submit_cases --by USERNAME [--where FIELD=VALUE …]`."""

    help = "does «submit» with many cases at once"

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "refused": {reason: n}}`."""
        by, cases = self.chosen(options)
        done, refused = submit(cases=cases, by=by)
        self.done_in_part = bool(refused)
        return {"cases": done, "refused": refused}
