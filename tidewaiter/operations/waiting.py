"""From when a sealed room may be destroyed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.operations import states
from tidewaiter.operations.models import Operation


def destroyable_from(operation: Operation) -> datetime | None:
    """From when a sealed room may be destroyed; nothing for one that is not sealed."""
    return operation.sealed_at + timedelta(days=operation.waiting_days) if operation.sealed_at else None


def must_be_due(operation: Operation) -> None:
    """Raises `Refusal` where a room is not sealed, is held, or waits still."""
    if operation.phase == states.DESTROYED:
        raise Refusal("destroyed", _("It is destroyed already."))
    due = destroyable_from(operation)
    if operation.phase != states.SEALED or due is None:
        raise Refusal("state", _("It is not sealed: close it first, then it waits its days."))
    if operation.hold_by:
        raise Refusal("hold", _("It is under legal hold: nothing of it is destroyed until that is lifted."))
    if due > now():
        raise Refusal(
            "waiting",
            _("It waits until %(moment)s (UTC): until then two people may open it again.")
            % {"moment": f"{due:%Y-%m-%d %H:%M}"},
        )
