"""Says what is wrong with this node and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.site.checkup import check_up


class Command(DeedCommand):
    """`doctor`: `[{"check", "ok", "advice"}]`; exit 1 where one is not ok."""

    help = (
        "says what is wrong with this node and what to do: folder, keys, database, clock, mail, heads, backups and more"
    )

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """Every check, whether it is well, and the advice."""
        found = check_up()
        self.done_in_part = not all(one["ok"] for one in found)
        return found

    def table(self, answer: Any) -> str:
        """A line for each check."""
        width = max(len(one["check"]) for one in answer)
        wrong = _("look")
        return "\n".join(
            f"{'ok' if one['ok'] else wrong:<{max(2, len(wrong))}}  {one['check']:<{width}}  {one['advice']}".rstrip()
            for one in answer
        )
