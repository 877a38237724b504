"""The deed «recheck»."""

from __future__ import annotations

from typing import Any

from tidewaiter.cases.actions import recheck
from tidewaiter.cases.commands import CasesCommand


class Command(CasesCommand):
    """`check_cases --by STEWARD [--where FIELD=VALUE …]`."""

    help = "runs all automatic checks over cases that are here already and keeps what they find"

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "changed", "findings": {code: n}}`."""
        by, cases = self.chosen(options)
        looked_at, changed, found = recheck(cases=cases, by=by)
        return {"cases": looked_at, "changed": changed, "findings": found}
