"""Who analyses trade, and who sees what was found."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.people.policy import is_customs

ANALYSTS = frozenset({"analyst", "investigator"})


def analyses_trade(actor: Actor) -> bool:
    """Analysts and investigators of customs."""
    return is_customs(actor) and bool(ANALYSTS & actor.role_codes)


def may_analyse(actor: Actor) -> None:
    """Raises `NotAllowed` for all but those."""
    if not analyses_trade(actor):
        raise NotAllowed("role", _("Analysts and investigators analyse trade."))


def own(actor: Actor) -> Q:
    """Declarations are a country's secret: files and runs are seen by those who analyse trade in the same administration."""
    return Q(administration=actor.administration_code) if analyses_trade(actor) else Q(pk__in=[])
