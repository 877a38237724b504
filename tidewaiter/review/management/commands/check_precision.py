"""How often each check fired and was right."""

from __future__ import annotations

from typing import Any

from tidewaiter.cases.findings.finding_outcomes import precision_of_checks
from tidewaiter.foundation.commands import DeedCommand


class Command(DeedCommand):
    """`check_precision`."""

    help = "prints how often each automatic check fired, was accepted and was overruled"

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"code", "fired", "open", "mended", "returned", "dismissed", "validated", "precision", "low", "high"}]`."""
        return precision_of_checks()
