"""Looks for two records that may be one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.queries import candidates_of

MOST = 100_000
"""Candidates that are listed."""


class Command(RegistryCommand):
    """`resolve_doubles --by U [-o FILE]`."""

    help = "candidates: two records of one's own that may be one, ranked, with why"

    def add_arguments(self, parser: CommandParser) -> None:
        """And where the candidates go."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path)

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"left", "right", "score", "evidence", "why"}]`."""
        by = officer_at_shell(options["by"])
        run = look_for_doubles(by=by)
        self.progress(
            f"compared {run.compared:,} pairs of one's own records of one kind; left out: records of published lists, "
            f"{run.decided:,} pairs decided before, {run.too_common:,} keys that too many share"
        )
        found = [
            {"left": one.left_id, "right": one.right_id, "score": one.score, "evidence": one.evidence, "why": one.why}
            for one in candidates_of(by, MOST)
        ]
        if options["output"]:
            with os.fdopen(
                os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(found, file, ensure_ascii=False, indent=1)
        return found
