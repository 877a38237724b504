"""Sets the thresholds of screening and of doubles, or shows what each does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.actions.thresholds import set_thresholds
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.names.labelled import measured
from tidewaiter.registry.policy import may_see_thresholds
from tidewaiter.registry.thresholds import thresholds_of


class Command(RegistryCommand):
    """`set_thresholds [--screening S] [--doubles S] --by U`."""

    help = "sets from which score screening tells and doubles are proposed; without a score shows what each does"

    def add_arguments(self, parser: CommandParser) -> None:
        """The scores."""
        super().add_arguments(parser)
        parser.add_argument("--screening", type=float, metavar="SCORE")
        parser.add_argument("--doubles", type=float, metavar="SCORE")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"screening", "doubles", "measured": [{"least", "precision", "recall", "f1", "wrongly", "missed"}]}`."""
        by = officer_at_shell(options["by"])
        may_see_thresholds(by)
        holds = thresholds_of(by)
        asked = [options["screening"], options["doubles"]]
        if any(one is not None for one in asked):
            screening = holds.screening if asked[0] is None else asked[0]
            holds = set_thresholds(screening=screening, doubles=holds.doubles if asked[1] is None else asked[1], by=by)
        rows, pairs = measured()
        return {
            "screening": holds.screening,
            "doubles": holds.doubles,
            "pairs": pairs,
            "measured": [asdict(row) for row in rows],
        }
