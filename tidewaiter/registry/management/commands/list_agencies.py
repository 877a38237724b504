"""Lists the agencies that are let in."""

from __future__ import annotations

from typing import Any

from tidewaiter.people.queries import officer_at_shell
from tidewaiter.registry.agency_api import agreement_out
from tidewaiter.registry.commands import RegistryCommand
from tidewaiter.registry.queries import agreements_seen


class Command(RegistryCommand):
    """`list_agencies --by U`."""

    help = "the agreements by which other agencies are let in, and who of them"

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """The agreements."""
        return [agreement_out(one) for one in agreements_seen(officer_at_shell(options["by"]))]
