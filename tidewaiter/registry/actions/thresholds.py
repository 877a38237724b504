"""Setting the thresholds of screening and of doubles."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.registry.models import Threshold
from tidewaiter.registry.policy import may_set_thresholds
from tidewaiter.registry.thresholds import LEAST, MOST, Thresholds


def set_thresholds(*, screening: float, doubles: float, by: Actor) -> Thresholds:
    """From now on screening tells from that score, and doubles are proposed from that one, for all of the
    administration. Raises `BadInput`, or a refusal.
    """
    may_set_thresholds(by)
    for name, said in (("screening", screening), ("doubles", doubles)):
        if not LEAST <= said <= MOST:
            raise BadInput(name, _("A threshold lies between %(least)s and %(most)s.") % {"least": LEAST, "most": MOST})
    with transaction.atomic():
        Threshold.objects.update_or_create(
            administration=by.administration_code,
            defaults={"screening": screening, "doubles": doubles, "set_by": by.username, "set_at": now()},
        )
        detail = {"screening": f"{screening:.2f}", "doubles": f"{doubles:.2f}"}
        record(by=by, deed="registry.thresholds_set", ref="registry", detail=detail)
    return Thresholds(screening, doubles, by.username)
