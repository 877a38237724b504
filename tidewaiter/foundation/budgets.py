"""What is said when somebody asks for more than their budget (foundation/limits.py): one refusal, one sentence."""

from __future__ import annotations

from django.utils.translation import gettext

from tidewaiter.foundation.limits import LIMITS, amount
from tidewaiter.foundation.refusals import BadInput

WAIT = 30
"""Seconds after which it is worth asking again, where waiting helps."""


class OverLimit(BadInput):
    """More than a person's budget; `limit` names the row of the table. Doors answer 413, or 429 where waiting helps."""

    def __init__(self, limit: str, sentence: str, *, waiting_helps: bool = False) -> None:
        super().__init__("too_many" if waiting_helps else "too_large", sentence)
        self.limit = limit
        self.waiting_helps = waiting_helps


def over(limit: str, advice: str = "", *, waiting_helps: bool = False) -> OverLimit:
    """The refusal for a row of the table, with what the person can do: `raise over("json_depth", _("Nest less."))`."""
    said = gettext(LIMITS[limit].says) % {"most": amount(limit)}
    return OverLimit(limit, f"{said} {advice}".strip(), waiting_helps=waiting_helps)
